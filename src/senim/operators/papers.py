"""Scans that come with a letter: papers of the archive as any others, sealed and looked at on record.

Before 0.6.0 they lay unsealed in this room's own table. Whoever looks at one, or ``senim operators seal``,
puts it away.
"""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import transaction
from django.db.models import Model, QuerySet

from senim import journal
from senim.archive import copies, finding, keeping
from senim.archive.copies import Copy
from senim.errors import NotFound
from senim.operators.models import OperatorApplication, Paper
from senim.operators.packets import KINDS, Packet
from senim.operators.standing import Operator, refuse_unless_responsible
from senim.texts import say


class ScanUnknown(NotFound):
    """This letter came with no such scan."""

    clause: ClassVar[str] = "CA-15.1c"


def put_away(case: OperatorApplication, packet: Packet, *, by: str, at: datetime) -> None:
    """In the transaction that takes the letter in. Raises what ``keeping.keep`` raises."""
    for kind in KINDS:
        content = packet.scans[kind]
        keeping.keep(reference=reference(case.pk), number="", kind=kind, content=content, actor=by, at=at)


def kinds_of(application_id: UUID) -> tuple[str, ...]:
    """What came with a letter, in the order one reads it."""
    there = {paper.kind for paper in finding.papers_of(reference(application_id))}
    there |= set(unsealed().filter(application=application_id).values_list("kind", flat=True))
    return tuple(kind for kind in KINDS if kind in there)


def copy(*, application_id: UUID, kind: str, operator: Operator, at: datetime) -> Copy:
    """A scan, for responsible staff who decide about the letter; that they looked is on record (CA-15.2b).

    Raises NotResponsible, ScanUnknown, PaperDestroyed, PaperDamaged.
    """
    refuse_unless_responsible(operator)
    seal_those_of(application_id, by=operator.reference, at=at)
    case = OperatorApplication.objects.filter(pk=application_id).first()
    found = [paper for paper in finding.papers_of(reference(application_id)) if paper.kind == kind]
    if case is None or not found:
        raise ScanUnknown
    return copies.issue(
        paper_id=found[0].paper_id,
        reference=reference(application_id),
        asked_by=operator.name,
        reason=say("operators.looked_at", number=case.letter_number),
        actor=operator.reference,
        at=at,
    )


def seal_all(*, by: str, at: datetime) -> int:
    """Put away every scan that lies unsealed; how many. Stopped midway, it goes on where it was."""
    waiting = unsealed().order_by("application_id").values_list("application_id", flat=True).distinct()
    return sum(seal_those_of(application_id, by=by, at=at) for application_id in list(waiting))


def seal_those_of(application_id: UUID, *, by: str, at: datetime) -> int:
    """Into the archive, and out of this room's table; how many."""
    with transaction.atomic():
        papers = list(unsealed().filter(application=application_id).select_for_update())
        for paper in papers:
            keeping.keep_as_it_is(
                reference=reference(application_id),
                kind=paper.kind,
                media_type=paper.media_type,
                content=bytes(paper.content),
                actor=by,
                at=at,
            )
            paper.content = b""
            paper.save(update_fields=["content"])
        if papers:
            _record(application_id, list(papers), by=by, at=at)
    return len(papers)


def unsealed() -> QuerySet[Paper]:
    return Paper.objects.exclude(content=b"")


def reference(application_id: UUID) -> str:
    return f"operator_application:{application_id}"


def _record(application_id: UUID, papers: list[Model], *, by: str, at: datetime) -> None:
    journal.record(
        verb="operators.seal_scans",
        clause="CA-15.4",
        subject=reference(application_id),
        actor=by,
        at=at,
        facts={"scans": len(papers)},
        changed=papers,
    )
