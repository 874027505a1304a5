"""Connect a phone number to one's account: number, code, signature, done (PH-4, PH-5.*, PH-9, PH-A5)."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from senim.accounts import numbers, profiles
from senim.accounts.identity import IdentityRefused
from senim.accounts.number_requests import NoRequest
from senim.accounts.phones import NotAMobileNumber, NotAPhoneNumber
from senim.accounts.process import RequestState
from senim.accounts.profiles import Profile
from senim.accounts.sessions import whose
from senim.countries.kz import phones as country
from senim.errors import Refused, Unavailable
from senim.journal.places import Place, places_of
from senim.pages.failures import show_in
from senim.pages.routes import Kind, Route, Who
from senim.pages.signature import Sheet, Signature
from senim.pages.visitors import network_of
from senim.pages.words import later

PAGE_OF = {
    RequestState.CODE_SENT: "phone-code",
    RequestState.NUMBER_CONFIRMED: "phone-sign",
    RequestState.CONNECTED: "phone-done",
}


class NumberForm(forms.Form):
    """The number as typed, and consent to access to personal data."""

    number = forms.CharField(
        label=later("portal.phone.number"),
        max_length=40,
        error_messages={"required": later("portal.phone.number_missing")},
        widget=forms.TextInput(attrs={"type": "tel"}),
    )
    consent = forms.BooleanField(label=later("portal.phone.consent"), required=False)


class CodeForm(forms.Form):
    """The six digits of the SMS; spaces are forgiven."""

    code = forms.CharField(
        label=later("portal.phone.code"),
        max_length=20,
        error_messages={"required": later("portal.phone.code_missing")},
    )

    def clean_code(self) -> str:
        code = "".join(str(self.cleaned_data["code"]).split())
        if not (code.isascii() and code.isdigit() and len(code) == 6):
            raise forms.ValidationError(later("portal.phone.code_six_digits"))
        return code


def phone(request: HttpRequest) -> HttpResponse:
    """Number and consent; then a code is on its way."""
    if request.method != "POST":
        return _page(request, "number", NumberForm())
    form = NumberForm(request.POST)
    if not form.is_valid():
        return _page(request, "number", form, status=422)
    try:
        numbers.begin(
            account_id=whose(request),
            number=form.cleaned_data["number"],
            consent=form.cleaned_data["consent"],
            network=network_of(request),
            at=timezone.now(),
        )
    except IdentityRefused:
        raise  # the service's reasoned refusal, a page of its own (PH-A5)
    except Refused as refusal:
        show_in(form, refusal, field=_field_of(refusal))
        return _page(request, "number", form, status=_status(refusal))
    return redirect("phone-code")


def code(request: HttpRequest) -> HttpResponse:
    """The code of the SMS. A wrong one leaves the page as it is, with the attempts that are left."""
    if request.method != "POST":
        return _where_it_stands(request, RequestState.CODE_SENT) or _page(
            request, "code", CodeForm(), **_sent(request)
        )
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _page(request, "code", form, status=422, **_sent(request))
    try:
        numbers.confirm_code(account_id=whose(request), code=form.cleaned_data["code"], at=timezone.now())
    except (numbers.WrongCode, numbers.CodeExpired) as refusal:
        show_in(form, refusal, field="code")
        return _page(request, "code", form, status=409, **_sent(request))
    return redirect("phone-sign")


@require_POST
def send_again(request: HttpRequest) -> HttpResponse:
    numbers.send_again(account_id=whose(request), network=network_of(request), at=timezone.now())
    return redirect("phone-code")


def sign(request: HttpRequest) -> HttpResponse:
    """The electronic request, to be signed with the citizen's signing certificate."""
    if request.method != "POST":
        return _where_it_stands(request, RequestState.NUMBER_CONFIRMED) or _sign_page(request, Signature())
    form = Signature(request.POST)
    if not form.is_valid():
        return _sign_page(request, form, status=422)
    try:
        numbers.connect(
            account_id=whose(request),
            signature=form.cleaned_data["signature"],
            keep_session=str(request.session.session_key),
            at=timezone.now(),
        )
    except (
        numbers.RequestNotSigned,
        numbers.SignedByAnother,
        numbers.OnlyIndividuals,
        Unavailable,
    ) as refusal:
        show_in(form, refusal)
        return _sign_page(request, form, status=_status(refusal))
    return redirect("phone-done")


def done(request: HttpRequest) -> HttpResponse:
    """The result of the service: the connected number, and the proof that it was recorded (PH-5.3, PH-A5)."""
    mine = profiles.profile(whose(request))
    if mine.subscriber_number is None:
        return redirect("phone")
    return _page(request, "done", person=mine, places=places_of_number(mine))


def places_of_number(mine: Profile) -> dict[str, Place]:
    """Where the record of connecting this number stands in the journal, for its proof."""
    return places_of([f"number_request:{mine.number_request_id}"], verbs=["accounts.numbers.connect"])


def _where_it_stands(request: HttpRequest, expected: RequestState) -> HttpResponse | None:
    """Somebody who opens a step out of turn is led to the one that is due."""
    try:
        state = numbers.standing(account_id=whose(request)).state
    except NoRequest:
        return redirect("phone")
    return None if state is expected else redirect(PAGE_OF.get(state, "phone"))


def _field_of(refusal: Refused) -> str | None:
    """Which field a refusal is about; limits and registries are about none."""
    if isinstance(refusal, numbers.ConsentMissing):
        return "consent"
    return "number" if isinstance(refusal, NotAPhoneNumber | NotAMobileNumber) else None


def _sent(request: HttpRequest) -> dict[str, Any]:
    return {"sent": numbers.code_on_its_way(account_id=whose(request), at=timezone.now())}


def _sign_page(request: HttpRequest, form: Signature, *, status: int = 200) -> HttpResponse:
    wanted = numbers.request_text(account_id=whose(request))
    sheet = Sheet(wanted.text, "sign", now=timezone.now(), open=True)
    return _page(request, "sign", form, status=status, sheet=sheet, number=wanted.number)


def _page(
    request: HttpRequest, name: str, form: forms.Form | None = None, *, status: int = 200, **facts: Any
) -> HttpResponse:
    context = {"form": form, "example": country.EXAMPLE, "back_to": reverse("cabinet"), **facts}
    return render(request, f"portal/phone/{name}.html", context, status=status)


def _status(refusal: Refused) -> int:
    return 503 if isinstance(refusal, Unavailable) else 409


ROUTES = [
    Route("phone/", phone, Who.SIGNED_IN, "phone"),
    Route("phone/code/", code, Who.SIGNED_IN, "phone-code"),
    Route("phone/code/again/", send_again, Who.SIGNED_IN, "phone-code-again", Kind.ACTION),
    Route("phone/sign/", sign, Who.SIGNED_IN, "phone-sign"),
    Route("phone/done/", done, Who.SIGNED_IN, "phone-done"),
]
