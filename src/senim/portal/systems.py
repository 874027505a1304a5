"""An organisation's representative asks that its information system be admitted, or for other keys (DD-4a).

What was typed waits in the session for the signature; the text that is signed names all of it.
"""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from senim.accounts.sessions import acting_of, authentication_of, whose
from senim.accounts.systems import applications, keys, refusals, register
from senim.accounts.systems.process import Purpose
from senim.accounts.systems.wishes import Wish
from senim.countries.kz.documents import DOCUMENT_TYPES
from senim.errors import Refused
from senim.identifiers import WrongIdentifier, parse
from senim.pages.failures import show_in
from senim.pages.routes import Capacity, Route, Who
from senim.pages.signature import Sheet, Signature
from senim.pages.words import later
from senim.registries.legal_entities import EntityUnknown
from senim.settings import settings

DRAFT = "system_wish"
FIELD_OF: dict[type[Refused], str] = {
    WrongIdentifier: "bin",
    EntityUnknown: "bin",
    refusals.OrganisationLiquidated: "bin",
    refusals.SystemAppliedAlready: "name",
    refusals.BeyondTheApplication: "purposes",
    refusals.PrivateKeyGiven: "keys",
    refusals.KeysUnusable: "keys",
}
SHOWN = tuple(FIELD_OF)


def _text(label: str, *, most: int) -> forms.CharField:
    required = {"required": later("portal.systems.required")}
    return forms.CharField(label=later(label), max_length=most, strip=True, error_messages=required)


class Keys(forms.Form):
    """Public keys only; a private one is refused and said to be spoilt."""

    keys = forms.CharField(
        label=later("portal.systems.keys"),
        max_length=keys.LARGEST,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
        error_messages={"required": later("portal.systems.required")},
    )


class Application(Keys):
    bin = _text("portal.systems.bin", most=14)
    name = _text("portal.systems.name", most=120)
    purposes = forms.MultipleChoiceField(
        label=later("portal.systems.purposes"),
        widget=forms.CheckboxSelectMultiple,
        choices=[(one.value, later(f"accounts.systems.purpose.{one}")) for one in Purpose],
        error_messages={"required": later("portal.systems.purposes_required")},
    )
    document_types = forms.MultipleChoiceField(
        label=later("portal.systems.document_types"),
        widget=forms.CheckboxSelectMultiple,
        choices=[(one, later(f"accounts.systems.document.{one}")) for one in DOCUMENT_TYPES],
        required=False,
    )
    contact_name = _text("portal.systems.contact_name", most=200)
    contact_email = forms.EmailField(
        label=later("portal.systems.contact_email"),
        max_length=254,
        error_messages=dict.fromkeys(("required", "invalid"), later("portal.systems.email_wrong")),
    )
    field_order = ("bin", "name", "purposes", "document_types", "keys", "contact_name", "contact_email")


def systems(request: HttpRequest) -> HttpResponse:
    """What this person applied for and what became of it, and the systems of whom they may sign for."""
    mine = whose(request)
    context = {
        "applications": register.applied_for_by(mine),
        "systems": register.systems_of(mine, acting_of(request), at=timezone.now()),
        "api": settings.partners_origin,
    }
    return render(request, "portal/systems/list.html", context)


def new(request: HttpRequest) -> HttpResponse:
    form = Application(request.POST) if request.method == "POST" else Application()
    if form.is_valid():
        said = dict(form.cleaned_data)
        try:
            said |= {"bin": parse(said["bin"]).number, "keys": keys.read(said["keys"])}
            return _to_sign(request, said)
        except SHOWN as refusal:
            show_in(form, refusal, field=FIELD_OF[type(refusal)])
    return _page(request, "new", form)


def other_keys(request: HttpRequest, system_id: UUID) -> HttpResponse:
    """Only for a system of the list."""
    file = register.own_system(whose(request), acting_of(request), system_id, at=timezone.now())
    form = Keys(request.POST) if request.method == "POST" else Keys()
    if form.is_valid():
        try:
            return _to_sign(request, _as_it_is(file, keys.read(form.cleaned_data["keys"])))
        except (refusals.PrivateKeyGiven, refusals.KeysUnusable) as refusal:
            show_in(form, refusal, field="keys")
    return _page(request, "keys", form, file=file)


def _as_it_is(file: register.SystemFile, jwks: keys.Jwks) -> dict[str, Any]:
    return {
        "bin": file.line.bin,
        "name": file.line.name,
        "purposes": file.facts.purposes,
        "document_types": file.facts.document_types,
        "contact_name": file.facts.contact_name,
        "contact_email": file.facts.contact_email,
        "keys": jwks,
        "system_id": str(file.line.id),
    }


def _to_sign(request: HttpRequest, said: dict[str, Any]) -> HttpResponse:
    """Raises what ``applications.prepare`` raises: nobody signs what would be refused."""
    applications.prepare(wish=_wish(said), at=timezone.now())
    request.session[DRAFT] = said
    return redirect("system-sign")


def _wish(said: dict[str, Any]) -> Wish:
    system = said.get("system_id")
    return Wish(
        bin=said["bin"],
        name=said["name"],
        purposes=tuple(map(Purpose, said["purposes"])),
        document_types=tuple(said["document_types"]),
        keys=said["keys"],
        contact_name=said["contact_name"],
        contact_email=said["contact_email"],
        system_id=UUID(system) if system else None,
    )


def sign(request: HttpRequest) -> HttpResponse:
    said = request.session.get(DRAFT)
    if not said:
        return redirect("system-new")
    form, wish, at = Signature(request.POST or None), _wish(said), timezone.now()
    if form.is_valid():
        signature = form.cleaned_data["signature"]
        try:
            applications.apply(
                wish=wish,
                account_id=whose(request),
                authentication=authentication_of(request),
                signature=signature,
                at=at,
            )
        except (refusals.ApplicationNotSigned, refusals.NotTheRepresentative) as refusal:
            show_in(form, refusal)
        else:
            del request.session[DRAFT]
            return redirect("systems")
    prepared = applications.prepare(wish=wish, at=at)
    sheet = Sheet(prepared.document.decode(), "sign", now=at)
    return _page(request, "sign", form, sheet=sheet, wish=wish, organisation=prepared.organisation)


def _page(request: HttpRequest, name: str, form: forms.Form, **facts: object) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, f"portal/systems/{name}.html", {"form": form, **facts}, status=status)


EITHER = Capacity.EITHER
ROUTES = [
    Route("systems/", systems, Who.SIGNED_IN, "systems", capacity=EITHER),
    Route("systems/new/", new, Who.SIGNED_IN, "system-new", capacity=EITHER),
    Route("systems/sign/", sign, Who.SIGNED_IN, "system-sign", capacity=EITHER),
    Route("systems/<uuid:system_id>/keys/", other_keys, Who.SIGNED_IN, "system-keys", capacity=EITHER),
]
