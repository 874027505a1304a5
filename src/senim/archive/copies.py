"""Hand out a copy of a paper: on somebody's request, for a reason, on record (CA-15.2b, CA-15.4)."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import transaction

from senim.archive.models import IssuedCopy, Paper
from senim.archive.scans import MediaType
from senim.archive.sealing import BodyChanged, unseal
from senim.errors import NotFound, Refused
from senim.journal import record

SAID_AT_LEAST, ASKED_BY_AT_MOST, REASON_AT_MOST = 3, 200, 500
log = logging.getLogger("senim.archive")


class PaperUnknown(NotFound):
    """There is no such paper of this case."""

    clause: ClassVar[str] = "CA-15.4"


class PaperDestroyed(Refused):
    """Its term was over."""

    clause: ClassVar[str] = "CA-15.4"


class PaperDamaged(Refused):
    """What lies there is not what was put away."""

    clause: ClassVar[str] = "CA-15.4"


class NotSaidForWhom(Refused):
    """A copy without who asked for it, or why."""

    clause: ClassVar[str] = "CA-15.2b"


@dataclass(frozen=True)
class Copy:
    """A file to hand over."""

    name: str
    media_type: MediaType
    content: bytes


def issue(*, paper_id: UUID, reference: str, asked_by: str, reason: str, actor: str, at: datetime) -> Copy:
    """Raises PaperUnknown, PaperDestroyed, PaperDamaged, NotSaidForWhom."""
    asked_by, reason = " ".join(asked_by.split()), " ".join(reason.split())
    if not SAID_AT_LEAST <= len(asked_by) <= ASKED_BY_AT_MOST:
        raise NotSaidForWhom
    if not SAID_AT_LEAST <= len(reason) <= REASON_AT_MOST:
        raise NotSaidForWhom
    paper = Paper.objects.filter(pk=paper_id, reference=reference).first()
    if paper is None:
        raise PaperUnknown
    copy = Copy(_file_name(paper), MediaType(paper.media_type), _body(paper))
    with transaction.atomic():
        issued = paper.copies.create(asked_by=asked_by, reason=reason, issued_at=at, issued_by=actor)
        _record(paper, issued, asked_by, reason)
    return copy


def _body(paper: Paper) -> bytes:
    if paper.sealed is None:
        raise PaperDestroyed(day=paper.keep_until)
    try:
        return unseal(paper.id, bytes(paper.sealed))
    except BodyChanged as changed:
        log.exception("paper %s is not what was put away", paper.id)
        raise PaperDamaged from changed


def _file_name(paper: Paper) -> str:
    named = "-".join(filter(None, (paper.number, paper.kind)))
    return f"{named}.{MediaType(paper.media_type).suffix}"


def _record(paper: Paper, issued: IssuedCopy, asked_by: str, reason: str) -> None:
    record(
        verb="archive.issue_copy",
        clause="CA-15.2b",
        subject=f"paper:{paper.id}",
        actor=issued.issued_by,
        at=issued.issued_at,
        facts={"of": paper.reference},
        personal={"asked_by": asked_by, "reason": reason},
        changed=[issued],
    )
