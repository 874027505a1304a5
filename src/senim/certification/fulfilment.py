"""Carrying out orders: examine, prepare, record the intent, commit; sign, store, settle, commit.

Clauses CA-6.C3, P10 and P11.

The row lock on an order is what keeps two workers apart, in each of the two transactions. A worker that
dies between them leaves intents; whoever takes the order next examines it again and builds the same bytes
again from the intent's serial number and time. What an intent can no longer become is revoked, as if it had
been signed.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import OperationalError, transaction
from django.db.models import Model

from senim import jobs
from senim.certification import ledger
from senim.certification.crash_points import reached
from senim.certification.examination import (
    Examined,
    KeyCompromised,
    KeyOfAnotherPerson,
    OrderRefused,
    RequestInvalid,
    SubjectUnacceptable,
    examine,
)
from senim.certification.facts import PURPOSES
from senim.certification.issuance import Authority, Prepared, digest_of_key, issue, prepare
from senim.certification.models import Certificate, CertifiedKey, Order
from senim.certification.profiles import profile
from senim.certification.revocation import is_revoked, put_on_record
from senim.countries.kz.roles import TO_ORDER
from senim.journal import record
from senim.pki.certificates import new_serial_number
from senim.pki.crl import RevocationReason
from senim.pki.keys import UNUSABLE, UnsupportedKey

WORKER = "process:authority"
TRY_AGAIN_AFTER = timedelta(seconds=5)
TRY_AGAIN_AT_LATEST = timedelta(hours=1)

log = logging.getLogger("senim.certification")


@dataclass(frozen=True)
class Plan:
    """An order whose intents are recorded."""

    order: Order
    certificates: tuple[tuple[Certificate, Prepared], ...]


def fulfil(authority: Authority, *, at: datetime, at_most: int = 20) -> int:
    """Carry out pending orders; how many were settled. One that fails unexpectedly waits, and is reported."""
    due = Order.objects.filter(state=Order.PENDING, next_try_at__lte=at).order_by("placed_at", "pk")
    waiting = list(due.values_list("pk", flat=True)[:at_most])
    if not waiting:
        return 0
    try:
        return _carry_out(authority, waiting, at=at)
    except (OperationalError, *UNUSABLE):  # not the order's fault: the process ends, and is started again
        raise
    except Exception:
        log.exception("a batch of %d orders failed; each is tried alone", len(waiting))
        return sum(_alone(authority, order, at=at) for order in waiting)


def _alone(authority: Authority, order: UUID, *, at: datetime) -> int:
    try:
        return _carry_out(authority, [order], at=at)
    except (OperationalError, *UNUSABLE):
        raise
    except Exception:
        log.exception("order %s failed and waits", order)
        _postpone(order, at=at)
        return 0


def _postpone(order_id: UUID, *, at: datetime) -> None:
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order_id)
        wait = min(TRY_AGAIN_AFTER * 2 ** min(order.attempts, 20), TRY_AGAIN_AT_LATEST)
        order.attempts, order.next_try_at = min(order.attempts + 1, 10_000), at + wait
        order.save(update_fields=["attempts", "next_try_at"])


def _carry_out(authority: Authority, waiting: Sequence[UUID], *, at: datetime) -> int:
    with transaction.atomic():
        orders = _locked(waiting)
        plans = [plan for order in orders if (plan := _plan(authority, order, at=at))]
        reached("after_examination")
    reached("after_intent")
    with transaction.atomic():
        # Another worker may have taken an order in between, and carries it on.
        ours = {order.pk for order in _locked([plan.order.pk for plan in plans])}
        for plan in plans:
            if plan.order.pk in ours:
                _finish(authority, plan, at=at)
        reached("after_store")
    reached("after_settlement")
    return len(orders)


def _locked(orders: Sequence[UUID]) -> list[Order]:
    """Those still pending that no other worker holds."""
    pending = Order.objects.filter(pk__in=orders, state=Order.PENDING).order_by("placed_at", "pk")
    return list(pending.select_for_update(skip_locked=True))


def _plan(authority: Authority, order: Order, *, at: datetime) -> Plan | None:
    """Intents for an order that holds, or its refusal."""
    began = {certificate.purpose: certificate for certificate in order.certificates.all()}
    try:
        with transaction.atomic():
            examined = examine(
                application_number=order.application_number,
                document=bytes(order.document),
                operator_signature=bytes(order.operator_signature),
                requests_given={"sign": bytes(order.sign_request), "auth": bytes(order.auth_request)},
                at=at,
            )
            made = [_intend(authority, order, examined, purpose, began, at=at) for purpose in PURPOSES]
            fresh = [certificate for certificate, _ in made if certificate not in began.values()]
            _record_intents(order, fresh, at=at)
            return Plan(order, tuple(made))
    except OrderRefused as refusal:
        for certificate in began.values():
            abandon(certificate, at=at)
        _settle(order, Order.REFUSED, refusal_text_id=refusal.text_id(), at=at)
        return None


def _intend(
    authority: Authority,
    order: Order,
    examined: Examined,
    purpose: str,
    began: dict[str, Certificate],
    *,
    at: datetime,
) -> tuple[Certificate, Prepared]:
    _claim(examined, purpose)
    if earlier := began.get(purpose):
        if again := _resume(authority, earlier, examined, purpose):
            return earlier, again
        abandon(earlier, at=at)
    prepared = _prepare(authority, examined, purpose, serial_number=new_serial_number(), at=at)
    return ledger.intend(prepared, at=at, order=order, purpose=purpose), prepared


def _record_intents(order: Order, fresh: Sequence[Certificate], *, at: datetime) -> None:
    """Those made now; one that is carried on is on record since it was made."""
    if fresh:
        record(
            verb="certification.intend",
            clause="CA-6.P11",
            subject=f"order:{order.pk}",
            at=at,
            actor=WORKER,
            facts={"certificates": {one.purpose: one.serial_number for one in fresh}},
            changed=[*fresh, *(CertifiedKey(bytes(one.key_digest)) for one in fresh)],
        )


def _resume(authority: Authority, earlier: Certificate, examined: Examined, purpose: str) -> Prepared | None:
    """The same bytes again, unless the intent was revoked meanwhile or says something else than we would."""
    serial_number, began_at = int(earlier.serial_number, 16), earlier.intended_at
    if is_revoked(earlier):
        return None
    again = _prepare(authority, examined, purpose, serial_number=serial_number, at=began_at)
    return again if again.tbs_digest == bytes(earlier.tbs_digest) else None


def _claim(examined: Examined, purpose: str) -> None:
    digest = digest_of_key(examined.public_keys[purpose])
    theirs, compromised = ledger.claim_key(digest, holder=examined.subject.identifier)
    if compromised:  # nobody's it may be too: known from a list
        raise KeyCompromised
    if not theirs:
        raise KeyOfAnotherPerson


def _prepare(
    authority: Authority, examined: Examined, purpose: str, *, serial_number: int, at: datetime
) -> Prepared:
    try:
        return prepare(
            authority,
            profile=profile(TO_ORDER[examined.subject.role][purpose]),
            facts=examined.subject,
            public_key=examined.public_keys[purpose],
            serial_number=serial_number,
            at=at,
        )
    except UnsupportedKey as wrong:
        raise RequestInvalid(problem="unsupported_key") from wrong
    except ValueError as wrong:  # names that no X.509 name can hold, or a finding of the lint
        log.warning("no certificate can be made of an order's facts: %s", type(wrong).__name__)
        raise SubjectUnacceptable from wrong


def abandon(certificate: Certificate, *, at: datetime) -> None:
    """An interrupted intent that is not carried on may have been signed: it is revoked and kept apart."""
    changed: list[Model] = [certificate]
    if not is_revoked(certificate):
        changed += put_on_record(certificate, reason=RevocationReason.SUPERSEDED, at=at, actor=WORKER)
    Certificate.objects.filter(pk=certificate.pk).update(order=None, purpose="")
    record(
        verb="certification.abandon",
        clause="CA-6.C3",
        subject=f"certificate:{certificate.serial_number}",
        at=at,
        actor=WORKER,
        facts={"reason": RevocationReason.SUPERSEDED.value, "order": str(certificate.order_id)},
        changed=changed,
    )


def _finish(authority: Authority, plan: Plan, *, at: datetime) -> None:
    for certificate, prepared in plan.certificates:
        der = issue(authority, prepared)
        reached("after_signature")
        ledger.store(certificate, der, at=at)
    issued = {
        certificate.purpose: {"serial_number": certificate.serial_number, "tbs": prepared.tbs_digest.hex()}
        for certificate, prepared in plan.certificates
    }
    changed = [certificate for certificate, _ in plan.certificates]
    _settle(plan.order, Order.ISSUED, certificates=issued, changed=changed, at=at)


def _settle(
    order: Order,
    state: str,
    *,
    at: datetime,
    refusal_text_id: str = "",
    certificates: dict[str, dict[str, str]] | None = None,
    changed: Sequence[Model] = (),
) -> None:
    order.state, order.refusal_text_id, order.settled_at = state, refusal_text_id, at
    order.save(update_fields=["state", "refusal_text_id", "settled_at"])
    issued = state == Order.ISSUED
    record(
        verb="certification.issue" if issued else "certification.refuse",
        clause="CA-6.P11" if issued else OrderRefused.clause,
        subject=f"order:{order.pk}",
        at=at,
        actor=WORKER,
        facts={"refusal": refusal_text_id} if refusal_text_id else {"certificates": certificates or {}},
        changed=[order, *changed],
    )
    if not issued:  # of one that is issued enrolment is told once its certificates are published
        jobs.enqueue("enrolment.order_settled", queue="enrolment", order=str(order.pk))
