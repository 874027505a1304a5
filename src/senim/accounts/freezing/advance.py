"""The one way a case changes its state."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Model

from senim.accounts.freezing.process import CASE, Actor
from senim.accounts.models import FreezeCase
from senim.journal import record


def _advance(
    case: FreezeCase,
    action: str,
    *,
    actor: Actor,
    by: str,
    at: datetime,
    beside: Iterable[Model] = (),
) -> None:
    """Take one step of the table and journal it, with what was written ``beside``; the caller holds the row.

    Raises process.NotAllowed.
    """
    row = CASE.row_for(state=case.state, action=action, actor=actor)
    case.state = row.to
    case.save()
    record(
        verb=f"accounts.freezing.{action}",
        clause=row.clause,
        subject=f"freeze:{case.pk}",
        actor=by,
        at=at,
        facts={"state": str(row.to), "account": str(case.account_id)},
        changed=[case, *beside],
    )
