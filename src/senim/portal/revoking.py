"""Revoke one's own certificate: a reason, one's own signature over the request, the outcome (CA-8.P1–P3a)."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from senim.accounts import signed_steps
from senim.accounts.sessions import acting_of, authentication_of, whose
from senim.enrolment import revocation
from senim.enrolment.lists import centres_by_region
from senim.enrolment.revocation import REASONS, Wish
from senim.enrolment.revocation_outcome import outcome
from senim.errors import Refused
from senim.journal.places import places_of
from senim.pages.choices import offer, unchosen
from senim.pages.failures import show_in
from senim.pages.routes import Capacity, Route, Who
from senim.pages.signature import Sheet, Signature
from senim.pages.words import later
from senim.portal import wishes
from senim.portal.certificates import Line, line_of, lines_of
from senim.texts import Text, language

DRAFT, STARTED = "revocation_draft", "revocation_started_at"


class Revoke(forms.Form):
    """Why, and which certificates: keys of one order lie in one file, and are lost together."""

    reason = forms.ChoiceField(
        label=later("portal.revoke.reason"),
        widget=forms.RadioSelect,
        error_messages=unchosen("portal.revoke.reason.required"),
    )
    certificates = forms.MultipleChoiceField(
        label=later("portal.revoke.which"),
        widget=forms.CheckboxSelectMultiple,
        error_messages=unchosen("portal.revoke.which.required"),
    )

    def __init__(self, *given: Any, lines: list[Line], **more: Any) -> None:
        super().__init__(*given, **more)
        reasons = [(value, Text(_words(one.name))) for value, one in REASONS.items()]
        which = [(one.number, Text("portal.revoke.one", kind=one.kind, number=one.spelled)) for one in lines]
        offer(self, "reason", reasons)
        offer(self, "certificates", which)

    def wish(self, *, started_at: datetime, at: datetime) -> Wish:
        return Wish(
            request_id=uuid4(),
            serial_numbers=tuple(int(number, 16) for number in self.cleaned_data["certificates"]),
            reason=REASONS[self.cleaned_data["reason"]],
            language=language(),
            started_at=started_at,
            asked_at=at,
        )


def revoke(request: HttpRequest, number: str) -> HttpResponse:
    """The reason and the certificates; without a key to sign with, where to go instead."""
    at = timezone.now()
    line = line_of(request, number, at=at)
    if not line.may_be_revoked:
        return redirect("certificate", number)
    if not revocation.can_sign(account_id=whose(request), at=at):
        return render(request, "portal/revoking/no_key.html", {"line": line, "regions": centres_by_region()})
    candidates = [one for one in lines_of(request, at=at) if one.may_be_revoked]
    if request.method != "POST":
        request.session[STARTED] = at.isoformat()
        form = Revoke(initial={"certificates": _together(line, candidates)}, lines=candidates)
        return _form_page(request, line, form)
    form = Revoke(request.POST, lines=candidates)
    if not form.is_valid():
        return _form_page(request, line, form, status=422)
    started_at = datetime.fromisoformat(request.session.get(STARTED, at.isoformat()))
    request.session[DRAFT] = form.wish(started_at=started_at, at=at).as_json()
    return redirect("certificate-revoke-sign", number)


def sign(request: HttpRequest, number: str) -> HttpResponse:
    """The request in words, signed with the holder's own key: also with the one that is taken back."""
    if request.method != "POST":
        kept = request.session.get(DRAFT)
        if not kept:
            return redirect("certificate-revoke", number)
        return _sign_page(request, number, Wish.from_json(kept), Signature())
    wish = wishes.unsealed(request.POST.get("draft", ""), account=str(whose(request)))
    if wish is None:
        return redirect("certificate-revoke", number)
    form = Signature(request.POST)
    if not form.is_valid():
        return _sign_page(request, number, wish, form, status=422)
    return _submitted(request, number, wish, form)


def _submitted(request: HttpRequest, number: str, wish: Wish, form: Signature) -> HttpResponse:
    try:
        request_id = revocation.submit(
            wish=wish,
            account_id=whose(request),
            authentication=authentication_of(request),
            signature=form.cleaned_data["signature"],
            at=timezone.now(),
        )
    except Refused as refusal:
        show_in(form, refusal)
        # The refused request is on record under its id: another try is another request.
        again = replace(wish, request_id=uuid4())
        request.session[DRAFT] = again.as_json()
        return _sign_page(request, number, again, form, status=409)
    request.session.pop(DRAFT, None)
    return redirect("revocation", request_id)


def result(request: HttpRequest, request_id: UUID) -> HttpResponse:
    acting = acting_of(request)
    found = outcome(request_id=request_id, account_id=whose(request), acting_for=acting.bin if acting else "")
    subject = f"revocation:{request_id}"
    context = {
        "found": found,
        "places": places_of([subject]),
        "signed_step": signed_steps.latest(subject),
    }
    return render(request, "portal/revoking/result.html", context)


def _words(reason: str) -> str:
    return f"enrolment.revocation.reason.{reason.lower()}"


def _together(line: Line, candidates: list[Line]) -> list[str]:
    """Certificates issued in one moment have their keys in one place."""
    begun = line.facts.not_before
    return [one.number for one in candidates if one.facts.not_before == begun or one.number == line.number]


def _form_page(request: HttpRequest, line: Line, form: Revoke, *, status: int = 200) -> HttpResponse:
    hints = {value: Text(f"portal.revoke.hint.{one.name.lower()}") for value, one in REASONS.items()}
    context = {"line": line, "form": form, "hints": hints, "regions": centres_by_region()}
    return render(request, "portal/revoking/form.html", context, status=status)


def _sign_page(
    request: HttpRequest, number: str, wish: Wish, form: Signature, *, status: int = 200
) -> HttpResponse:
    text = revocation.request_text(wish=wish, account_id=whose(request))
    token = wishes.sealed(wish, account=str(whose(request)))
    sheet = Sheet(text, "sign", now=timezone.now(), hidden={"draft": token}, open=True)
    context = {"form": form, "sheet": sheet, "number": number}
    return render(request, "portal/revoking/sign.html", context, status=status)


EITHER = Capacity.EITHER
ROUTES = [
    Route("certificates/<str:number>/revoke/", revoke, Who.SIGNED_IN, "certificate-revoke", capacity=EITHER),
    Route(
        "certificates/<str:number>/revoke/sign/",
        sign,
        Who.SIGNED_IN,
        "certificate-revoke-sign",
        capacity=EITHER,
    ),
    Route("revocations/<uuid:request_id>/", result, Who.SIGNED_IN, "revocation", capacity=EITHER),
]
