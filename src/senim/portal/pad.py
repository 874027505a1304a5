"""The citizen's own page at a counter of the State Corporation: the code is typed here (P19-9a, P19-9b).

Anybody's device serves. Its cookie is the page's alone: whoever is signed in on this device has nothing to do
with it, and it opens nothing but this page, for a quarter of an hour.
"""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from senim.accounts.counter import pad
from senim.accounts.number_codes import CodeExpired
from senim.accounts.one_time_passwords import CodeSentJustNow
from senim.accounts.states import RequestState
from senim.pages.failures import show_in
from senim.pages.routes import Kind, Route, Who
from senim.pages.visitors import network_of
from senim.pages.words import later
from senim.portal.phone import CodeForm
from senim.settings import settings

COOKIE = "senim_pad"


class PadForm(forms.Form):
    """The number on the worker's screen; spaces are forgiven."""

    number = forms.CharField(
        label=later("portal.pad.number"),
        max_length=20,
        error_messages={"required": later("portal.pad.number_missing")},
    )

    def clean_number(self) -> str:
        number = "".join(str(self.cleaned_data["number"]).split())
        if not (number.isascii() and number.isdigit() and len(number) == pad.DIGITS):
            raise forms.ValidationError(later("portal.pad.number_missing"))
        return number


def begin(request: HttpRequest) -> HttpResponse:
    """The number brings this device to the page, once."""
    if request.method != "POST":
        form = PadForm(initial={"number": request.GET.get("n", "")[: pad.DIGITS]})
        return render(request, "portal/pad/number.html", {"form": form})
    form = PadForm(request.POST)
    if not form.is_valid():
        return render(request, "portal/pad/number.html", {"form": form}, status=422)
    try:
        token = pad.claim(number=form.cleaned_data["number"], network=network_of(request), at=timezone.now())
    except (pad.PadUnknown, pad.TooManyPads) as refusal:
        show_in(form, refusal, field="number")
        return render(request, "portal/pad/number.html", {"form": form}, status=409)
    response = redirect("pad-code")
    response.set_cookie(
        COOKIE,
        token,
        max_age=settings.counter_pad_lifetime,
        secure=settings.scheme == "https",
        httponly=True,
        samesite="Strict",
    )
    return response


def code(request: HttpRequest) -> HttpResponse:
    """Ask for the code, type it. A wrong one is refused at once, and corrected on the same page."""
    if request.method != "POST":
        return _page(request, CodeForm())
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        pad.enter(token=_token(request), code=form.cleaned_data["code"], at=timezone.now())
    except (pad.WrongCodeAtCounter, CodeExpired) as refusal:
        show_in(form, refusal, field="code")
        return _page(request, form, status=409)
    return redirect("pad-code")


@require_POST
def send(request: HttpRequest) -> HttpResponse:
    try:
        pad.get_code(token=_token(request), network=network_of(request), at=timezone.now())
    except CodeSentJustNow as refusal:
        form = CodeForm({})
        form.errors.clear()
        show_in(form, refusal)
        return _page(request, form, status=409)
    return redirect("pad-code")


def _page(request: HttpRequest, form: CodeForm, *, status: int = 200) -> HttpResponse:
    found = pad.at_pad(token=_token(request), at=timezone.now())
    context: dict[str, Any] = {
        "pad": found,
        "form": form,
        "before": found.state == RequestState.FORM_SIGNED,
    }
    name = "done" if found.done else "code"
    return render(request, f"portal/pad/{name}.html", context, status=status)


def _token(request: HttpRequest) -> str:
    return request.COOKIES.get(COOKIE, "")


ROUTES = [
    Route("pad/", begin, Who.ANYONE, "pad"),
    Route("pad/code/", code, Who.ANYONE, "pad-code"),
    Route("pad/code/send/", send, Who.ANYONE, "pad-send", Kind.ACTION),
]
