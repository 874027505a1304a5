"""The one writer of a state in this room: a grant's, a claim's, a look's."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError
from django.db.models import Model

from senim.accounts import AccountId
from senim.documents.models import Claim, Grant, View
from senim.documents.process import CLAIM, OPEN_ACCESS, VIEW, Actor
from senim.documents.viewers import Viewer
from senim.journal import record
from senim.process import ProcessTable

TABLES: dict[type[Model], ProcessTable] = {Grant: OPEN_ACCESS, Claim: CLAIM, View: VIEW}


def _advance(
    case: Grant | Claim | View,
    action: str,
    *,
    actor: Actor,
    by: AccountId | Viewer | None = None,
    at: datetime,
    facts: Mapping[str, object] | None = None,
) -> None:
    """Take one step of the case's table and journal it. The row must be locked or new. Raises NotAllowed."""
    row = TABLES[type(case)].row_for(state=case.state, action=action, actor=actor)
    before, case.state = case.state, row.to
    try:
        case.save()
    except IntegrityError:  # the caller may try again with another code or number
        case.state = before
        raise
    record(
        verb=f"documents.{action}",
        clause=row.clause,
        subject=f"{type(case).__name__.lower()}:{case.pk}",
        actor=_named(by),
        at=at,
        facts=facts,
        changed=[] if isinstance(case, Claim) else [case],  # claims are forgotten
    )


def _named(by: AccountId | Viewer | None) -> str:
    if isinstance(by, Viewer):
        return by.reference
    return f"account:{by}" if by else "process:documents"
