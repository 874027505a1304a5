"""Sign in by IIN or BIN, connected number and the code sent to it (PT-4.3, PT-4.4): two pages.

Both say the same whether or not the number is connected to the IIN, or a representative's for the BIN.
"""

import secrets
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from senim.accounts import code_sign_in, phones, sessions
from senim.accounts.phones import NotAMobileNumber, NotAPhoneNumber
from senim.errors import Refused
from senim.pages.failures import show_in, status_of
from senim.pages.routes import Kind, Route, Who
from senim.pages.signing_in import next_of, query_of
from senim.pages.visitors import network_of
from senim.pages.words import later
from senim.portal.identifier_field import IdentifierField
from senim.portal.phone import CodeForm

ASKED = "sign_in_code"
"""Of the session: what was asked for here, and the secret that ties the code to this browser."""


class PairForm(forms.Form):
    """Who, and which number."""

    identifier = IdentifierField()
    number = forms.CharField(
        label=later("portal.sign_in.number"),
        max_length=40,
        error_messages={"required": later("portal.phone.number_missing")},
        widget=forms.TextInput(attrs={"type": "tel"}),
    )

    def clean_number(self) -> str:
        try:
            return phones.parse(self.cleaned_data["number"])
        except (NotAPhoneNumber, NotAMobileNumber) as refusal:
            raise forms.ValidationError(f"{refusal.reason}. {refusal.next_step}") from None


def number(request: HttpRequest) -> HttpResponse:
    """Identifier and number; then a code is on its way, if they belong together."""
    if request.method != "POST":
        return _page(request, "number", PairForm(), next_of(request))
    form = PairForm(request.POST)
    if not form.is_valid():
        return _page(request, "number", form, next_of(request), status=422)
    try:
        _ask(request, form.cleaned_data, next_of(request), timezone.now())
    except Refused as refusal:
        show_in(form, refusal)
        return _page(request, "number", form, next_of(request), status=status_of(refusal))
    return redirect("sign-in-code")


def code(request: HttpRequest) -> HttpResponse:
    """The code of the SMS. A wrong one leaves the page as it is, with the attempts that are left."""
    asked = request.session.get(ASKED)
    if asked is None:
        return redirect("sign-in-number")
    if request.method != "POST":
        return _code_page(request, asked, CodeForm())
    form, at = CodeForm(request.POST), timezone.now()
    if not form.is_valid():
        return _code_page(request, asked, form, status=422)
    try:
        welcomed = code_sign_in.sign_in(
            identifier=asked["identifier"],
            number=asked["number"],
            browser=asked["browser"],
            code=form.cleaned_data["code"],
            network=network_of(request),
            known=sessions.holder(request),
            at=at,
        )
    except Refused as refusal:
        show_in(form, refusal, field="code")
        return _code_page(request, asked, form, status=409)
    del request.session[ASKED]
    sessions.open_session(request, welcomed, at=at)
    return redirect(asked["next"] or reverse("cabinet"))


@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Another code for the same IIN and number; the one before is dead."""
    asked = request.session.get(ASKED)
    if asked is None:
        return redirect("sign-in-number")
    _ask(request, asked, asked["next"], timezone.now())
    return redirect("sign-in-code")


def _ask(request: HttpRequest, pair: dict[str, str], wanted: str, at: datetime) -> None:
    browser = secrets.token_urlsafe(16)
    asked = code_sign_in.ask(
        identifier=pair["identifier"],
        number=pair["number"],
        browser=browser,
        network=network_of(request),
        at=at,
    )
    request.session[ASKED] = {
        "identifier": pair["identifier"],
        "number": pair["number"],
        "browser": browser,
        "next": wanted,
        "until": asked.code_expires_at.isoformat(),
    }


def _code_page(
    request: HttpRequest, asked: dict[str, str], form: forms.Form, *, status: int = 200
) -> HttpResponse:
    until = datetime.fromisoformat(asked["until"])
    return _page(request, "code", form, asked["next"], status=status, number=asked["number"], until=until)


def _page(
    request: HttpRequest, name: str, form: forms.Form, wanted: str, *, status: int = 200, **facts: Any
) -> HttpResponse:
    back_to = reverse("sign-in" if name == "number" else "sign-in-number") + query_of(wanted)
    context = {"form": form, "next": wanted, "back_to": back_to, **facts}
    return render(request, f"portal/sign_in/{name}.html", context, status=status)


ROUTES = [
    Route("sign-in/number/", number, Who.ANYONE, "sign-in-number"),
    Route("sign-in/code/", code, Who.ANYONE, "sign-in-code"),
    Route("sign-in/code/again/", again, Who.ANYONE, "sign-in-code-again", Kind.ACTION),
]
