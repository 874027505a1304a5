"""What the archive holds of a case. Reads only, and never a body."""

from dataclasses import dataclass
from datetime import date, datetime

from senim.archive.keeping import PaperId
from senim.archive.models import IssuedCopy, Paper
from senim.archive.scans import MediaType


@dataclass(frozen=True)
class Copied:
    """A copy that was handed out. ``by`` is a reference of the journal."""

    asked_by: str
    reason: str
    at: datetime
    by: str


@dataclass(frozen=True)
class Archived:
    """One paper, without its body."""

    paper_id: PaperId
    number: str
    kind: str
    media_type: MediaType
    size: int
    accepted_at: datetime
    keep_until: date
    destroyed_at: datetime | None
    copies: tuple[Copied, ...]

    @property
    def kilobytes(self) -> int:
        return max(1, round(self.size / 1000))


def papers_of(reference: str) -> tuple[Archived, ...]:
    """In the order they came in."""
    found = Paper.objects.filter(reference=reference).defer("sealed").order_by("accepted_at", "id")
    return tuple(_archived(paper) for paper in found.prefetch_related("copies"))


def _archived(paper: Paper) -> Archived:
    return Archived(
        PaperId(paper.id),
        paper.number,
        paper.kind,
        MediaType(paper.media_type),
        paper.size,
        paper.accepted_at,
        paper.keep_until,
        paper.destroyed_at,
        tuple(map(_copied, paper.copies.all())),
    )


def _copied(copy: IssuedCopy) -> Copied:
    return Copied(copy.asked_by, copy.reason, copy.issued_at, copy.issued_by)
