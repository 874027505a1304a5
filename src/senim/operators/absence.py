"""An operator is away for long: suspended promptly, taken back when they return (CA-15.1g)."""

from datetime import date, datetime
from typing import ClassVar

from django.db import transaction

from senim import journal
from senim.errors import Refused
from senim.operators.advance import _advance
from senim.operators.process import Actor, Step
from senim.operators.standing import Changed, Operator, _changed, _to_change
from senim.operators.steps import name_of

LONG_ABSENCE_DAYS = 15


class AbsenceTooShort(Refused):
    """Fifteen days or less: nothing has to be suspended."""

    clause: ClassVar[str] = "CA-15.1g"


def suspend(
    *,
    iin: str,
    absent_from: date,
    absent_until: date | None,
    by: Operator | None,
    at: datetime,
    note: str = "",
) -> Changed:
    """From this moment the operator acts no more. ``absent_until`` is the last day away, None if unknown.

    Raises AbsenceTooShort, NotResponsible, OwnStanding, OperatorUnknown, NotAllowed.
    """
    if absent_until is not None and (absent_until - absent_from).days + 1 <= LONG_ABSENCE_DAYS:
        raise AbsenceTooShort(days=LONG_ABSENCE_DAYS)
    with transaction.atomic():
        row = _to_change(iin, by=by)
        row.absent_until = absent_until
        actor, who = Actor.CENTRE, name_of(by)
        taken, changed = _advance(row, action=Step.SUSPEND, actor=actor, by=who, at=at, note=note)
        journal.record(
            verb="operators.suspend",
            clause=taken.clause,
            subject=f"operator:{row.id}",
            actor=who,
            at=at,
            changed=changed,
        )
    return _changed(row)


def take_back(*, iin: str, by: Operator | None, at: datetime, note: str = "") -> Changed:
    """Back at work. Raises NotResponsible, OwnStanding, OperatorUnknown, NotAllowed."""
    with transaction.atomic():
        row = _to_change(iin, by=by)
        row.absent_until = None
        who = name_of(by)
        _, changed = _advance(row, action=Step.TAKE_BACK, actor=Actor.CENTRE, by=who, at=at, note=note)
        journal.record(
            verb="operators.take_back",
            clause="CA-15.1g",
            subject=f"operator:{row.id}",
            actor=who,
            at=at,
            changed=changed,
        )
    return _changed(row)
