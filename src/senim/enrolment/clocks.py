"""The clocks of every step, counted (CA-16): how often it was taken, how often late, and what is late now."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Max, Q, QuerySet

from senim.enrolment.models import Application, Passage, RevocationPassage, RevocationRequest
from senim.enrolment.processes import PROCESSES, Process, is_printed
from senim.enrolment.status import span_text
from senim.process import Row
from senim.texts import Text

TOOK = ExpressionWrapper(F("left_at") - F("entered_at"), output_field=DurationField())


@dataclass(frozen=True)
class StepFigures:
    """One step of a table. ``late_now`` are cases in which this step is due and over its limit."""

    clause: str
    what: Text
    who: Text
    within: Text | None
    taken: int
    late: int
    longest: Text | None
    late_now: int
    printed: bool


@dataclass(frozen=True)
class ProcessFigures:
    name: Text
    slug: str
    steps: tuple[StepFigures, ...]

    @property
    def late(self) -> int:
        return sum(step.late for step in self.steps)

    @property
    def late_now(self) -> int:
        return sum(step.late_now for step in self.steps)


def figures(*, since: datetime, at: datetime) -> tuple[ProcessFigures, ...]:
    """Of steps taken from ``since`` on, and of what stands open at ``at``."""
    return tuple(_figures(process, since=since, at=at) for process in PROCESSES)


def _figures(process: Process, *, since: datetime, at: datetime) -> ProcessFigures:
    passages, cases = _rows_of(process)
    taken = _counted(passages.filter(left_at__gte=since))
    late_now = Counter(cases.filter(due_at__lt=at).values_list("state", flat=True))
    steps: dict[tuple[str, str], StepFigures] = {}
    for row in process.table.rows:
        # What is late in a stage is told once, at the first step that leads out of it.
        steps.setdefault((row.clause, row.action), _step(process, row, taken, late_now.pop(row.state, 0)))
    return ProcessFigures(process.name, process.slug, tuple(steps.values()))


def _rows_of(process: Process) -> tuple[QuerySet[Any], QuerySet[Any]]:
    """Steps taken, and cases that are open."""
    final = sorted(process.table.final)
    if process.kind is None:
        return RevocationPassage.objects.order_by(), RevocationRequest.objects.exclude(state__in=final)
    of_kind = Application.objects.filter(kind=process.kind)
    return Passage.objects.filter(application__kind=process.kind).order_by(), of_kind.exclude(state__in=final)


def _counted(passages: QuerySet[Any]) -> dict[tuple[str, str], Mapping[str, Any]]:
    counted = passages.annotate(took=TOOK).values("clause", "action")
    late = Count("id", filter=Q(took__gt=F("within")))
    return {
        (one["clause"], one["action"]): one
        for one in counted.annotate(taken=Count("id"), late=late, longest=Max("took"))
    }


def _step(
    process: Process, row: Row, taken: Mapping[tuple[str, str], Mapping[str, Any]], late_now: int
) -> StepFigures:
    found = taken.get((row.clause, row.action), {})
    longest: timedelta | None = found.get("longest")
    return StepFigures(
        clause=row.clause,
        what=process.step(row),
        who=process.actor(row),
        within=span_text(row.within) if row.within else None,
        taken=found.get("taken", 0),
        late=found.get("late", 0),
        longest=span_text(longest) if longest is not None else None,
        late_now=late_now,
        printed=is_printed(row),
    )
