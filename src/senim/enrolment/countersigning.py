"""A second operator signs for the one who took the papers in and may not confirm alone (``four_eyes``)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from senim import journal
from senim.enrolment.advance import ApplicationId, _locked
from senim.enrolment.desk import ApplicationUnknown, OwnApplication, document_to_sign
from senim.enrolment.models import Application
from senim.enrolment.process import Actor, Step
from senim.operators import four_eyes
from senim.operators.standing import Operator, operator_by_id, refuse_unless_in_office
from senim.process import NotAllowed


@dataclass(frozen=True)
class Asked:
    """What the second operator is shown: whose confirming it is, and the text to sign."""

    confirmed_by: Operator
    document: bytes


def asked(*, application_id: ApplicationId, operator: Operator) -> Asked:
    """Raises ApplicationUnknown, OwnApplication, OneOperatorTwice, NotAllowed (nobody is to confirm now)."""
    case = Application.objects.filter(id=application_id, number__isnull=False).first()
    if case is None:
        raise ApplicationUnknown
    if case.iin == operator.iin:
        raise OwnApplication
    first = _who_took_it_in(case)
    if first.id == operator.id:
        raise four_eyes.OneOperatorTwice
    order = document_to_sign(application_id=application_id, operator=first)
    return Asked(
        first,
        four_eyes.text_to_countersign(
            case=reference(application_id), order=order, confirmed_by=first, operator=operator
        ),
    )


def countersign(
    *, application_id: ApplicationId, operator: Operator, signature: bytes, at: datetime
) -> Operator:
    """Who may confirm now. Raises what ``asked`` raises, CountersignatureNotValid, NotInOffice."""
    shown = asked(application_id=application_id, operator=operator)
    given = {"document": shown.document, "signature": signature}
    four_eyes.check_countersignature(**given, confirmed_by=shown.confirmed_by, operator=operator, at=at)
    with transaction.atomic():
        case = _locked(id=application_id)
        if case is None:
            raise ApplicationUnknown
        case.process.row_for(state=case.state, action=Step.CONFIRM, actor=Actor.OPERATOR)
        refuse_unless_in_office(operator.id)
        changed = four_eyes.put_on_record(
            case=reference(application_id),
            **given,
            confirmed_by=shown.confirmed_by,
            operator=operator,
            at=at,
        )
        if changed:
            journal.record(
                verb="enrolment.countersign",
                clause="CA-6.P9",
                subject=reference(application_id),
                actor=operator.reference,
                at=at,
                facts={"confirmed_by": shown.confirmed_by.reference},
                changed=changed,
            )
    return shown.confirmed_by


def reference(application_id: ApplicationId) -> str:
    return f"application:{application_id}"


def _who_took_it_in(case: Application) -> Operator:
    """Raises NotAllowed: where nobody took papers in, whoever may confirm does so themselves."""
    passage = case.passages.filter(operator_id__isnull=False).last()
    operator = operator_by_id(passage.operator_id) if passage and passage.operator_id else None
    if operator is None:
        raise NotAllowed("nobody took this application in")
    return operator
