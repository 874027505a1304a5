"""Applications for an operator's certificates: taken in with letter and order, or refused (CA-15.1b, c)."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, NewType
from uuid import UUID

from django.db import IntegrityError, transaction

from senim import journal
from senim.certification import certificates, revocation
from senim.certification.facts import OrderId
from senim.errors import NotFound, Refused
from senim.identifiers import parse
from senim.operators import letters, papers
from senim.operators.advance import _advance, locked_application
from senim.operators.models import OperatorApplication
from senim.operators.packets import Judged, Packet, judge
from senim.operators.process import Actor, Stage, Step
from senim.operators.standing import Operator, OwnStanding, refuse_unless_responsible
from senim.operators.steps import name_of
from senim.pki.crl import RevocationReason
from senim.pki.ocsp import CertStatus
from senim.registries.people import Person, person
from senim.texts import language

OperatorApplicationId = NewType("OperatorApplicationId", UUID)
REASON_AT_LEAST = 10


class IdentifierAnnulled(Refused):
    """The state database has annulled this IIN."""

    clause: ClassVar[str] = "CA-15.1c"


class AppliedAlready(Refused):
    """A letter for this person is being dealt with."""

    clause: ClassVar[str] = "CA-15.1c"


class OperatorApplicationUnknown(NotFound):
    clause: ClassVar[str] = "CA-15.1c"


class RefusalUnclear(Refused):
    """A refusal without a reason is no refusal."""

    clause: ClassVar[str] = "CA-15.1c"


@dataclass(frozen=True)
class Received:
    """The application as taken in."""

    application_id: OperatorApplicationId
    stage: Stage


@dataclass(frozen=True)
class Examined:
    """A packet that is whole, about whom it is, and who takes it in."""

    packet: Packet
    requests: Judged
    iin: str
    by: Operator | None


def examine(*, packet: Packet, by: Operator | None) -> Examined:
    """What can be said of it before anybody is asked about anybody. Raises NotResponsible, WrongIdentifier,
    OwnStanding, and what ``judge`` raises."""
    refuse_unless_responsible(by)
    iin = parse(packet.iin).number
    if by is not None and by.iin == iin:
        raise OwnStanding
    return Examined(packet, judge(packet), iin, by)


def receive(*, examined: Examined, at: datetime) -> Received:
    """Take a packet in. Names are the state database's. Raises AppliedAlready, PersonUnknown,
    IdentifierAnnulled, RegistryUnavailable."""
    who = person(iin=examined.iin, at=at)
    if who.status != "active":
        raise IdentifierAnnulled
    try:
        with transaction.atomic():
            return _taken_in(examined, who, at=at)
    except IntegrityError as twice:
        raise AppliedAlready from twice


def _taken_in(examined: Examined, who: Person, *, at: datetime) -> Received:
    packet, by = examined.packet, name_of(examined.by)
    case = OperatorApplication.objects.create(
        state_since_at=at,
        received_at=at,
        recorded_by=by,
        language=language(),
        iin=who.iin,
        surname=who.surname,
        given_name=who.given_name,
        patronymic=who.patronymic,
        sign_request=examined.requests.sign_request,
        auth_request=examined.requests.auth_request,
        **{name: getattr(packet, name) for name in _AS_WRITTEN},
    )
    papers.put_away(case, packet, by=by, at=at)
    journal.record(
        verb="operators.receive",
        clause="CA-15.1c",
        subject=f"operator_application:{case.id}",
        actor=by,
        at=at,
        facts={"carrier": case.carrier_evidence, "office": case.office},
        changed=[case],
    )
    return Received(OperatorApplicationId(case.id), Stage(case.state))


_AS_WRITTEN = (
    *("email", "office", "letter_number", "letter_dated_on", "head_name", "head_email"),
    *("executor_name", "executor_email", "order_number", "order_dated_on", "carrier_model", "carrier_number"),
)


def refuse(*, application_id: UUID, reason: str, by: Operator | None, at: datetime) -> Received:
    """Refuse with a reason, which the letter's executor gets. Certificates that nobody took up are revoked.

    Raises RefusalUnclear, NotResponsible, OwnStanding, OperatorApplicationUnknown, NotAllowed.
    """
    refuse_unless_responsible(by)
    said = " ".join(reason.split())
    if len(said) < REASON_AT_LEAST:
        raise RefusalUnclear(least=REASON_AT_LEAST)
    with transaction.atomic():
        case = to_decide(application_id, by=by)
        case.refusal = {"reason": said}
        who = name_of(by)
        row, changed = _advance(case, action=Step.REFUSE, actor=Actor.PROVIDER, by=who, at=at, note=said)
        _revoke_unused(case, by=who, at=at)
        letters.tell_the_executor(case, outcome="refused", reason=said, at=at)
        journal.record(
            verb="operators.refuse",
            clause="CA-15.1c",
            subject=f"operator_application:{case.id}",
            actor=who,
            at=at,
            facts={"row": row.clause},
            personal={"reason": said},
            changed=changed,
        )
    return Received(OperatorApplicationId(case.id), Stage(case.state))


def _revoke_unused(case: OperatorApplication, *, by: str, at: datetime) -> None:
    issued = certificates.of_order(OrderId(case.order_id)) if case.order_id else ()
    for one in issued:
        if one.status is CertStatus.GOOD:
            reason = RevocationReason.CESSATION_OF_OPERATION
            revocation.revoke(serial_number=one.serial_number, reason=reason, at=at, actor=by)


def to_decide(application_id: UUID, *, by: Operator | None) -> OperatorApplication:
    """Locked. Raises OperatorApplicationUnknown, OwnStanding."""
    case = locked_application(application_id)
    if case is None:
        raise OperatorApplicationUnknown
    if by is not None and by.iin == case.iin:
        raise OwnStanding
    return case
