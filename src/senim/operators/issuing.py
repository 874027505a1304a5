"""Certificates of an operator: ordered with a responsible colleague's signature, issued by the authority,
taken into use on the carrier (CA-15.1d, CA-15.1e)."""

import ssl
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import transaction
from django.db.models import Model

from senim import journal, validation
from senim.certification import orders
from senim.certification.facts import CertificateFacts, OrderId, OrderOutcome, SubjectFacts
from senim.countries.kz import names, roles
from senim.errors import Refused
from senim.operators import letters
from senim.operators.advance import _advance, locked
from senim.operators.applications import (
    OperatorApplicationId,
    OperatorApplicationUnknown,
    Received,
    to_decide,
)
from senim.operators.four_eyes import RelativesApplication, is_relative
from senim.operators.models import OperatorApplication, RegistrationAuthorityOperator
from senim.operators.process import ACTIVE, Actor, Stage, Standing, Step
from senim.operators.standing import (
    OPERATOR_PROFILE,
    Operator,
    refuse_at_the_door,
    refuse_unless_in_office,
    refuse_unless_responsible,
)
from senim.texts import Text, say_in
from senim.validation import Signer


class OrderNotSigned(Refused):
    """Not this colleague's signature over this order, by an operator's certificate; ``why`` says more."""

    clause: ClassVar[str] = "CA-15.1d"


def document_to_sign(*, application_id: UUID, operator: Operator) -> bytes:
    """The order this colleague is about to sign: the same bytes each time. Raises NotAllowed,
    OperatorApplicationUnknown, NotResponsible."""
    refuse_unless_responsible(operator)
    case = OperatorApplication.objects.filter(pk=application_id).first()
    if case is None:
        raise OperatorApplicationUnknown
    case.process.row_for(state=case.state, action=Step.ORDER, actor=Actor.PROVIDER)
    return _document(case, operator)


def order(
    *,
    application_id: UUID,
    operator: Operator,
    signature: bytes,
    keep: Callable[[], list[Model]],
    at: datetime,
) -> Received:
    """Place the order with the authority, which examines it anew. ``keep`` writes down how the colleague was
    signed in, of which this room knows nothing, and tells the rows. Raises OrderNotSigned, NotResponsible,
    RelativesApplication, RelationsUnknown, OwnStanding, OperatorApplicationUnknown, NotAllowed."""
    document = document_to_sign(application_id=application_id, operator=operator)
    case = OperatorApplication.objects.get(pk=application_id)
    if is_relative(operator=operator, applicant_iin=case.iin, at=at):
        raise RelativesApplication
    _check(signature, document, operator=operator, at=at)
    with transaction.atomic():
        case = to_decide(application_id, by=operator)
        refuse_unless_in_office(operator.id)
        row, changed = _advance(case, action=Step.ORDER, actor=Actor.PROVIDER, by=operator.reference, at=at)
        case.order_id = orders.place(
            application_number=str(case.id),
            document=document,
            operator_signature=signature,
            requests=_requests(case),
            at=at,
        )
        case.save(update_fields=["order_id"])
        changed += keep()
        _record(case, "operators.order", row.clause, changed, actor=operator.reference, at=at)
    return Received(OperatorApplicationId(case.id), Stage(case.state))


def settled(*, order_id: OrderId, outcome: OrderOutcome, at: datetime) -> bool:
    """What the authority made of an order is told to the letter's executor. False where it is not ours."""
    with transaction.atomic():
        found = OperatorApplication.objects.select_for_update().filter(order_id=order_id)
        case = found.first()
        if case is None:
            return False
        if case.state == Stage.ORDERED:  # run twice, it tells once
            _settle(case, outcome, at=at)
    return True


def _settle(case: OperatorApplication, outcome: OrderOutcome, *, at: datetime) -> None:
    issued, reason = outcome.state == "issued", ""
    if not issued:
        case.refusal = {"text": outcome.refusal_text_id}
        reason = say_in(case.language, outcome.refusal_text_id)
    action = Step.ISSUE if issued else Step.FAIL
    row, changed = _advance(case, action=action, actor=Actor.AUTHORITY, by="authority", at=at)
    letters.tell_the_executor(case, outcome="issued" if issued else "refused", reason=reason, at=at)
    _record(case, "operators.order_settled", row.clause, changed, actor="authority", at=at)


def awaited(orders: Iterable[UUID]) -> set[UUID]:
    """Those of them whose outcome is still to be told."""
    waiting = OperatorApplication.objects.filter(order_id__in=list(orders), state=Stage.ORDERED)
    return {one for one in waiting.values_list("order_id", flat=True) if one}


def certificates_to_install(*, application_id: UUID) -> tuple[CertificateFacts, ...]:
    """Public as they are, these are the operator's own: for their carrier. Empty until they are issued."""
    case = OperatorApplication.objects.filter(pk=application_id).first()
    if case is None or case.order_id is None or case.state not in {Stage.ISSUED, Stage.INSTALLED}:
        return ()
    return orders.outcome(OrderId(case.order_id)).certificates


def pem_to_install(*, application_id: UUID) -> bytes:
    """Both certificates, as a carrier's program takes them. Raises OperatorApplicationUnknown."""
    issued = certificates_to_install(application_id=application_id)
    if not issued:
        raise OperatorApplicationUnknown
    return "".join(ssl.DER_cert_to_PEM_cert(one.der) for one in issued).encode()


def enter(signer: Signer, *, at: datetime) -> None:
    """At the desk's door: whoever signs in with a newly issued certificate has it on the carrier and takes
    office (CA-15.1e). Raises what ``standing.refuse_at_the_door`` raises."""
    case = OperatorApplication.objects.filter(iin=signer.iin, state=Stage.ISSUED).first()
    if case is not None and _is_with(case, signer):
        _take_office(case.id, at=at)
    refuse_at_the_door(signer.iin)


def _is_with(case: OperatorApplication, signer: Signer) -> bool:
    issued = certificates_to_install(application_id=case.id)
    return signer.serial_number in {one.serial_number for one in issued}


def _take_office(application_id: UUID, *, at: datetime) -> None:
    with transaction.atomic():
        case = to_decide(application_id, by=None)
        if case.state != Stage.ISSUED:  # another window was quicker
            return
        if _came_too_early(case):
            return
        operator, changed = _appointed(case, at=at)
        case.operator = operator
        who = f"operator:{operator.pk}"
        row, more = _advance(case, action=Step.INSTALL, actor=Actor.OPERATOR, by=who, at=at)
        _record(case, "operators.take_office", row.clause, [*changed, *more], actor=who, at=at)


def _came_too_early(case: OperatorApplication) -> bool:
    """A letter from before the dismissal or the loss brings nobody back; nor does one end a suspension."""
    row = locked(case.iin)
    if row is None or row.state in ACTIVE:
        return False
    ended_at = row.state_since_at or row.appointed_at
    return row.state == Standing.SUSPENDED or case.received_at <= ended_at


def _appointed(
    case: OperatorApplication, *, at: datetime
) -> tuple[RegistrationAuthorityOperator, list[Model]]:
    """New in office; back in office, by a step; or in office all along, with new certificates."""
    said = {
        "name": names.in_full(case),
        **{name: getattr(case, name) for name in ("office", "email", "head_name", "head_email", "language")},
    }
    row = locked(case.iin)
    if row is None:
        made = {"iin": case.iin, "appointed_at": at, "state_since_at": at, **said}
        row = RegistrationAuthorityOperator.objects.create(**made)
        return row, [row]
    for name, value in said.items():
        setattr(row, name, value)
    changed: list[Model] = [row]
    if row.state not in ACTIVE:
        row.absent_until = None
        if row.state == Standing.DISMISSED:  # a notice given before a key was lost stays a notice
            row.leaves_on = None
        who = f"operator:{row.pk}"
        changed = _advance(row, action=Step.TAKE_UP, actor=Actor.OPERATOR, by=who, at=at)[1]
    row.save()
    return row, changed


def _check(signature: bytes, document: bytes, *, operator: Operator, at: datetime) -> None:
    report = validation.check(cms=signature, content=document, at=at)
    if not report.passed or report.signer is None:
        raise OrderNotSigned(why=report.problem or Text("operators.countersignature_problem"))
    if (report.signer.iin, report.signer.profile) != (operator.iin, OPERATOR_PROFILE):
        raise OrderNotSigned(why=Text("operators.countersignature_of_another"))


def _document(case: OperatorApplication, operator: Operator) -> bytes:
    return orders.document(
        application_number=str(case.id),
        subject=SubjectFacts(
            iin=case.iin,
            surname=case.surname,
            given_name=case.given_name,
            patronymic=case.patronymic,
            email=case.email,
            role=roles.OPERATOR,
        ),
        requests=_requests(case),
        operator_iin=operator.iin,
        at=case.received_at,  # a fixed moment, so that what is verified is what was shown
    )


def _requests(case: OperatorApplication) -> dict[str, bytes]:
    return {"sign": bytes(case.sign_request), "auth": bytes(case.auth_request)}


def _record(
    case: OperatorApplication, verb: str, clause: str, changed: list[Model], *, actor: str, at: datetime
) -> None:
    facts = {"order": str(case.order_id)}
    subject = f"operator_application:{case.id}"
    journal.record(
        verb=verb, clause=clause, subject=subject, actor=actor, at=at, facts=facts, changed=changed
    )
