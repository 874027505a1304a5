"""Pages on which somebody at the desk signs: a signature that does not hold is said there, to sign again."""

from collections.abc import Callable
from typing import Protocol

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from senim.errors import Refused
from senim.pages.failures import show_in
from senim.pages.signature import Signature


class Page(Protocol):
    """Draws what is to be signed, around this form."""

    def __call__(self, form: Signature, *, code: int) -> HttpResponse: ...


def have_signed(
    request: HttpRequest,
    verb: Callable[..., object],
    *,
    page: Page,
    said_there: tuple[type[Refused], ...],
) -> HttpResponse | None:
    """None once ``verb`` has taken the signature; until then the page to answer with."""
    form = Signature(request.POST) if request.method == "POST" else Signature()
    if not form.is_valid():
        return page(form, code=422 if form.errors else 200)
    try:
        verb(signature=form.cleaned_data["signature"], at=timezone.now())
    except said_there as refusal:
        show_in(form, refusal)
        return page(form, code=409)
    return None
