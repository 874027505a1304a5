"""A second operator signs for the one who has a case in hand and may not confirm alone (``four_eyes``).

Alike for every kind of application: what the second signs names the very order the first one will sign.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from senim import journal
from senim.accounts import signed_steps
from senim.accounts.authentication import Authentication
from senim.enrolment import revocation_in_person
from senim.enrolment.advance import ApplicationId, _locked
from senim.enrolment.desk import ApplicationUnknown, OwnApplication, document_to_sign, refuse_relatives
from senim.enrolment.kinds import Kind
from senim.enrolment.models import Application
from senim.enrolment.process import Actor, Step
from senim.errors import Refused
from senim.operators import four_eyes
from senim.operators.standing import Operator, operator_by_id, refuse_unless_in_office
from senim.process import NotAllowed


@dataclass(frozen=True)
class Asked:
    """What the second operator is shown: whose confirming it is, and the text to sign."""

    confirmed_by: Operator
    document: bytes
    order: bytes
    """Which the document names by its digest."""


def asked(*, application_id: ApplicationId, operator: Operator) -> Asked:
    """Raises ApplicationUnknown, OwnApplication, OneOperatorTwice, NotAllowed (nobody is to confirm now)."""
    case = Application.objects.filter(id=application_id, number__isnull=False).first()
    if case is None:
        raise ApplicationUnknown
    if case.iin == operator.iin:
        raise OwnApplication
    first = _who_confirms(case)
    if first.id == operator.id:
        raise four_eyes.OneOperatorTwice
    order = _order_of(case, first)
    text = four_eyes.text_to_countersign(
        case=reference(application_id), order=order, confirmed_by=first, operator=operator
    )
    return Asked(first, text, order)


def second_for(*, application_id: ApplicationId, operator: Operator) -> Operator | None:
    """For whom this operator could sign as the second now; None where nobody waits for that."""
    try:
        return asked(application_id=application_id, operator=operator).confirmed_by
    except (Refused, NotAllowed):
        return None


def countersign(
    *,
    application_id: ApplicationId,
    operator: Operator,
    authentication: Authentication | None,
    signature: bytes,
    at: datetime,
) -> Operator:
    """Who may confirm now; how the second was signed in is kept.

    Raises what ``asked`` raises, CountersignatureNotValid, RelativesApplication, NotInOffice.
    """
    with suppress(four_eyes.RelationsUnknown):  # a register that is away is what a second is for
        refuse_relatives(application_id=application_id, operator=operator, at=at)
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
            changed += signed_steps.keep_of(
                iin=operator.iin,
                subject=f"countersignature:{application_id}",
                authentication=authentication,
                at=at,
            )
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


def _who_confirms(case: Application) -> Operator:
    """Whoever has the case in hand; where it was let go, whoever took the last step at the desk.

    Raises NotAllowed: where nobody has or had it, whoever may confirm does so themselves.
    """
    passage = case.passages.filter(operator_id__isnull=False).last()
    known = case.taken_by or (passage.operator_id if passage else None)
    operator = operator_by_id(known) if known else None
    if operator is None:
        raise NotAllowed("nobody has this application in hand")
    return operator


def _order_of(case: Application, first: Operator) -> bytes:
    """What the first one will sign. Raises NotAllowed."""
    to_sign = revocation_in_person.document_to_sign if case.kind == Kind.REVOCATION else document_to_sign
    return to_sign(application_id=ApplicationId(case.id), operator=first)
