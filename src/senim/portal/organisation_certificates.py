"""Certificates that people hold for an organisation, and taking back those of somebody who left (CA-8).

For whose role it is (``accounts.organisations.rights``); to others these pages are not there.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from senim.accounts.organisations.acting import Acting
from senim.accounts.organisations.rights import NotInThisRole
from senim.accounts.sessions import acting_of, authentication_of, whose
from senim.enrolment import organisation_certificates
from senim.enrolment import revocation_for_organisation as for_organisation
from senim.enrolment.organisation_certificates import STATES, Held
from senim.enrolment.revocation import Wish
from senim.errors import Refused, Unavailable
from senim.pages.choices import offer
from senim.pages.failures import show_in, status_of
from senim.pages.routes import Capacity, Route, Who
from senim.pages.signature import Sheet, Signature
from senim.pages.words import later
from senim.portal import wishes
from senim.portal.certificates import Line, serial_number_in, state_of
from senim.texts import Text, language


class Search(forms.Form):
    """Whose, and in which state; nothing typed finds everybody."""

    query = forms.CharField(label=later("portal.staff.query"), required=False, max_length=100)
    state = forms.ChoiceField(label=later("portal.staff.state"), required=False)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        offer(self, "state", [(one, Text(f"portal.staff.state.{one}")) for one in STATES])

    def asked(self) -> dict[str, str]:
        query = " ".join(str(self.cleaned_data["query"]).split())
        return {"query": query, "state": self.cleaned_data["state"] or STATES[0]}


@dataclass(frozen=True)
class Person:
    """A holder as the organisation reads it. ``apart``: why nothing of theirs is taken back here."""

    held: Held
    lines: tuple[Line, ...]
    apart: Text | None

    @property
    def roles(self) -> list[Text]:
        return [Text(f"enrolment.role.{one}") for one in self.held.roles]

    @property
    def number(self) -> str:
        """Of a certificate that may be taken back here; empty where there is none."""
        if self.apart:
            return ""
        return next((one.number for one in self.lines if one.may_be_revoked), "")


def certificates(request: HttpRequest) -> HttpResponse:
    acting, at = _acting(request), timezone.now()
    form = Search(request.GET)
    context: dict[str, Any] = {"form": form, "everybody": not any(request.GET.values())}
    if form.is_valid():
        found = organisation_certificates.search(acting, **form.asked(), at=at)
        apart = for_organisation.apart(acting, account_id=whose(request), held=found.held)
        people = [_person(one, at, apart.get(one.iin)) for one in found.held]
        context |= {"people": people, "more": found.more}
    return render(request, "portal/organisation/certificates.html", context)


def revoke(request: HttpRequest, number: str) -> HttpResponse:
    """Whose certificates go and what that means; the request in words, signed for the organisation."""
    acting, at = _acting(request), timezone.now()
    if request.method != "POST":
        asked = for_organisation.leaving(
            acting,
            serial_number=serial_number_in(number),
            account_id=whose(request),
            language=language(),
            at=at,
        )
        return _sign_page(request, acting, asked, Signature())
    wish = wishes.unsealed(request.POST.get("draft", ""), **_bound_to(request))
    if wish is None:
        return redirect("organisation-certificate-revoke", number)
    form = Signature(request.POST)
    if not form.is_valid():
        return _sign_page(request, acting, wish, form, status=422)
    return _submitted(request, acting, wish, form)


def _submitted(request: HttpRequest, acting: Acting, wish: Wish, form: Signature) -> HttpResponse:
    try:
        request_id = for_organisation.submit(
            wish=wish,
            acting=acting,
            account_id=whose(request),
            authentication=authentication_of(request),
            signature=form.cleaned_data["signature"],
            at=timezone.now(),
        )
    except Refused as refusal:
        show_in(form, refusal)
        # What was refused is on record under its id: another try is another request.
        again = wish if isinstance(refusal, Unavailable) else replace(wish, request_id=uuid4())
        return _sign_page(request, acting, again, form, status=status_of(refusal))
    return redirect("revocation", request_id)


def _sign_page(
    request: HttpRequest, acting: Acting, wish: Wish, form: Signature, *, status: int = 200
) -> HttpResponse:
    me, at = whose(request), timezone.now()
    text = for_organisation.request_text(wish=wish, acting=acting, account_id=me)
    token = wishes.sealed(wish, **_bound_to(request))
    held = for_organisation.held(acting, wish)
    context = {
        "form": form,
        "person": _person(held, at),
        "can_sign": for_organisation.can_sign(acting, account_id=me, at=at),
        "sheet": Sheet(text, "sign", now=at, hidden={"draft": token}, open=True),
    }
    return render(request, "portal/organisation/revoke.html", context, status=status)


def _bound_to(request: HttpRequest) -> dict[str, str]:
    return {"account": str(whose(request)), "bin": _acting(request).bin}


def _acting(request: HttpRequest) -> Acting:
    acting = acting_of(request)
    if acting is None:
        raise NotInThisRole
    return acting


def _person(held: Held, at: datetime, apart: Text | None = None) -> Person:
    return Person(held, tuple(Line(one, state_of(one, at=at)) for one in held.certificates), apart)


ROUTES = [
    Route(
        "organisation/certificates/",
        certificates,
        Who.SIGNED_IN,
        "organisation-certificates",
        capacity=Capacity.ORGANISATION,
    ),
    Route(
        "organisation/certificates/<str:number>/revoke/",
        revoke,
        Who.SIGNED_IN,
        "organisation-certificate-revoke",
        capacity=Capacity.ORGANISATION,
    ),
]
