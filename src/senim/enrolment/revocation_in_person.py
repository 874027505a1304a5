"""Revoke at the desk, for somebody who came in person (CA-10.P1–T6): whoever has no key to sign with.

The papers are accepted, or refused, as any others (``desk.accept``, ``desk.refuse``). What follows the
operator's signature is in ``revocation_in_person_outcome``. Table 5 asks no registry before it revokes: a
stolen key must be stoppable while a registry is away; the page shows the registry beside the certificates.
"""

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import IntegrityError, transaction

from senim import validation
from senim.accounts.authentication import Authentication
from senim.accounts.signatures import email_in
from senim.certification import revocation_orders
from senim.certification.facts import CertificateFacts
from senim.countries.kz import names, subjects
from senim.enrolment import numbers
from senim.enrolment.advance import ApplicationId, _advance
from senim.enrolment.desk import (
    ApplicationUnknown,
    Handled,
    _case_for,
    _check_signature,
    _confirmed,
    _handled,
    _in_hand,
    _keep_signed_in,
    _record,
    _to_handle,
    refuse_relatives,
)
from senim.enrolment.kinds import Kind
from senim.enrolment.models import Application
from senim.enrolment.process import Actor, Step
from senim.enrolment.revocation import (
    REASONS,
    CertificateOver,
    CertificateRevokedBefore,
    certificates_of,
    may_be_revoked,
)
from senim.enrolment.revocation_in_person_process import REVOCATION_IN_PERSON
from senim.errors import NotFound, Refused
from senim.identifiers import parse
from senim.operators.four_eyes import RelationsUnknown
from senim.operators.standing import Operator
from senim.pki.certificates import subject_of
from senim.pki.crl import RevocationReason

_NUMBER_TRIES = 5


class NoCertificates(NotFound):
    """Nobody with this IIN has a certificate of ours."""

    clause: ClassVar[str] = "CA-10.P1"


class NoOffice(Refused):
    """An operator without an office takes no papers."""

    clause: ClassVar[str] = "CA-10.P1"


class NothingToRevoke(Refused):
    """No certificate was chosen, since none is in force."""

    clause: ClassVar[str] = "CA-10.T5"


class NotTheirCertificate(Refused):
    """A certificate that is not of the person who came."""

    clause: ClassVar[str] = "CA-10.T5"


NOT_IN_ORDER = (NothingToRevoke, NotTheirCertificate, CertificateRevokedBefore, CertificateOver)
"""What is found when the request is routed (CA-10.T5): on record by then, with its reason."""


def begin(*, iin: str, key: UUID, operator: Operator, language: str, at: datetime) -> Handled:
    """Somebody came and hands papers in (CA-10.P1). The same key twice is one application.

    Raises WrongIdentifier, NoCertificates, NoOffice, OwnApplication.
    """
    if earlier := Application.objects.filter(idempotency_key=key).first():
        return _handled(_to_handle(earlier, operator))
    if operator.centre is None:
        raise NoOffice
    own = certificates_of(parse(iin).number)
    if not own:
        raise NoCertificates
    case = _to_handle(_new(next(iter(own.values())), key, operator, language, at), operator)
    for _ in range(_NUMBER_TRIES):
        try:
            return _handled(_begun(case, operator, at=at))
        except IntegrityError:
            if earlier := Application.objects.filter(idempotency_key=key).first():
                return _handled(_to_handle(earlier, operator))  # the first of two clicks was quicker
            case = _new(next(iter(own.values())), key, operator, language, at)
    raise RuntimeError("no free application number found")


def candidates(*, application_id: ApplicationId, at: datetime) -> tuple[CertificateFacts, ...]:
    """What this applicant may have revoked, the newest first."""
    case = _revocation(application_id)
    return tuple(one for one in certificates_of(case.iin).values() if may_be_revoked(one, at=at))


def chosen(*, application_id: ApplicationId) -> tuple[CertificateFacts, ...]:
    """What the request names."""
    case = _revocation(application_id)
    own = certificates_of(case.iin)
    return tuple(own[number] for number in _numbers(case) if number in own)


def form_request(
    *,
    application_id: ApplicationId,
    operator: Operator,
    serial_numbers: Collection[int],
    reason: RevocationReason,
    at: datetime,
) -> Handled:
    """The request, formed and routed (CA-10.T4); one not in order is refused and kept on record (CA-10.T5).

    Raises NothingToRevoke, NotTheirCertificate, CertificateRevokedBefore, CertificateOver.
    """
    with transaction.atomic():
        case = _of_this_kind(_in_hand(application_id, operator))
        case.serial_numbers = sorted(f"{number:040x}" for number in set(serial_numbers))
        case.revocation_reason = reason.value
        _advance(case, action=Step.FORM_REQUEST, actor=Actor.OPERATOR, at=at, operator_id=operator.id)
        refusal = _problem_with(case, reason, at=at)
        if refusal is None:
            row = _advance(case, action=Step.FIND_IN_ORDER, actor=Actor.AUTHORITY, at=at)
            _record(case, "enrolment.form_revocation", row.clause, operator, at, reason=reason.value)
        else:
            _refuse(case, refusal, operator, at=at)
    if refusal is not None:
        raise refusal
    return _handled(case)


def document_to_sign(*, application_id: ApplicationId, operator: Operator) -> bytes:
    """The order this operator is about to sign: the same bytes each time. Raises NotAllowed."""
    case = _to_handle(_revocation(application_id), operator)
    case.process.row_for(state=case.state, action=Step.CONFIRM, actor=Actor.OPERATOR)
    return revocation_orders.document(
        application_number=case.number or "",
        iin=case.iin,
        serial_numbers=_numbers(case),
        reason=RevocationReason(case.revocation_reason),
        operator_iin=operator.iin,
        at=case.state_since_at,
    )


def confirm(
    *,
    application_id: ApplicationId,
    operator: Operator,
    authentication: Authentication | None,
    signature: bytes,
    at: datetime,
) -> Handled:
    """Confirm with the operator's own signature and hand over to the authority (CA-10.T6).

    A second click of the same operator finds it done. Raises SignatureNotValid, SignatureOfAnother,
    NotAnOperatorsCertificate, NotAllowed, RelativesApplication.
    """
    if done := _confirmed(_revocation(application_id), operator):
        return done
    refuse_registered_relatives(application_id=application_id, operator=operator, at=at)
    document = document_to_sign(application_id=application_id, operator=operator)
    _check_signature(validation.check(cms=signature, content=document, at=at), operator=operator)
    with transaction.atomic():
        case = _of_this_kind(_case_for(application_id, operator))
        if done := _confirmed(case, operator):
            return done
        row = _advance(case, action=Step.CONFIRM, actor=Actor.OPERATOR, at=at, operator_id=operator.id)
        order = revocation_orders.place(
            application_number=case.number or "", document=document, operator_signature=signature, at=at
        )
        kept = _keep_signed_in(case, operator, authentication, at=at)
        _record(case, "enrolment.confirm_revocation", row.clause, operator, at, kept, order=str(order))
    return _handled(case)


def refuse_registered_relatives(*, application_id: ApplicationId, operator: Operator, at: datetime) -> None:
    """Four eyes; a stolen key must be stoppable while the register is away. Raises RelativesApplication,
    unless a second operator signed for it."""
    with suppress(RelationsUnknown):
        refuse_relatives(application_id=application_id, operator=operator, at=at)


def take_back(*, application_id: ApplicationId, operator: Operator, at: datetime) -> Handled:
    """The applicant changed their mind before it was confirmed."""
    with transaction.atomic():
        case = _of_this_kind(_in_hand(application_id, operator))
        row = _advance(case, action=Step.WITHDRAW, actor=Actor.OPERATOR, at=at, operator_id=operator.id)
        _record(case, "enrolment.take_back_revocation", row.clause, operator, at)
    return _handled(case)


def _new(newest: CertificateFacts, key: UUID, operator: Operator, language: str, at: datetime) -> Application:
    """Names as the newest certificate has them."""
    subject, centre = subjects.read(subject_of(newest.der)), operator.centre
    full_name = (subject.surname, subject.given_name, subject.patronymic)
    return Application(
        kind=Kind.REVOCATION,
        number=numbers.new(),
        idempotency_key=key,
        state=REVOCATION_IN_PERSON.start,
        state_since_at=at,
        applied_at=at,
        language=language,
        iin=subject.iin,
        surname=subject.surname,
        given_name=subject.given_name,
        patronymic=subject.patronymic,
        folded_name=" ".join(filter(None, map(names.fold, full_name))),
        email=email_in(newest.der),
        region=centre.region if centre else "",
        centre=centre.id if centre else "",
    )


def _begun(case: Application, operator: Operator, *, at: datetime) -> Application:
    with transaction.atomic():
        case.save(force_insert=True)
        row = _advance(case, action=Step.PRESENT, actor=Actor.OPERATOR, at=at, operator_id=operator.id)
        _record(case, "enrolment.begin_revocation", row.clause, operator, at)
    return case


def _problem_with(case: Application, reason: RevocationReason, *, at: datetime) -> Refused | None:
    """What the authority's system finds when the request is routed."""
    own, wanted = certificates_of(case.iin), _numbers(case)
    if not wanted or reason.value not in REASONS:
        return NothingToRevoke()
    if not own.keys() >= set(wanted):
        return NotTheirCertificate()
    if any(own[number].revoked_at is not None for number in wanted):
        return CertificateRevokedBefore()
    if not all(may_be_revoked(own[number], at=at) for number in wanted):
        return CertificateOver()
    return None


def _refuse(case: Application, refusal: Refused, operator: Operator, *, at: datetime) -> None:
    _advance(case, action=Step.FIND_VIOLATIONS, actor=Actor.AUTHORITY, at=at)
    row = case.process.row_for(state=case.state, action=Step.REFUSE_ORDER, actor=Actor.AUTHORITY)
    case.refusal = {"clause": row.clause, "text": refusal.text_id()}
    _advance(case, action=Step.REFUSE_ORDER, actor=Actor.AUTHORITY, at=at)
    said = type(refusal).__name__
    _record(case, "enrolment.refuse_to_revoke_in_person", row.clause, operator, at, refusal=said)


def _revocation(application_id: ApplicationId) -> Application:
    """Raises ApplicationUnknown."""
    return _of_this_kind(Application.objects.filter(id=application_id).first())


def _of_this_kind(case: Application | None) -> Application:
    if case is None or case.kind != Kind.REVOCATION:
        raise ApplicationUnknown
    return case


def _numbers(case: Application) -> tuple[int, ...]:
    return tuple(int(number, 16) for number in case.serial_numbers)
