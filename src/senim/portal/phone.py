"""Connect a phone number to one's account, or change it: number, code, signature, done (PH-4, PH-5.*, PH-8,
PH-9, PH-A5). What was begun in the app goes on here too, less what the app has for itself (``app``)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from senim.accounts import numbers, profiles, signed_steps
from senim.accounts.identity import IdentityRefused
from senim.accounts.number_codes import CodeExpired, WrongCode
from senim.accounts.number_requests import NoRequest
from senim.accounts.numbers import Standing
from senim.accounts.phones import NotAMobileNumber, NotAPhoneNumber
from senim.accounts.profiles import Profile
from senim.accounts.sessions import authentication_of, whose
from senim.accounts.states import Channel, RequestState
from senim.countries.kz import phones as country
from senim.errors import Refused, Unavailable
from senim.journal.places import Place, places_of
from senim.pages.failures import show_in, status_of
from senim.pages.routes import Kind, Route, Who
from senim.pages.signature import Sheet, Signature
from senim.pages.visitors import network_of
from senim.pages.words import later

CONNECTING = ("accounts.numbers.connect", "accounts.numbers.change")


@dataclass(frozen=True)
class Way:
    """A way through the steps: where it starts, where one goes back to, which page is due in each state.

    ``steps`` counts the signature.
    """

    start: str
    home: str
    back_words: str
    due: Mapping[RequestState, str]
    steps: int


_S = RequestState
CABINET = Way(
    start="phone",
    home="cabinet",
    back_words="portal.phone.to_cabinet",
    due={_S.CODE_SENT: "phone-code", _S.NUMBER_CONFIRMED: "phone-sign", _S.CONNECTED: "phone-done"},
    steps=3,
)
APP = Way(
    start="app-phone",
    home="app",
    back_words="portal.app.to_profile",
    due={
        _S.CODE_SENT: "phone-code",
        _S.NUMBER_CONFIRMED: "app-phone-face",
        _S.RECOGNISED: "phone-sign",
        _S.CONNECTED: "phone-done",
    },
    steps=4,
)


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
    """A number where there is none, another one where there is one."""

    def begin(number: str, consent: bool) -> None:
        numbers.begin(
            account_id=whose(request),
            number=number,
            consent=consent,
            network=network_of(request),
            at=timezone.now(),
        )

    held = profiles.profile(whose(request)).subscriber_number
    return type_number(request, CABINET, begin, steps=CABINET.steps, held=held, lead="portal.phone.lead")


def type_number(
    request: HttpRequest, way: Way, begin: Callable[[str, bool], None], **facts: Any
) -> HttpResponse:
    """Number and consent, which ``begin`` takes; then a code is on its way. ``facts`` are for the page."""
    form = NumberForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return drawn(request, way, "number", form, **facts)
    if not form.is_valid():
        return drawn(request, way, "number", form, status=422, **facts)
    try:
        begin(form.cleaned_data["number"], form.cleaned_data["consent"])
    except IdentityRefused:
        raise  # the service's reasoned refusal, a page of its own (PH-A5)
    except Refused as refusal:
        show_in(form, refusal, field=_field_of(refusal))
        return drawn(request, way, "number", form, status=status_of(refusal), **facts)
    return redirect("phone-code")


def code(request: HttpRequest) -> HttpResponse:
    """The code of the SMS. A wrong one leaves the page as it is, with the attempts that are left."""
    if request.method != "POST":
        found = standing_at(request, "phone-code")
        return found if isinstance(found, HttpResponse) else _code_page(request, CodeForm(), found)
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _code_page(request, form, status=422)
    try:
        confirmed = numbers.confirm_code(
            account_id=whose(request), code=form.cleaned_data["code"], at=timezone.now()
        )
    except (WrongCode, CodeExpired) as refusal:
        show_in(form, refusal, field="code")
        return _code_page(request, form, status=409)
    return redirect(page_due(confirmed))


@require_POST
def send_again(request: HttpRequest) -> HttpResponse:
    numbers.send_again(account_id=whose(request), network=network_of(request), at=timezone.now())
    return redirect("phone-code")


def sign(request: HttpRequest) -> HttpResponse:
    """The electronic request, to be signed with the citizen's signing certificate."""
    if request.method != "POST":
        found = standing_at(request, "phone-sign")
        return found if isinstance(found, HttpResponse) else _sign_page(request, Signature(), found)
    form = Signature(request.POST)
    if not form.is_valid():
        return _sign_page(request, form, status=422)
    try:
        numbers.connect(
            account_id=whose(request),
            authentication=authentication_of(request),
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
        return _sign_page(request, form, status=status_of(refusal))
    return redirect("phone-done")


def done(request: HttpRequest) -> HttpResponse:
    """The result of the service: the connected number, and the proof that it was recorded (PH-5.3, PH-A5)."""
    mine = profiles.profile(whose(request))
    if mine.subscriber_number is None:
        return redirect("phone")
    channel = numbers.connected_by(account_id=mine.account_id)
    return drawn(
        request,
        way_of(channel),
        "done",
        person=mine,
        places=places_of_number(mine),
        changed=channel is Channel.CHANGE,
        how_text="portal.phone.worker_signed_in" if channel is Channel.COUNTER else "pages.signed_in",
        signed_step=signed_steps.latest(f"number_request:{mine.number_request_id}"),
    )


def places_of_number(mine: Profile) -> dict[str, Place]:
    """Where the record of connecting this number stands in the journal, for its proof."""
    return places_of([f"number_request:{mine.number_request_id}"], verbs=CONNECTING)


def way_of(channel: Channel | None) -> Way:
    return APP if channel is Channel.MOBILE else CABINET


def page_due(standing: Standing) -> str:
    """The page of the step that is due."""
    way = way_of(standing.channel)
    return way.due.get(standing.state, way.start)


def standing_at(request: HttpRequest, page: str) -> Standing | HttpResponse:
    """Where the request stands. Somebody who opens a step out of turn is led to the one that is due."""
    try:
        stands = numbers.standing(account_id=whose(request))
    except NoRequest:
        return redirect("phone")
    due = page_due(stands)
    return stands if due == page else redirect(due)


def drawn(
    request: HttpRequest,
    way: Way,
    name: str,
    form: forms.Form | None = None,
    *,
    status: int = 200,
    **facts: Any,
) -> HttpResponse:
    context = {
        "form": form,
        "example": country.EXAMPLE,
        "start": reverse(way.start),
        "back_to": reverse(way.home),
        "back_words": way.back_words,
        **facts,
    }
    return render(request, f"portal/phone/{name}.html", context, status=status)


def _code_page(
    request: HttpRequest, form: CodeForm, known: Standing | None = None, *, status: int = 200
) -> HttpResponse:
    me = whose(request)
    stands = known or numbers.standing(account_id=me)
    sent = numbers.code_on_its_way(account_id=me, stands=stands, at=timezone.now())
    way = way_of(stands.channel)
    facts = {"sent": sent, "number": stands.number, "steps": steps_in(way, stands.signed)}
    return drawn(request, way, "code", form, status=status, **facts)


def _sign_page(
    request: HttpRequest, form: Signature, known: Standing | None = None, *, status: int = 200
) -> HttpResponse:
    me = whose(request)
    stands = known or numbers.standing(account_id=me)
    sheet = Sheet(numbers.request_text(account_id=me), "sign", now=timezone.now(), open=True)
    way, changing = way_of(stands.channel), stands.channel is Channel.CHANGE
    facts = {"sheet": sheet, "number": stands.number, "changing": changing, "steps": way.steps}
    return drawn(request, way, "sign", form, status=status, **facts)


def steps_in(way: Way, signed: bool) -> int:
    """How many there are: the signature is one where it is asked for."""
    return way.steps if signed else way.steps - 1


def _field_of(refusal: Refused) -> str | None:
    """Which field a refusal is about; limits and registries are about none."""
    if isinstance(refusal, numbers.ConsentMissing):
        return "consent"
    return "number" if isinstance(refusal, NotAPhoneNumber | NotAMobileNumber) else None


ROUTES = [
    Route("phone/", phone, Who.SIGNED_IN, "phone"),
    Route("phone/code/", code, Who.SIGNED_IN, "phone-code"),
    Route("phone/code/again/", send_again, Who.SIGNED_IN, "phone-code-again", Kind.ACTION),
    Route("phone/sign/", sign, Who.SIGNED_IN, "phone-sign"),
    Route("phone/done/", done, Who.SIGNED_IN, "phone-done"),
]
