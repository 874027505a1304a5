"""What the provider found wrong in an operator's work: recorded, and the head told at once (CA-15.2c)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from django.db import transaction

from senim import journal
from senim.errors import Refused
from senim.operators import letters
from senim.operators.models import Violation
from senim.operators.standing import Operator, _to_change
from senim.operators.steps import name_of
from senim.rulebook import day_of

AT_LEAST, AT_MOST = 10, 1000


class ViolationUnclear(Refused):
    """Too few words, or a day that has not come."""

    clause: ClassVar[str] = "CA-15.2c"


@dataclass(frozen=True)
class Told:
    """Recorded. ``letters`` is 0 where no address of the head is known: tell them otherwise."""

    letters: int


def record_violation(*, iin: str, found_on: date, said: str, by: Operator | None, at: datetime) -> Told:
    """Raises ViolationUnclear, NotResponsible, OwnStanding, OperatorUnknown."""
    words = " ".join(said.split())
    if not AT_LEAST <= len(words) <= AT_MOST or found_on > day_of(at):
        raise ViolationUnclear(least=AT_LEAST)
    with transaction.atomic():
        row = _to_change(iin, by=by)
        who = name_of(by)
        violation = Violation.objects.create(
            operator=row, found_on=found_on, said=words, recorded_by=who, told_at=at
        )
        told = letters.tell_of_violation(violation, at=at)
        journal.record(
            verb="operators.record_violation",
            clause="CA-15.2c",
            subject=f"operator:{row.id}",
            actor=who,
            at=at,
            facts={"told": told},
            personal={"said": words},
            changed=[violation],
        )
    return Told(told)
