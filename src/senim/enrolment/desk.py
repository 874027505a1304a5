"""What an operator does at the desk: take papers in, identify, accept or refuse, give a receipt, confirm.

Every verb locks the application and asks the table, so of two operators who act at once one is told that the
other was first (NotAllowed). Nobody handles an application of their own, and nobody who is not in office.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import transaction
from django.db.models import Model

from senim import journal, validation
from senim.accounts import signed_steps
from senim.accounts.authentication import Authentication
from senim.accounts.registry_reads import Asker, Ground, note
from senim.certification import orders
from senim.certification.facts import OrderId, SubjectFacts
from senim.enrolment import letters
from senim.enrolment.advance import ApplicationId, _advance, _locked, changed_rows, new_link
from senim.enrolment.kinds import Kind
from senim.enrolment.lists import identifications, papers
from senim.enrolment.models import Application
from senim.enrolment.process import Actor, Stage, Step
from senim.enrolment.reissue_check import check_still_signed
from senim.errors import NotFound, Refused
from senim.operators import four_eyes
from senim.operators.standing import (
    OPERATOR_PROFILE,
    Operator,
    OperatorId,
    operator_by_id,
    refuse_unless_in_office,
)
from senim.texts import Text
from senim.validation import Report

REASON_AT_LEAST, REASON_AT_MOST = 10, 1000


class ApplicationUnknown(NotFound):
    """There is no such application."""

    clause: ClassVar[str] = "CA-6.P6"


class OwnApplication(Refused):
    """Operators do not handle what they applied for themselves."""

    clause: ClassVar[str] = "CA-6.C2"


class HeldByAnother(Refused):
    """A colleague has the case in hand."""

    clause: ClassVar[str] = "CA-5.15"


class NotIdentified(Refused):
    """No means of identification was chosen."""

    clause: ClassVar[str] = "CA-6.C2"


class PapersMissing(Refused):
    """A paper of the list is not ticked."""

    clause: ClassVar[str] = "CA-6.C2"


class ReasonMissing(Refused):
    """A refusal without a reason is no refusal."""

    clause: ClassVar[str] = "CA-6.P7"


class SignatureNotValid(Refused):
    """The operator's signature over the order does not hold; the reason is validation's."""

    clause: ClassVar[str] = "CA-6.P9"


class SignatureOfAnother(Refused):
    """Signed with somebody else's key: an operator uses nobody else's (CA-19.5b)."""

    clause: ClassVar[str] = "CA-19.5b"


class NotAnOperatorsCertificate(Refused):
    """The operator's own, but not the certificate operators confirm with."""

    clause: ClassVar[str] = "CA-6.P9"


@dataclass(frozen=True)
class Handled:
    """The application after the step, and the actions now open to an operator."""

    application_id: ApplicationId
    stage: Stage
    actions: tuple[str, ...]


def present(*, application_id: ApplicationId, operator: Operator, at: datetime) -> Handled:
    """The applicant hands in the number and the papers (CA-6.P6). Starts the 15 minutes of CA-6.C2."""
    with transaction.atomic():
        case = _in_hand(application_id, operator)
        _advance(case, action=Step.PRESENT, actor=Actor.OPERATOR, at=at, operator_id=operator.id)
        _record(case, "enrolment.present", "CA-6.P6", operator, at)
    return _handled(case)


def accept(
    *,
    application_id: ApplicationId,
    operator: Operator,
    identification: str,
    papers_in_order: frozenset[str],
    at: datetime,
) -> Handled:
    """Papers and identity are in order (CA-6.C2, CA-10.C1). Raises NotIdentified, PapersMissing."""
    if identification not in identifications():
        raise NotIdentified
    with transaction.atomic():
        case = _in_hand(application_id, operator)
        if case.kind == Kind.CARD:  # whose papers are others: ``card.identify``
            raise ApplicationUnknown
        needed = papers(case.role, case.kind).keys()
        if missing := needed - papers_in_order:
            raise PapersMissing(count=len(missing))
        case.identification, case.papers = identification, sorted(needed)
        checked = {"identification": identification, "papers": case.papers}
        row = _advance(case, action=Step.ACCEPT, actor=Actor.OPERATOR, at=at, operator_id=operator.id)
        _record(case, "enrolment.accept", row.clause, operator, at, **checked)
    return _handled(case)


def refuse(*, application_id: ApplicationId, operator: Operator, reason: str, at: datetime) -> Handled:
    """Papers or identity are not in order: a reasoned refusal (CA-6.P7, CA-10.T3). Raises ReasonMissing."""
    said = " ".join(reason.split())
    if not REASON_AT_LEAST <= len(said) <= REASON_AT_MOST:
        raise ReasonMissing(least=REASON_AT_LEAST)
    link, digest = new_link()
    with transaction.atomic():
        case = _in_hand(application_id, operator)
        _advance(case, action=Step.FIND_VIOLATIONS, actor=Actor.OPERATOR, at=at, operator_id=operator.id)
        row = case.process.row_for(state=case.state, action=Step.REFUSE, actor=Actor.OPERATOR)
        case.refusal, case.install_link_digest = {"clause": row.clause, "reason": said}, digest
        _advance(case, action=Step.REFUSE, actor=Actor.OPERATOR, at=at, operator_id=operator.id)
        if case.email and case.kind != Kind.REVOCATION:  # who stands at the desk is told there
            letters.send_refused_link(case, link=link, at=at)
        _record(case, "enrolment.refuse", row.clause, operator, at, personal={"reason": said})
    return _handled(case)


def give_receipt(*, application_id: ApplicationId, operator: Operator, at: datetime) -> Handled:
    """The operator gives a receipt for the papers (CA-6.P8). Starts the 10 minutes of CA-6.P9."""
    with transaction.atomic():
        case = _in_hand(application_id, operator)
        _advance(case, action=Step.GIVE_RECEIPT, actor=Actor.OPERATOR, at=at, operator_id=operator.id)
        _record(case, "enrolment.give_receipt", "CA-6.P8", operator, at)
    return _handled(case)


def document_to_sign(*, application_id: ApplicationId, operator: Operator) -> bytes:
    """The order this operator is about to sign: the same bytes each time. Raises NotAllowed."""
    case = _to_handle(Application.objects.filter(id=application_id).first(), operator)
    if case.kind == Kind.REVOCATION:  # it asks for no certificates
        raise ApplicationUnknown
    case.process.row_for(state=case.state, action=Step.CONFIRM, actor=Actor.OPERATOR)
    return _document(case, operator)


def confirm(
    *,
    application_id: ApplicationId,
    operator: Operator,
    authentication: Authentication | None,
    signature: bytes,
    at: datetime,
) -> Handled:
    """Confirm with the operator's own signature and place the order with the authority (CA-6.P9, CA-7.P6).

    How the operator was signed in is kept. The authority verifies the signature again by itself (CA-6.C3);
    it is verified here so that the operator is told at once; a second click of the same operator finds it
    done. Raises SignatureNotValid, SignatureOfAnother, NotAnOperatorsCertificate, ReissueNoLongerSigned,
    NotAllowed, RelativesApplication, RelationsUnknown.
    """
    if done := _confirmed(Application.objects.filter(id=application_id).first(), operator):
        return done
    refuse_relatives(application_id=application_id, operator=operator, at=at)
    document = document_to_sign(application_id=application_id, operator=operator)
    _check_signature(validation.check(cms=signature, content=document, at=at), operator=operator)
    with transaction.atomic():
        case = _case_for(application_id, operator)
        if done := _confirmed(case, operator):
            return done
        check_still_signed(case, at=at)
        row = _advance(case, action=Step.CONFIRM, actor=Actor.OPERATOR, at=at, operator_id=operator.id)
        case.order_id = _place(case, document, signature, at=at)
        case.save(update_fields=["order_id"])
        kept = _keep_signed_in(case, operator, authentication, at=at)
        _record(case, "enrolment.confirm", row.clause, operator, at, kept, order=str(case.order_id))
    return _handled(case)


def refuse_relatives(*, application_id: ApplicationId, operator: Operator, at: datetime) -> None:
    """Four eyes. Raises RelativesApplication, RelationsUnknown, unless a second operator signed for it."""
    case = _to_handle(Application.objects.filter(id=application_id).first(), operator)
    note(
        iin=case.iin,
        registry="civil-status",
        asked_by=Asker.OPERATOR,
        who=operator.name,
        ground=Ground.APPLICATION,
        at=at,
    )
    four_eyes.refuse_relatives(
        operator=operator, applicant_iin=case.iin, case=f"application:{case.id}", at=at
    )


def _confirmed(case: Application | None, operator: Operator) -> Handled | None:
    """What this operator's first click led to."""
    if case is None or not case.passages.filter(action=Step.CONFIRM, operator_id=operator.id).exists():
        return None
    return _handled(case)


def _check_signature(report: Report, *, operator: Operator) -> None:
    if not report.passed or report.signer is None:
        raise SignatureNotValid(why=report.problem or Text("enrolment.signature_problem"))
    if report.signer.iin != operator.iin:
        raise SignatureOfAnother
    if report.signer.profile != OPERATOR_PROFILE:
        raise NotAnOperatorsCertificate


def _place(case: Application, document: bytes, signature: bytes, *, at: datetime) -> OrderId:
    return orders.place(
        application_number=case.number or "",
        document=document,
        operator_signature=signature,
        requests=_requests(case),
        at=at,
    )


def _document(case: Application, operator: Operator) -> bytes:
    return orders.document(
        application_number=case.number or "",
        subject=SubjectFacts(
            iin=case.iin,
            surname=case.surname,
            given_name=case.given_name,
            patronymic=case.patronymic,
            email=case.email,
            organisation=case.organisation,
            bin=case.bin,
            role=case.role,
        ),
        requests=_requests(case),
        operator_iin=operator.iin,
        # The order was drawn up when the receipt was given: a fixed moment, so that what is verified is what
        # was shown, byte for byte, without keeping a draft of it.
        at=case.state_since_at,
    )


def _requests(case: Application) -> dict[str, bytes]:
    return {"sign": bytes(case.sign_request or b""), "auth": bytes(case.auth_request or b"")}


def _case_for(application_id: ApplicationId, operator: Operator, *colleagues: OperatorId) -> Application:
    """Locked, and with it that this operator, and these colleagues, are in office."""
    case = _to_handle(_locked(id=application_id), operator)
    refuse_unless_in_office(operator.id, *colleagues)
    return case


def _in_hand(application_id: ApplicationId, operator: Operator) -> Application:
    """Nobody else's by now; a confirmation may be another's, who is the second pair of eyes."""
    case = _case_for(application_id, operator)
    refuse_if_held(case, operator)
    return case


def refuse_if_held(case: Application, operator: Operator) -> None:
    """Raises HeldByAnother."""
    if case.taken_by not in {None, operator.id}:
        raise HeldByAnother(name=name_of(case.taken_by))


def name_of(operator_id: UUID | None) -> str:
    operator = operator_by_id(operator_id) if operator_id else None
    return operator.name if operator else ""


def _to_handle(case: Application | None, operator: Operator) -> Application:
    if case is None or (case.number is None and case.kind != Kind.CARD):
        raise ApplicationUnknown
    if case.iin == operator.iin:
        raise OwnApplication
    return case


def _handled(case: Application) -> Handled:
    actions = case.process.actions_open_to(Actor.OPERATOR, state=case.state)
    return Handled(ApplicationId(case.id), Stage(case.state), tuple(actions))


def _record(
    case: Application,
    verb: str,
    clause: str,
    operator: Operator,
    at: datetime,
    kept: Sequence[Model] = (),
    personal: dict[str, object] | None = None,
    **facts: object,
) -> None:
    journal.record(
        verb=verb,
        clause=clause,
        subject=f"application:{case.id}",
        actor=operator.reference,
        at=at,
        facts=facts,
        personal=personal,
        changed=[*changed_rows(case, at=at), *kept],
    )


def _keep_signed_in(
    case: Application, operator: Operator, authentication: Authentication | None, *, at: datetime
) -> list[Model]:
    """How the operator was who confirms."""
    subject = f"confirmation:{case.id}"
    return signed_steps.keep_of(iin=operator.iin, subject=subject, authentication=authentication, at=at)
