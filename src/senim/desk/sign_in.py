"""Sign in at the desk: an operator in office, by their own authentication certificate (PT-4.2, CA-5.15)."""

from typing import ClassVar

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from senim.accounts import sessions
from senim.accounts.sign_in import challenge
from senim.accounts.sign_in import sign_in as judge_sign_in
from senim.accounts.sign_in import sign_out as record_sign_out
from senim.countries.kz.oids import OPERATOR
from senim.enrolment.operators import operator_of
from senim.errors import Refused, Unavailable
from senim.pages.failures import show_in
from senim.pages.routes import Kind, Route, Who
from senim.pages.signature import Sheet, Signature

DOOR = "desk"


class NotAnOperator(Refused):
    """The certificate holds, but its owner is not an operator in office."""

    clause: ClassVar[str] = "CA-5.15"


def sign_in(request: HttpRequest) -> HttpResponse:
    """GET shows a fresh challenge; POST brings it back signed."""
    if request.method != "POST":
        return _page(request, Signature())
    form = Signature(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        _open(request, form.cleaned_data["signature"])
    except NotAnOperator:
        raise  # a page of its own: signing once more would not help
    except Refused as refusal:
        show_in(form, refusal)
        return _page(request, form, status=503 if isinstance(refusal, Unavailable) else 409)
    return redirect(_next(request) or reverse("worklist"))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    record_sign_out(account_id=sessions.whose(request), door=DOOR, at=timezone.now())
    sessions.close_session(request)
    return redirect("sign-in")


def _open(request: HttpRequest, signature: bytes) -> None:
    at = timezone.now()
    signed_in = judge_sign_in(
        challenge_id=request.POST.get("challenge", ""),
        signature=signature,
        door=DOOR,
        browser=_browser(request),
        known=sessions.holder(request),
        at=at,
        admit=_admit,
    )
    sessions.open_session(request, signed_in, at=at)


def _admit(iin: str) -> None:
    if operator_of(iin) is None:
        raise NotAnOperator


def _page(request: HttpRequest, form: Signature, *, status: int = 200) -> HttpResponse:
    at = timezone.now()
    shown = challenge(door=DOOR, browser=_browser(request), at=at)
    hidden = {"challenge": shown.id, "next": _next(request)}
    sheet = Sheet(shown.text, "auth", now=at, role=OPERATOR, hidden=hidden)
    context = {"form": form, "sheet": sheet, "expires_at": shown.expires_at}
    return render(request, "desk/sign_in/sign_in.html", context, status=status)


def _browser(request: HttpRequest) -> str:
    """The CSRF secret: the one mark a browser has before anybody is signed in, unreadable to scripts."""
    get_token(request)
    return str(request.META["CSRF_COOKIE"])


def _next(request: HttpRequest) -> str:
    """Where to go afterwards: a path of our own or nowhere."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    own = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if own else ""


ROUTES = [
    Route("sign-in/", sign_in, Who.ANYONE, "sign-in"),
    Route("sign-out/", sign_out, Who.SIGNED_IN, "sign-out", Kind.ACTION),
]
