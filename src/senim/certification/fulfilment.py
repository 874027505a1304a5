"""Carrying out orders: examine, prepare, record the intent, commit; sign, store, settle, commit.

Clauses CA-6.C3, P10 and P11.

The row lock on an order is what keeps two workers apart, in each of the two transactions. A worker that
dies between them leaves intents; whoever takes the order next examines it again and builds the same bytes
again from the intent's serial number and time. What an intent can no longer become is revoked, as if it had
been signed.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import OperationalError, transaction
from django.db.models import QuerySet

from senim.certification import ledger
from senim.certification.crash_points import reached
from senim.certification.due import due
from senim.certification.issuance import Authority, issue
from senim.certification.lint import Linter, here
from senim.certification.lint_beside import LinterGone
from senim.certification.models import Certificate, Order
from senim.certification.planning import WORKER, ClaimLost, Plan, plan
from senim.journal import Said, record_each
from senim.pki.keys import UNUSABLE

TRY_AGAIN_AFTER = timedelta(seconds=5)
TRY_AGAIN_AT_LATEST = timedelta(hours=1)
AT_ONCE = 120
NOT_THE_ORDERS_FAULT = (OperationalError, LinterGone, *UNUSABLE)
"""The process ends, and is started again."""

log = logging.getLogger("senim.certification")


def fulfil(authority: Authority, *, at: datetime, at_most: int = AT_ONCE, linter: Linter = here) -> int:
    """Carry out pending orders; how many were settled. One that fails unexpectedly waits, and is reported."""
    found = Order.objects.filter(due(at), state=Order.PENDING).order_by("placed_at", "pk")
    waiting = list(found.values_list("pk", flat=True)[:at_most])
    if not waiting:
        return 0
    try:
        return _carry_out(authority, waiting, at=at, linter=linter)
    except NOT_THE_ORDERS_FAULT:
        raise
    except ClaimLost:
        pass
    except Exception:
        log.exception("a batch of %d orders failed; each is tried alone", len(waiting))
    return sum(_alone(authority, order, at=at, linter=linter) for order in waiting)


def _alone(authority: Authority, order: UUID, *, at: datetime, linter: Linter) -> int:
    try:
        return _carry_out(authority, [order], at=at, linter=linter)
    except NOT_THE_ORDERS_FAULT:
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


def _carry_out(authority: Authority, waiting: Sequence[UUID], *, at: datetime, linter: Linter) -> int:
    with transaction.atomic():
        orders = _locked(waiting)
        plans = plan(authority, orders, at=at, linter=linter)
        reached("after_examination")
    reached("after_intent")
    with transaction.atomic():
        # Another worker may have taken an order in between, and carries it on.
        _finish(authority, _still_ours(plans), at=at)
        reached("after_store")
    reached("after_settlement")
    return len(orders)


def _locked(orders: Sequence[UUID]) -> list[Order]:
    return list(_pending(orders))


def _pending(orders: Sequence[UUID]) -> QuerySet[Order]:
    """Those still pending that no other worker holds, locked."""
    pending = Order.objects.filter(pk__in=orders, state=Order.PENDING).order_by("placed_at", "pk")
    return pending.select_for_update(skip_locked=True)


def _still_ours(plans: Sequence[Plan]) -> list[Plan]:
    """Whose orders are pending, and whose intents nobody has abandoned or revoked in between."""
    pending = set(_pending([each.order.pk for each in plans]).values_list("pk", flat=True))
    intents = [row.pk for each in plans for row, _ in each.certificates]
    found = Certificate.objects.filter(pk__in=intents, order__in=pending, revocation__isnull=True)
    kept = set(found.values_list("pk", flat=True))
    return [
        each
        for each in plans
        if each.order.pk in pending and all(row.pk in kept for row, _ in each.certificates)
    ]


def _finish(authority: Authority, plans: Sequence[Plan], *, at: datetime) -> None:
    signed: list[tuple[Certificate, bytes]] = []
    for each in plans:
        for certificate, prepared in each.certificates:
            signed.append((certificate, issue(authority, prepared)))
            reached("after_signature")
    ledger.store_each(signed, at=at)
    _settle(plans, at=at)


def _settle(plans: Sequence[Plan], *, at: datetime) -> None:
    """Of an order that is issued enrolment is told once its certificates are published."""
    settled = Order.objects.filter(pk__in=[each.order.pk for each in plans])
    settled.update(state=Order.ISSUED, refusal_text_id="", settled_at=at)
    record_each(
        [
            Said(
                verb="certification.issue",
                clause="CA-6.P11",
                subject=f"order:{each.order.pk}",
                at=at,
                actor=WORKER,
                facts={
                    "certificates": {
                        certificate.purpose: {
                            "serial_number": certificate.serial_number,
                            "tbs": prepared.tbs_digest.hex(),
                        }
                        for certificate, prepared in each.certificates
                    }
                },
                changed=[each.order, *(certificate for certificate, _ in each.certificates)],
            )
            for each in plans
        ]
    )
