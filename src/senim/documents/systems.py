"""Users' information systems at the service: they ask an owner, wait, and look for a few minutes (DD-4b).

Claims, limits and looks are those of people (``claims``, ``views``). What is more: a system asks for one
purpose, which its decision and its token name; the owner is asked after a QR, too; purpose and kind of
document are judged anew at each look. Nothing here lists, searches or keeps.
"""

from datetime import datetime

from django.db import transaction

from senim.accounts.systems.process import OF_DOCUMENTS, Purpose
from senim.accounts.systems.refusals import PurposeNotAdmitted
from senim.accounts.systems.standing import AdmittedSystem, refuse_unless_for, refuse_unless_of
from senim.documents import claims, codes, views
from senim.documents.claims import ClaimId, Rendezvous, Waiting
from senim.documents.models import Path, ViewerKind
from senim.documents.viewers import Viewer
from senim.documents.views import Looking, ViewId
from senim.errors import Refused


class NobodyAnswered(Refused):
    """Refused, too late, or the code was nobody's: one answer for all."""

    clause = "DD-4b"


def enter_code(*, system: AdmittedSystem, purpose: str, code: str, at: datetime) -> Rendezvous:
    """Ask whose code this is. One of a document that the decision does not name is nobody's.

    Raises PurposeNotAdmitted, NotACode, TooManyClaims.
    """
    viewer = _viewer(system, purpose)
    return claims.rendezvous(viewer, code=code, kinds=system.document_types, at=at)


def scan(*, system: AdmittedSystem, purpose: str, token: str, at: datetime) -> Rendezvous:
    """Ask whose QR this is, and spend it: who holds it up has not yet read who asks, and for what.

    Raises PurposeNotAdmitted, QrIsSpent, KindNotAdmitted.
    """
    viewer, digest = _viewer(system, purpose), codes.token_digest(token)
    with transaction.atomic():
        grant = claims.grant_of_qr(digest, at=at)
        refuse_unless_of(system, grant.kind)
        claims.spend_qr(digest, at=at)
        return claims.make_claim(grant, "scan_qr", viewer=viewer, path=Path.QR, at=at)


def waiting(*, system: AdmittedSystem, claim_id: ClaimId, at: datetime) -> Waiting:
    """Raises NoSuchClaim, PurposeNotAdmitted, NobodyAnswered."""
    claim = claims.claim_of(system.id, claim_id)
    refuse_unless_for(system, Purpose(claim.purpose))
    stands = claims.standing_of(claim, at=at)
    if stands.state == "no_answer":
        raise NobodyAnswered
    return stands


def look(*, system: AdmittedSystem, view_id: ViewId, at: datetime) -> Looking:
    """The document, asked from its registry anew; the owner reads who had it asked.

    Raises NoSuchView, PurposeNotAdmitted, KindNotAdmitted, ViewEnded, ViewStopped and show()'s.
    """
    view = views.view_of(system.id, view_id)
    refuse_unless_for(system, Purpose(view.purpose))
    refuse_unless_of(system, view.kind)
    return views.seen(view, by=f"{system.name}, {system.organisation}", at=at)


def _viewer(system: AdmittedSystem, purpose: str) -> Viewer:
    """Documents are viewed and presented, and nothing else is done with them. Raises PurposeNotAdmitted."""
    if purpose not in OF_DOCUMENTS:
        raise PurposeNotAdmitted
    refuse_unless_for(system, Purpose(purpose))
    return Viewer(system.id, ViewerKind.SYSTEM, purpose=purpose)
