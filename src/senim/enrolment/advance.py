"""The one writer of a case's state: an application's, a request's to revoke.

Everything else asks here, inside its own transaction.
"""

import hashlib
import secrets
from datetime import datetime
from typing import NewType
from uuid import UUID

from django.db.models import Model

from senim.enrolment import revocation_process
from senim.enrolment.kinds import FINAL
from senim.enrolment.models import Application, RevocationRequest
from senim.enrolment.process import Actor, Step
from senim.process import Row

ApplicationId = NewType("ApplicationId", UUID)
Case = Application | RevocationRequest
LINK_BYTES = 32  # 256 bits: nobody guesses a link


def _locked(**which: object) -> Application | None:
    """The application, its row locked until the transaction ends: two desks never act on one state."""
    return Application.objects.select_for_update().filter(**which).first()


def _advance(
    case: Case,
    *,
    action: Step | revocation_process.Step,
    actor: Actor,
    at: datetime,
    operator_id: UUID | None = None,
) -> Row:
    """Take one step of the case's table and write it down. Raises NotAllowed. The row is locked or new."""
    row = case.process.row_for(state=case.state, action=action, actor=actor, case=case)
    left_at = max(at, case.state_since_at)  # a clock set back must not make a step end before it began
    case.passages.create(
        place=case.passages.count(),
        clause=row.clause,
        action=action,
        actor=actor,
        operator_id=operator_id,
        from_state=case.state,
        to_state=row.to,
        entered_at=case.state_since_at,
        left_at=left_at,
        within=row.within,
    )
    limit = case.process.limit_in(row.to)
    case.state, case.state_since_at = row.to, left_at
    case.due_at = left_at + limit if limit else None
    if isinstance(case, Application):
        _hand_on(case, action=action, operator_id=operator_id)
    case.save()
    return row


def _hand_on(case: Application, *, action: str, operator_id: UUID | None) -> None:
    """Whoever takes a step has the case in hand, until it is confirmed or has ended."""
    if action == Step.CONFIRM or case.state in FINAL:
        case.taken_by = None
    elif operator_id is not None:
        case.taken_by = operator_id


def changed_rows(case: Case, *, at: datetime) -> list[Model]:
    """The case and the steps it took at this moment or later: what this verb's record vouches for."""
    return [case, *case.passages.filter(left_at__gte=at)]


def new_link() -> tuple[str, bytes]:
    """A link's token and its digest; only the digest is kept."""
    token = secrets.token_urlsafe(LINK_BYTES)
    return token, digest_of_link(token)


def digest_of_link(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
