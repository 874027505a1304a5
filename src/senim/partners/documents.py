"""``/v1/documents``: a system asks an owner by code or QR, waits for the answer, and looks (DD-4b)."""

from base64 import b64encode
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from senim.accounts.systems.process import OF_DOCUMENTS
from senim.accounts.systems.standing import AdmittedSystem
from senim.documents import systems
from senim.documents.claims import ClaimId, Rendezvous
from senim.documents.codes import CODE_DIGITS
from senim.documents.display import Document
from senim.documents.kinds import KINDS
from senim.documents.views import ViewId
from senim.pages.routes import Kind, Route, Who
from senim.partners.access import NEVER_KEPT, needs
from senim.partners.bodies import one_of, schema_of, takes, words
from senim.partners.described import (
    DAY,
    ID,
    MISSING,
    MOMENT,
    REFUSED,
    UNREADABLE,
    WORDS,
    Operation,
    answer,
    id_in_path,
    whole,
)

CLAIMS, VIEWS = "v1/documents/claims", "v1/documents/views"
TOKEN_LETTERS = 26
"""128 bits in base32: the end of what a QR says, whatever the portal's address is."""

PURPOSE = one_of(OF_DOCUMENTS, "what for: the token is for it, and the owner reads it")
BY_CODE = {"code": words(f"[0-9]{{{CODE_DIGITS}}}", "as the owner says it"), "purpose": PURPOSE}
BY_QR = {
    "qr": words(
        rf"[A-Za-z0-9:/.\[\]-]{{0,200}}[A-Za-z2-7]{{{TOKEN_LETTERS}}}",
        "all that the QR on the owner's screen says",
    ),
    "purpose": PURPOSE,
}


@require_http_methods(["POST"])
@needs(*OF_DOCUMENTS)
@takes(BY_CODE)
def enter_code(request: HttpRequest, system: AdmittedSystem, body: dict[str, Any]) -> HttpResponse:  # noqa: ARG001
    return _asked(systems.enter_code(system=system, **body, at=timezone.now()))


@require_http_methods(["POST"])
@needs(*OF_DOCUMENTS)
@takes(BY_QR)
def scan(request: HttpRequest, system: AdmittedSystem, body: dict[str, Any]) -> HttpResponse:  # noqa: ARG001
    token, purpose = body["qr"][-TOKEN_LETTERS:], body["purpose"]
    return _asked(systems.scan(system=system, purpose=purpose, token=token, at=timezone.now()))


@require_http_methods(["GET"])
@needs(*OF_DOCUMENTS)
def claim(request: HttpRequest, system: AdmittedSystem, claim_id: UUID) -> HttpResponse:  # noqa: ARG001
    stands = systems.waiting(system=system, claim_id=ClaimId(claim_id), at=timezone.now())
    said = _claim(ClaimId(claim_id), stands.number, stands.answer_by, stands.view_id)
    return JsonResponse(said, status=200 if stands.view_id else 202, headers=NEVER_KEPT)


@require_http_methods(["GET"])
@needs(*OF_DOCUMENTS)
def view(request: HttpRequest, system: AdmittedSystem, view_id: UUID) -> HttpResponse:  # noqa: ARG001
    looking = systems.look(system=system, view_id=ViewId(view_id), at=timezone.now())
    said = {
        "view": str(view_id),
        "opened_at": _moment(looking.opened_at),
        "closes_at": _moment(looking.closes_at),
        "as_of": _moment(looking.document.as_of),
        "signed_by": looking.document.signer_name,
        "document": _document(looking.document),
    }
    return JsonResponse(said, headers=NEVER_KEPT)


def _asked(asked: Rendezvous) -> HttpResponse:
    where = {"Location": f"/{CLAIMS}/{asked.claim_id}"}
    said = _claim(asked.claim_id, asked.number, asked.answer_by, None)
    return JsonResponse(said, status=202, headers={**NEVER_KEPT, **where})


def _claim(claim_id: ClaimId, number: str, answer_by: datetime, view_id: ViewId | None) -> dict[str, Any]:
    return {
        "claim": str(claim_id),
        "number": number,
        "answer_by": _moment(answer_by),
        "view": str(view_id) if view_id else None,
    }


def _document(document: Document) -> dict[str, Any]:
    """What a person who was let in sees, too, and nothing else of it."""
    return {
        "kind": document.kind.name,
        "surname": document.surname,
        "given_name": document.given_name,
        "patronymic": document.patronymic,
        "portrait": b64encode(document.portrait).decode(),
        "born": document.born.isoformat(),
        "number": document.number,
        "issuer": document.issuer,
        "expires": document.expires.isoformat(),
    }


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


ONE_CLAIM, ONE_VIEW = f"{CLAIMS}/<uuid:claim_id>", f"{VIEWS}/<uuid:view_id>"
ROUTES = [
    Route(f"{CLAIMS}/by-code", enter_code, Who.SYSTEM, "document-claim-by-code", Kind.DATA),
    Route(f"{CLAIMS}/by-qr", scan, Who.SYSTEM, "document-claim-by-qr", Kind.DATA),
    Route(ONE_CLAIM, claim, Who.SYSTEM, "document-claim", Kind.DATA),
    Route(ONE_VIEW, view, Who.SYSTEM, "document-view", Kind.DATA),
]

_CLAIM = {
    "claim": ID,
    "number": {"type": "string", "pattern": "^[0-9]+$", "description": "to show: the owner types it"},
    "answer_by": MOMENT,
    "view": {**ID, "type": ["string", "null"]},
}
_DOCUMENT = {
    "kind": {"enum": [kind.name for kind in KINDS]},
    **dict.fromkeys(("surname", "given_name", "patronymic"), WORDS),
    "portrait": {"type": "string", "contentEncoding": "base64", "contentMediaType": "image/png"},
    "born": DAY,
    "number": WORDS,
    "issuer": {"type": "string", "description": "in the language of Accept-Language"},
    "expires": DAY,
}
_VIEW = {
    "view": ID,
    "opened_at": MOMENT,
    "closes_at": {**MOMENT, "description": "or earlier, if the owner stops it"},
    "as_of": {**MOMENT, "description": "when the registry said so"},
    "signed_by": {"type": "string", "description": "whose signature of the registry's answer was verified"},
    "document": whole(_DOCUMENT),
}
_WAITS = answer("The owner is asked", _CLAIM)
OPERATIONS = [
    Operation(
        path=f"{CLAIMS}/by-code",
        method="post",
        id="claimByCode",
        summary="Ask the owner of a six-digit code; a code of nobody's is answered alike",
        purposes=OF_DOCUMENTS,
        body=schema_of(BY_CODE),
        answers={"202": _WAITS, **UNREADABLE, **REFUSED},
    ),
    Operation(
        path=f"{CLAIMS}/by-qr",
        method="post",
        id="claimByQr",
        summary="Ask the owner of a QR, which is spent by it",
        purposes=OF_DOCUMENTS,
        body=schema_of(BY_QR),
        answers={"202": _WAITS, **UNREADABLE, **REFUSED},
    ),
    Operation(
        path=f"{CLAIMS}/{{claim_id}}",
        method="get",
        id="documentClaim",
        summary="Does the owner consent?",
        purposes=OF_DOCUMENTS,
        parameters=(id_in_path("claim_id"),),
        answers={"200": answer("The owner consents", _CLAIM), "202": _WAITS, **REFUSED, **MISSING},
    ),
    Operation(
        path=f"{VIEWS}/{{view_id}}",
        method="get",
        id="documentView",
        summary="The document, asked from its registry anew, while the owner lets it be seen",
        purposes=OF_DOCUMENTS,
        parameters=(id_in_path("view_id"),),
        answers={"200": answer("The document", _VIEW), **REFUSED, **MISSING},
    ),
]
