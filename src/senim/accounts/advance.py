"""The one way a request to connect a number changes its state, whatever its channel."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from django.db.models import Model

from senim.accounts.models import NumberRequest
from senim.accounts.process import TABLES
from senim.accounts.states import Actor, Channel, Proof, RequestState
from senim.journal import record
from senim.process import NotAllowed, ProcessTable, Row


class ProofMissing(RuntimeError):
    """A verb took a step without holding what the step proves: a defect of ours, and nothing happened."""


def _advance(
    request: NumberRequest,
    action: str,
    *,
    actor: StrEnum,
    at: datetime,
    by: str = "",
    facts: Mapping[str, object] | None = None,
    changed: Iterable[Model] = (),
) -> None:
    """Take one step of the table and journal it, with what else was ``changed``; the caller holds the row.

    ``by`` is who it was, where that is not the subscriber. Raises process.NotAllowed, ProofMissing.
    """
    table = _table(request)
    row = table.row_for(state=request.state, action=action, actor=actor, case=request)
    if row.proves and not _is_proven(Proof(row.proves), request):
        raise ProofMissing(f"{table.name}: {action} without {row.proves}")
    request.state = row.to
    if row.to in table.final:
        request.closed_at = at
    request.save()
    subscriber = f"account:{request.account_id}"
    record(
        verb=f"accounts.numbers.{action}",
        clause=row.clause,
        subject=f"number_request:{request.pk}",
        actor=by or (subscriber if actor is Actor.SUBSCRIBER else actor),
        at=at,
        facts={
            "state": str(row.to),
            "channel": str(request.channel),
            "refusal": request.refusal,
            **(facts or {}),
        },
        changed=[request, *changed],
    )


def may(request: NumberRequest, action: str, *, actor: StrEnum = Actor.SUBSCRIBER) -> None:
    """Raises process.NotAllowed where this actor may not do this now."""
    _table(request).row_for(state=request.state, action=action, actor=actor, case=request)


def connecting_row(request: NumberRequest) -> Row:
    """The row that leads from where the request stands to a connected number. Raises process.NotAllowed."""
    table = _table(request)
    for row in table.rows:
        if row.state == request.state and row.to is RequestState.CONNECTED and row.holds_for(request):
            return row
    raise NotAllowed(f"{table.name}: nothing connects a number when {request.state}")


def _table(request: NumberRequest) -> ProcessTable:
    return TABLES[Channel(request.channel)]


def _is_proven(proof: Proof, request: NumberRequest) -> bool:
    if proof is Proof.PHONE:
        return request.confirmed_at is not None
    if proof in {Proof.CERTIFICATE, Proof.IN_PERSON}:
        return bool(request.signature)
    both = proof is not Proof.TWO_PEOPLE or bool(request.signature)
    return both and request.proof_id is not None
