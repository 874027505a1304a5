"""Letters that ask for an operator's certificates: taken in, ordered with one's own signature, or refused."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from senim.accounts import signed_steps
from senim.accounts.registry_reads import Asker, Ground, note
from senim.accounts.sessions import authentication_of
from senim.countries.kz import oids
from senim.desk.archive import as_file
from senim.desk.operator import operator_at
from senim.desk.operator_letter_forms import NewOperator, RefuseLetter
from senim.desk.signatures import have_signed
from senim.errors import Refused
from senim.identifiers import WrongIdentifier
from senim.operators import applications, issuing, packets, papers
from senim.operators.correspondence import letter
from senim.operators.packets import KINDS, Packet
from senim.operators.standing import refuse_unless_responsible
from senim.pages.failures import show_in
from senim.pages.files import file_to_save
from senim.pages.routes import Kind, Route, Who
from senim.pages.signature import Sheet
from senim.registries import people, relatives
from senim.registries.people import PersonUnknown
from senim.settings import settings

FIELD_OF: dict[type[Refused], str] = {
    WrongIdentifier: "iin",
    PersonUnknown: "iin",
    applications.IdentifierAnnulled: "iin",
    applications.AppliedAlready: "iin",
    packets.CarrierNotProtected: "non_exportable",
}
SHOWN: tuple[type[Refused], ...] = (
    *FIELD_OF,
    packets.PacketIncomplete,
    packets.ScanUnusable,
    packets.RequestUnusable,
    packets.OneKeyTwice,
)
"""What is said in the form, with everything typed still there."""


def new(request: HttpRequest) -> HttpResponse:
    """CA-15.1c."""
    refuse_unless_responsible(operator_at(request))
    form = NewOperator(request.POST, request.FILES) if request.method == "POST" else NewOperator()
    if form.is_valid():
        try:
            examined = applications.examine(packet=_packet(form.cleaned_data), by=operator_at(request))
            _note(request, examined.iin)
            received = applications.receive(examined=examined, at=timezone.now())
        except SHOWN as refusal:
            show_in(form, refusal, field=_field_of(refusal))
        else:
            return redirect("operator-letter", received.application_id)
    context = {"form": form, "most": settings.archive_scan_at_most_mb}
    return render(request, "desk/operators/new.html", context, status=422 if form.errors else 200)


def _field_of(refusal: Refused) -> str | None:
    if isinstance(refusal, packets.ScanUnusable):
        return f"scan_of_{refusal.kind}"
    return FIELD_OF.get(type(refusal))


def _note(request: HttpRequest, iin: str, registry: str = people.INDIVIDUALS.name) -> None:
    """Whoever is to be an operator reads that they were asked about."""
    note(
        iin=iin,
        registry=registry,
        asked_by=Asker.OPERATOR,
        who=operator_at(request).name,
        ground=Ground.OFFICE,
        at=timezone.now(),
    )


def _packet(said: dict[str, Any]) -> Packet:
    files = {name: given.read() for name, given in said.items() if isinstance(given, UploadedFile)}
    written = {name: given for name, given in said.items() if not isinstance(given, UploadedFile)}
    return Packet(
        **written,
        sign_request=files["sign_request"],
        auth_request=files["auth_request"],
        scans={kind: files[f"scan_of_{kind}"] for kind in KINDS},
    )


def show(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    refuse_unless_responsible(operator_at(request))
    shown = letter(letter_id)
    context = {
        "letter": shown,
        "own": shown.iin == operator_at(request).iin,
        "may": dict.fromkeys(shown.actions, True),
        "signed_step": signed_steps.latest(papers.reference(letter_id)),
        "issued": bool(issuing.certificates_to_install(application_id=letter_id)),
    }
    return render(request, "desk/operators/letter.html", context)


def paper(request: HttpRequest, letter_id: UUID, kind: str) -> HttpResponse:
    """A scan, as a file to keep; that somebody looked is on record."""
    me, at = operator_at(request), timezone.now()
    return as_file(papers.copy(application_id=letter_id, kind=kind, operator=me, at=at))


def refuse(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    refuse_unless_responsible(operator_at(request))
    form = RefuseLetter(request.POST) if request.method == "POST" else RefuseLetter()
    if form.is_valid():
        try:
            reason, at = form.cleaned_data["reason"], timezone.now()
            applications.refuse(application_id=letter_id, reason=reason, by=operator_at(request), at=at)
        except applications.RefusalUnclear as refusal:
            show_in(form, refusal, field="reason")
        else:
            return redirect("operator-letter", letter_id)
    context = {"letter": letter(letter_id), "form": form}
    return render(request, "desk/operators/refuse.html", context, status=422 if form.errors else 200)


def order(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """CA-15.1d: with the own operator's signature, as applications of citizens are confirmed."""
    verb, page = partial(_order, request, letter_id), partial(_order_page, request, letter_id)
    again = (issuing.OrderNotSigned,)
    return have_signed(request, verb, page=page, said_there=again) or redirect("operator-letter", letter_id)


def _order(request: HttpRequest, letter_id: UUID, *, signature: bytes, at: datetime) -> None:
    refuse_unless_responsible(operator_at(request))
    _note(request, letter(letter_id).iin, relatives.CIVIL_STATUS.name)
    keep = partial(
        signed_steps.keep_of,
        iin=operator_at(request).iin,
        subject=papers.reference(letter_id),
        authentication=authentication_of(request),
        at=at,
    )
    issuing.order(
        application_id=letter_id, operator=operator_at(request), signature=signature, keep=keep, at=at
    )


def _order_page(request: HttpRequest, letter_id: UUID, form: forms.Form, *, code: int) -> HttpResponse:
    document = issuing.document_to_sign(application_id=letter_id, operator=operator_at(request))
    sheet = Sheet(document.decode(), "sign", now=timezone.now(), role=oids.OPERATOR)
    context = {"letter": letter(letter_id), "form": form, "sheet": sheet}
    return render(request, "desk/operators/order.html", context, status=code)


def certificates(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """For the operator's own carrier, once issued (CA-15.1e): nobody else's certificate is given here."""
    refuse_unless_responsible(operator_at(request))
    pem = issuing.pem_to_install(application_id=letter_id)
    return file_to_save(pem, "operator-certificates.pem", "application/x-pem-file")


_OF_ONE = "operators/letters/<uuid:letter_id>/"
ROUTES = [
    Route("operators/new/", new, Who.OPERATOR, "operator-new", scans=len(KINDS)),
    Route(_OF_ONE, show, Who.OPERATOR, "operator-letter"),
    Route(f"{_OF_ONE}papers/<slug:kind>/", paper, Who.OPERATOR, "operator-paper", Kind.FILE),
    Route(f"{_OF_ONE}refuse/", refuse, Who.OPERATOR, "operator-refuse"),
    Route(f"{_OF_ONE}order/", order, Who.OPERATOR, "operator-order"),
    Route(f"{_OF_ONE}certificates.pem", certificates, Who.OPERATOR, "operator-certificates", Kind.FILE),
]
