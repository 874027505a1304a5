"""The one way a request to connect a number changes its state."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Model

from senim.accounts.models import NumberRequest
from senim.accounts.process import SUBSCRIBER_NUMBER, Actor, RequestState
from senim.journal import record


def _advance(
    request: NumberRequest,
    action: str,
    *,
    actor: Actor,
    at: datetime,
    facts: Mapping[str, object] | None = None,
    changed: Iterable[Model] = (),
) -> None:
    """Take one step of the table and journal it, with what else was ``changed``; the caller holds the row.

    Raises process.NotAllowed.
    """
    row = SUBSCRIBER_NUMBER.row_for(state=request.state, action=action, actor=actor)
    request.state = row.to
    if row.to in SUBSCRIBER_NUMBER.final:
        request.closed_at = at
    request.save()
    record(
        verb=f"accounts.numbers.{action}",
        clause=row.clause,
        subject=f"number_request:{request.pk}",
        actor=f"account:{request.account_id}" if actor is Actor.SUBSCRIBER else actor,
        at=at,
        facts={"state": str(row.to), "refusal": request.refusal, **(facts or {})},
        changed=[request, *changed],
    )


def may(request: NumberRequest, action: str) -> None:
    """Raises process.NotAllowed where the subscriber may not do this now."""
    SUBSCRIBER_NUMBER.row_for(state=RequestState(request.state), action=action, actor=Actor.SUBSCRIBER)
