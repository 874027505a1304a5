"""Orders to revoke: what an operator signs for somebody who came in person (CA-10.T6).

``document`` makes the text to sign, ``place`` hands it over, ``outcome`` tells how it went. The authority
worker believes nothing of it: ``carry_out`` examines every order anew (CA-10.T7), revokes (CA-10.T9) or
refuses (CA-10.T8). Whoever placed it is told by the task ``enrolment.revocation_order_settled``.
"""

import json
import logging
import re
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import ClassVar, NewType, Self
from uuid import UUID

from django.db import IntegrityError, OperationalError, transaction

from senim import jobs
from senim.certification import certificates, revocation
from senim.certification.due import due
from senim.certification.examination import CLOCKS_DIFFER_BY, OrderRefused, examine_operator
from senim.certification.models import RevocationOrder, hexadecimal
from senim.certification.orders import AT_MOST_BYTES, call_the_authority
from senim.countries.kz import subjects
from senim.errors import NotFound, Refused
from senim.journal import record
from senim.pki.certificates import subject_of
from senim.pki.crl import RevocationReason

RevocationOrderId = NewType("RevocationOrderId", UUID)

KIND = "senim revocation order 1"
WORKER = "process:authority"
TRY_AGAIN_AFTER = timedelta(seconds=5)
AT_ONCE = 20

_NUMBER = re.compile(r"[0-9a-f]{40}")

log = logging.getLogger("senim.certification")


class RevocationOrderedBefore(Refused):
    """There is an order for this application already."""

    clause: ClassVar[str] = "CA-10.T6"


class NoSuchRevocationOrder(NotFound):
    clause: ClassVar[str] = "CA-10.T9"


class RevocationOrderRefused(OrderRefused):
    """The order is not carried out."""

    clause: ClassVar[str] = "CA-10.T8"


class RevocationOrderUnreadable(RevocationOrderRefused):
    """Not an order to revoke, or one of another application."""


class CertificateOfAnother(RevocationOrderRefused):
    """A certificate that is not of the person who came."""


class CertificateRevokedBefore(RevocationOrderRefused):
    """One of them was revoked meanwhile: a revocation is never changed."""


class CertificateExpired(RevocationOrderRefused):
    """The term of one of them has ended."""


@dataclass(frozen=True)
class RevocationDocument:
    """The document as read. Serial numbers are 40 hexadecimal digits each, sorted."""

    application_number: str
    iin: str
    serial_numbers: tuple[str, ...]
    reason: str
    operator_iin: str
    at: str

    @classmethod
    def read(cls, document: bytes) -> Self:
        """Raises RevocationOrderUnreadable: an order has one spelling, so what was signed is what is read."""
        try:
            said = json.loads(document)
            numbers = tuple(said.pop("serial_numbers"))
            kind, read = said.pop("kind"), cls(serial_numbers=numbers, **said)
            RevocationReason(read.reason)
            whole = all(map(_NUMBER.fullmatch, numbers)) and datetime.fromisoformat(read.at).tzinfo
            spelled = read.spell()
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as wrong:
            raise RevocationOrderUnreadable from wrong
        if kind != KIND or not numbers or not whole or spelled != document:
            raise RevocationOrderUnreadable
        return read

    def spell(self) -> bytes:
        said = {"kind": KIND, **asdict(self), "serial_numbers": sorted(set(self.serial_numbers))}
        return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@dataclass(frozen=True)
class RevocationOutcome:
    """``state`` is "pending", "carried out" or "refused"; a refusal names the text of its reason."""

    application_number: str
    state: str
    refusal_text_id: str


def document(
    *,
    application_number: str,
    iin: str,
    serial_numbers: Collection[int],
    reason: RevocationReason,
    operator_iin: str,
    at: datetime,
) -> bytes:
    """The text the operator signs."""
    return RevocationDocument(
        application_number=application_number,
        iin=iin,
        serial_numbers=tuple(map(hexadecimal, serial_numbers)),
        reason=reason.value,
        operator_iin=operator_iin,
        at=at.isoformat(timespec="seconds"),
    ).spell()


def place(
    *, application_number: str, document: bytes, operator_signature: bytes, at: datetime
) -> RevocationOrderId:
    """Hand an order to the authority, in the caller's transaction. Raises RevocationOrderedBefore."""
    if max(len(document), len(operator_signature)) > AT_MOST_BYTES:
        raise RevocationOrderUnreadable
    order = RevocationOrder(
        application_number=application_number,
        document=document,
        operator_signature=operator_signature,
        placed_at=at,
        next_try_at=at,
    )
    try:
        with transaction.atomic():
            order.save(force_insert=True)
    except IntegrityError as twice:
        raise RevocationOrderedBefore from twice
    _record(order, "certification.place_revocation", "CA-10.T6", at=at)
    call_the_authority()
    return RevocationOrderId(order.id)


def outcome(order_id: UUID) -> RevocationOutcome:
    """How the order stands. Raises NoSuchRevocationOrder."""
    order = RevocationOrder.objects.filter(pk=order_id).first()
    if order is None:
        raise NoSuchRevocationOrder
    return RevocationOutcome(order.application_number, order.state, order.refusal_text_id)


def carry_out(*, at: datetime) -> int:
    """The authority's part; how many were settled. One that fails unexpectedly waits, and is reported."""
    found = RevocationOrder.objects.filter(due(at), state=RevocationOrder.PENDING)
    waiting = list(found.order_by("placed_at", "pk").values_list("pk", flat=True)[:AT_ONCE])
    return sum(_one(order_id, at=at) for order_id in waiting)


def _one(order_id: UUID, *, at: datetime) -> bool:
    try:
        with transaction.atomic():
            order = _locked(order_id)
            if order is not None:
                _settle(order, at=at)
            return order is not None
    except OperationalError:  # not the order's fault: the process ends, and is started again
        raise
    except Exception:
        log.exception("order %s to revoke failed and waits", order_id)
        RevocationOrder.objects.filter(pk=order_id).update(next_try_at=at + TRY_AGAIN_AFTER)
        return False


def _locked(order_id: UUID) -> RevocationOrder | None:
    """None where another worker has it, or had it."""
    pending = RevocationOrder.objects.filter(pk=order_id, state=RevocationOrder.PENDING)
    return pending.select_for_update(skip_locked=True).first()


def _settle(order: RevocationOrder, *, at: datetime) -> None:
    order.settled_at = at
    try:
        with transaction.atomic():  # all of them or none
            _revoke(order, at=at)
        order.state, clause = RevocationOrder.CARRIED_OUT, "CA-10.T7"
    except OrderRefused as refusal:
        order.state, order.refusal_text_id = RevocationOrder.REFUSED, refusal.text_id()
        clause = RevocationOrderRefused.clause
    order.save(update_fields=["state", "refusal_text_id", "settled_at"])
    facts = {"refusal": order.refusal_text_id} if order.refusal_text_id else {}
    _record(order, "certification.settle_revocation", clause, at=at, actor=WORKER, **facts)
    jobs.enqueue("enrolment.revocation_order_settled", queue="enrolment", order=str(order.pk))


def _revoke(order: RevocationOrder, *, at: datetime) -> None:
    said = _examined(order, at=at)
    for number in said.serial_numbers:  # sorted, so that no two wait for each other
        try:
            revocation.revoke(
                serial_number=int(number, 16),
                reason=RevocationReason(said.reason),
                at=at,
                actor=f"revocation-order:{order.pk}",
            )
        except revocation.AlreadyRevoked as quicker:
            raise CertificateRevokedBefore from quicker
        except revocation.ReasonNotAllowed as wrong:
            raise RevocationOrderUnreadable from wrong


def _examined(order: RevocationOrder, *, at: datetime) -> RevocationDocument:
    """CA-10.T7: the operator's signature, and that these are certificates of the person who came."""
    signed = bytes(order.document)
    said = RevocationDocument.read(signed)
    if said.application_number != order.application_number:
        raise RevocationOrderUnreadable
    if datetime.fromisoformat(said.at) > at + CLOCKS_DIFFER_BY:
        raise RevocationOrderUnreadable
    examine_operator(
        applicant=said.iin,
        operator=said.operator_iin,
        document=signed,
        signature=bytes(order.operator_signature),
        at=at,
    )
    for number in said.serial_numbers:
        _examine_certificate(int(number, 16), iin=said.iin, at=at)
    return said


def _examine_certificate(serial_number: int, *, iin: str, at: datetime) -> None:
    known = certificates.of_serial_number(serial_number)
    if known is None or subjects.read(subject_of(known.der)).iin != iin:
        raise CertificateOfAnother
    if known.not_after <= at:
        raise CertificateExpired


def _record(
    order: RevocationOrder, verb: str, clause: str, *, at: datetime, actor: str = "", **facts: str
) -> None:
    record(
        verb=verb,
        clause=clause,
        subject=f"revocation-order:{order.pk}",
        at=at,
        actor=actor,
        facts=facts,
        changed=[order],
    )
