"""Who of the operators is of the provider's responsible staff, and decides about the others (CA-15.1d)."""

from datetime import datetime

from django.db import transaction

from senim import journal
from senim.operators.process import ACTIVE
from senim.operators.standing import REFUSALS, Changed, NotInOffice, Operator, _changed, _to_change
from senim.operators.steps import name_of


def entrust(*, iin: str, responsible: bool, by: Operator | None, at: datetime) -> Changed:
    """From now on this operator decides about others, or no longer does.

    Raises NotResponsible, OwnStanding, OperatorUnknown; for whoever may not act, what they are refused by.
    """
    with transaction.atomic():
        row = _to_change(iin, by=by)
        if row.state not in ACTIVE:
            raise REFUSALS.get(row.state, NotInOffice)
        row.responsible = responsible
        row.save(update_fields=["responsible"])
        journal.record(
            verb="operators.entrust",
            clause="CA-15.1d",
            subject=f"operator:{row.id}",
            actor=name_of(by),
            at=at,
            facts={"responsible": responsible},
            changed=[row],
        )
    return _changed(row)
