"""In whose hands a case is: take it, take it over, let it go, hand it to a colleague.

Whoever takes a step has the case from then on (``advance``); the work list shows what is whose. It keeps two
people from doing one job twice and forbids nothing for ever: a case left behind is taken over, on record.
"""

from datetime import datetime
from typing import ClassVar

from django.db import transaction

from senim.enrolment.advance import ApplicationId
from senim.enrolment.desk import Handled, OwnApplication, _case_for, _handled, _record
from senim.enrolment.kinds import FINAL
from senim.enrolment.models import Application
from senim.errors import Refused
from senim.operators.standing import Operator, OperatorId, operator_by_id


class NothingToTake(Refused):
    """The case has ended: nobody has anything to do in it."""

    clause: ClassVar[str] = "CA-5.15"


class NotInYourHands(Refused):
    """Only who has a case lets it go or hands it on."""

    clause: ClassVar[str] = "CA-5.15"


def take(*, application_id: ApplicationId, operator: Operator, at: datetime) -> Handled:
    """Take a case, also out of a colleague's hands. Raises NothingToTake, OwnApplication."""
    with transaction.atomic():
        case = _case_for(application_id, operator)
        if case.state in FINAL:
            raise NothingToTake
        if case.taken_by != operator.id:
            before = case.taken_by
            _put(case, operator.id)
            said = f"operator:{before}" if before else ""
            _record(case, "enrolment.take", NothingToTake.clause, operator, at, taken_from=said)
    return _handled(case)


def release(*, application_id: ApplicationId, operator: Operator, at: datetime) -> Handled:
    """Let a case go: it is anybody's again. Raises NotInYourHands."""
    with transaction.atomic():
        case = _mine(application_id, operator)
        _put(case, None)
        _record(case, "enrolment.release", NotInYourHands.clause, operator, at)
    return _handled(case)


def hand_over(*, application_id: ApplicationId, operator: Operator, to: OperatorId, at: datetime) -> Handled:
    """Give a case to a colleague who is in office. Raises NotInYourHands, OwnApplication, NotInOffice."""
    with transaction.atomic():
        case = _mine(application_id, operator, to)
        colleague = operator_by_id(to)
        if colleague is not None and colleague.iin == case.iin:
            raise OwnApplication
        _put(case, to)
        _record(case, "enrolment.hand_over", NotInYourHands.clause, operator, at, to=f"operator:{to}")
    return _handled(case)


def _mine(application_id: ApplicationId, operator: Operator, *colleagues: OperatorId) -> Application:
    case = _case_for(application_id, operator, *colleagues)
    if case.taken_by != operator.id:
        raise NotInYourHands
    return case


def _put(case: Application, operator_id: OperatorId | None) -> None:
    case.taken_by = operator_id
    case.save(update_fields=["taken_by"])
