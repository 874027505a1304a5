"""How long papers are kept, and their destruction when that is over (CA-15.4)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from senim import rulebook
from senim.archive.models import Paper
from senim.errors import Refused
from senim.journal import record
from senim.settings import settings

RULE = "accepted_papers_kept"
A_BATCH = 500


class NotWhatWasShown(Refused):
    """Other papers are due than whoever destroys them was shown."""

    clause: ClassVar[str] = "CA-15.4"


@dataclass(frozen=True)
class Due:
    """A paper whose term is over. ``number`` is its case's, or the case's reference where it has none."""

    paper_id: str
    number: str
    kind: str
    accepted_at: datetime
    keep_until: date


def years_kept() -> int:
    """As this instance is told, else as the rulebook says."""
    return settings.archive_years or rulebook.rule(RULE).years or 0


def kept_until(*, accepted_at: datetime) -> date:
    """The last day. One of 29 February ends on 28 February."""
    day = rulebook.day_of(accepted_at)
    year = day.year + years_kept()
    return day.replace(year=year, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=year)


def due(*, at: datetime) -> list[Due]:
    """What may be destroyed now, the oldest first."""
    return [
        Due(str(paper.id), paper.number or paper.reference, paper.kind, paper.accepted_at, paper.keep_until)
        for paper in _over(at).defer("sealed").order_by("keep_until", "id")
    ]


def destroy(*, shown: int, actor: str, at: datetime) -> int:
    """Destroy the bodies of papers whose term is over: the ``shown`` ones, or none. Raises NotWhatWasShown.

    The row of each stays, with the day it was destroyed. A batch is one transaction and one record.
    """
    keys = list(_over(at).order_by("keep_until", "id").values_list("pk", flat=True))
    if len(keys) != shown:
        raise NotWhatWasShown(shown=shown, number=len(keys))
    for start in range(0, len(keys), A_BATCH):
        _destroy(keys[start : start + A_BATCH], actor=actor, at=at)
    return len(keys)


@transaction.atomic
def _destroy(keys: list[UUID], *, actor: str, at: datetime) -> None:
    papers = list(_over(at).filter(pk__in=keys).select_for_update().defer("sealed"))
    Paper.objects.filter(pk__in=[paper.pk for paper in papers]).update(sealed=None, destroyed_at=at)
    record(
        verb="archive.destroy",
        clause="CA-15.4",
        subject="archive",
        actor=actor,
        at=at,
        facts={"papers": [str(paper.id) for paper in papers]},
        changed=papers,
    )


def _over(at: datetime) -> QuerySet[Paper]:
    return Paper.objects.filter(keep_until__lt=rulebook.day_of(at), destroyed_at=None)
