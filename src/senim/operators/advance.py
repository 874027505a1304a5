"""The one writer of a state: of an application for an operator, of an operator's standing.

Everything else asks here, inside its own transaction. Whoever may act no longer may also sign no more orders:
the authority is told in the same transaction.
"""

from datetime import datetime
from uuid import UUID

from django.db.models import Model

from senim.certification import signers
from senim.operators.models import OperatorApplication, RegistrationAuthorityOperator
from senim.operators.process import ACTIVE, Actor, Step
from senim.process import Row

Case = OperatorApplication | RegistrationAuthorityOperator


def locked(iin: str) -> RegistrationAuthorityOperator | None:
    """This person's row, locked until the transaction ends."""
    return RegistrationAuthorityOperator.objects.select_for_update().filter(iin=iin).first()


def locked_application(application_id: UUID) -> OperatorApplication | None:
    return OperatorApplication.objects.select_for_update().filter(pk=application_id).first()


def _advance(
    case: Case, *, action: Step, actor: Actor, by: str, at: datetime, note: str = ""
) -> tuple[Row, list[Model]]:
    """Take one step and write it down; the row of the table, and the rows changed. Raises NotAllowed."""
    row = case.process.row_for(state=case.state, action=action, actor=actor, case=case)
    entered_at = _entered_at(case)
    left_at = max(at, entered_at)  # a clock set back must not make a step end before it began
    step = case.steps.create(
        place=case.steps.count(),
        clause=row.clause,
        action=action,
        actor=actor,
        taken_by=by,
        from_state=case.state,
        to_state=row.to,
        entered_at=entered_at,
        left_at=left_at,
        note=note,
    )
    case.state, case.state_since_at = row.to, left_at
    changed: list[Model] = [case, step]
    if isinstance(case, RegistrationAuthorityOperator):
        changed += _follow(case, at=left_at)
    case.save()
    return row, changed


def _follow(operator: RegistrationAuthorityOperator, *, at: datetime) -> list[Model]:
    """What else says whether this operator may act; the authority's own list only where that changes."""
    may_act = operator.state in ACTIVE
    if may_act == operator.active:
        return []
    operator.active = may_act
    return signers.admit(iin=operator.iin, at=at) if may_act else signers.stop(iin=operator.iin, at=at)


def _entered_at(case: Case) -> datetime:
    if isinstance(case, RegistrationAuthorityOperator):
        return case.state_since_at or case.appointed_at
    return case.state_since_at
