"""Reissue from the cabinet: the form, new keys, one's own signature over both (CA-7.P1–P5).

What was typed and the requests made stay in the session until the application has its number. Once it has,
it goes on as every application does.
"""

import json
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from senim.accounts import profiles
from senim.accounts.sessions import acting_of, authentication_of, whose
from senim.enrolment import reissue
from senim.enrolment.applicant import STORAGES
from senim.enrolment.holdings import Capacity
from senim.enrolment.reissue import Wish
from senim.enrolment.requests import RequestNotUsable
from senim.errors import Refused, Unavailable
from senim.pages import routes
from senim.pages.choices import offer, unchosen
from senim.pages.encoded import decoded
from senim.pages.failures import show_in, status_of
from senim.pages.routes import Route, Who
from senim.pages.signature import Sheet, Signature
from senim.pages.visitors import network_of
from senim.pages.words import later
from senim.portal.order_forms import DRAFT_SECONDS, Draft, Order
from senim.portal.orders import SENT
from senim.texts import Text, language

TYPED, DRAFT, STARTED, REQUESTS = (
    "reissue_typed",
    "reissue_draft",
    "reissue_started_at",
    "reissue_requests",
)
SALT = "senim.portal.reissue"
STEPS = 5
EITHER = routes.Capacity.EITHER


class Reissue(Order):
    """What a holder says anew; who they are is known, and that they are a person too.

    ``capacities``: for whom this person holds certificates. Of several one is chosen.
    """

    bin = role = iin = surname = given_name = patronymic = None  # type: ignore[assignment]
    capacity = forms.ChoiceField(
        label=later("portal.reissue.capacity"),
        widget=forms.RadioSelect,
        error_messages=unchosen("portal.reissue.capacity.required"),
    )

    def __init__(self, *given: Any, capacities: list[Capacity], **more: Any) -> None:
        self.capacities = {one.id: one for one in capacities}
        super().__init__(*given, human=True, **more)
        if len(capacities) < 2:
            del self.fields["capacity"]
        else:
            offer(self, "capacity", [(one.id, one.said) for one in capacities])

    def contact(self) -> dict[str, str]:
        said = {name: str(value) for name, value in self.cleaned_data.items() if name != "capacity"}
        [first, *_] = self.capacities
        capacity = self.capacities[self.cleaned_data.get("capacity", first)]
        return {**said, "bin": capacity.bin, "role": capacity.role}


def form(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    capacities = _capacities(request, at)
    if not capacities:
        return render(request, "portal/reissue/no_key.html")
    if request.method != "POST":
        request.session[STARTED] = at.isoformat()
        known = request.session.get(TYPED) or reissue.known_contact(account_id=whose(request))
        return _form_page(request, Reissue(initial=known, at=at, capacities=capacities))
    typed = Reissue(request.POST, at=at, capacities=capacities)
    request.session[TYPED] = {name: str(request.POST.get(name, "")) for name in typed.fields}
    if not typed.is_valid():
        return _form_page(request, typed, code=422)
    return _examined(request, typed, at=at)


def _capacities(request: HttpRequest, at: datetime) -> list[Capacity]:
    """Who acts for an organisation asks for certificates for it, and for nobody else."""
    mine, acting = reissue.may_ask_as(account_id=whose(request), at=at), acting_of(request)
    return [one for one in mine if acting is None or one.bin == acting.bin]


def _examined(request: HttpRequest, typed: Reissue, *, at: datetime) -> HttpResponse:
    started_at = datetime.fromisoformat(request.session.get(STARTED, at.isoformat()))
    try:
        applicant = reissue.examine(
            contact=typed.contact(),
            account_id=whose(request),
            network=network_of(request),
            language=language(),
            started_at=started_at,
            at=at,
        )
    except Refused as refusal:
        typed.show_refusal(refusal)
        return _form_page(request, typed, code=status_of(refusal))
    draft = Draft.begin(applicant.form, started_at=started_at)
    request.session[DRAFT] = draft.as_json()
    request.session.pop(REQUESTS, None)
    return redirect("reissue-keys")


def keys(request: HttpRequest) -> HttpResponse:
    """New keys are made in the browser, as for an order; their requests come before anything is signed."""
    kept = request.session.get(DRAFT)
    if not kept:
        return redirect("reissue")
    if request.method != "POST":
        return _keys_page(request, Draft.from_json(kept))
    if "storage" in request.POST:  # the carrier does not work
        request.session[DRAFT] = Draft.from_json(kept).kept_in(request.POST["storage"]).as_json()
        return redirect("reissue-keys")
    made = {name: request.POST.get(name, "") for name in ("request_sign", "request_auth")}
    try:
        reissue.request_text(_wish(Draft.from_json(kept), made))
    except RequestNotUsable as refusal:
        return _keys_page(request, Draft.from_json(kept), refusal=refusal, code=409)
    request.session[REQUESTS] = made
    return redirect("reissue-sign")


def sign(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        kept, made = request.session.get(DRAFT), request.session.get(REQUESTS)
        if not (kept and made):
            return redirect("reissue-keys")
        return _sign_page(request, Draft.from_json(kept), made, Signature())
    found = _from_token(request, request.POST.get("draft", ""))
    if found is None:
        return redirect("reissue")
    draft, made = found
    signature = Signature(request.POST)
    if not signature.is_valid():
        return _sign_page(request, draft, made, signature, code=422)
    return _submitted(request, draft, made, signature)


def _submitted(
    request: HttpRequest, draft: Draft, made: dict[str, str], signature: Signature
) -> HttpResponse:
    try:
        done = reissue.submit(
            wish=_wish(draft, made),
            account_id=whose(request),
            authentication=authentication_of(request),
            signature=signature.cleaned_data["signature"],
            network=network_of(request),
            at=timezone.now(),
        )
    except Refused as refusal:
        show_in(signature, refusal)
        if not isinstance(refusal, Unavailable):  # what the registry refused is on record under its key
            draft = Draft(draft.form, uuid4(), draft.started_at, None)
            request.session[DRAFT] = draft.as_json()
        code = status_of(refusal)
        return _sign_page(request, draft, made, signature, code=code)
    for name in (TYPED, DRAFT, STARTED, REQUESTS):
        request.session.pop(name, None)
    request.session[SENT] = str(done.application_id)
    return redirect("order-done")


def _wish(draft: Draft, made: dict[str, str]) -> Wish:
    return Wish(
        key=draft.key,
        form=draft.form,
        sign_request=decoded(made["request_sign"]),
        auth_request=decoded(made["request_auth"]),
        language=language(),
        started_at=draft.started_at,
    )


def _form_page(request: HttpRequest, typed: Reissue, *, code: int = 200) -> HttpResponse:
    context = {
        "form": typed,
        "person": profiles.profile(whose(request)),
        "storage_hints": {name: Text(f"portal.order.storage.{name}.hint") for name in STORAGES},
        "steps": STEPS,
    }
    return render(request, "portal/reissue/form.html", context, status=code)


def _keys_page(
    request: HttpRequest, draft: Draft, *, refusal: Refused | None = None, code: int = 200
) -> HttpResponse:
    name = f"{draft.form.surname} {draft.form.given_name}".upper()
    context: dict[str, Any] = {
        "draft": draft,
        "refusal": refusal,
        "made": {},
        "subject": json.dumps([["2.5.4.3", name]], ensure_ascii=False),
        "name": name,
        "file_name": f"senim-{timezone.localdate():%Y-%m-%d}.p12",
        "now": timezone.now(),
        "form_page": reverse("reissue"),
        "steps": STEPS,
        "send": Text("portal.reissue.to_sign"),
    }
    return render(request, "portal/orders/keys.html", context, status=code)


def _sign_page(
    request: HttpRequest, draft: Draft, made: dict[str, str], signature: Signature, *, code: int = 200
) -> HttpResponse:
    text = reissue.request_text(_wish(draft, made))
    kept = {"draft": draft.as_json(), "made": made, "account": str(whose(request))}
    hidden = {"draft": signing.dumps(kept, salt=SALT, compress=True)}
    sheet = Sheet(text, "sign", now=timezone.now(), hidden=hidden, open=True)
    context = {"form": signature, "sheet": sheet, "storage": draft.form.storage, "steps": STEPS}
    return render(request, "portal/reissue/sign.html", context, status=code)


def _from_token(request: HttpRequest, token: str) -> tuple[Draft, dict[str, str]] | None:
    try:
        kept: dict[str, Any] = signing.loads(token, salt=SALT, max_age=DRAFT_SECONDS)
    except signing.BadSignature:
        return None
    if kept["account"] != str(whose(request)):
        return None
    return Draft.from_json(kept["draft"]), kept["made"]


ROUTES = [
    Route("reissue/", form, Who.SIGNED_IN, "reissue", capacity=EITHER),
    Route("reissue/keys/", keys, Who.SIGNED_IN, "reissue-keys", capacity=EITHER),
    Route("reissue/sign/", sign, Who.SIGNED_IN, "reissue-sign", capacity=EITHER),
]
