"""From orders to intents: each order examined, its certificates built and linted, its keys claimed, and what
is about to be signed recorded. Or its refusal. Clauses CA-6.C3, P10 and P11.

Everything happens in the caller's transaction, for many orders at once: the linter has one order's
certificates while the next is examined, and what they all write is written together.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Model

from senim import jobs
from senim.certification import ledger
from senim.certification.examination import (
    Examined,
    KeyCompromised,
    KeyOfAnotherPerson,
    Operators,
    OrderRefused,
    RequestInvalid,
    SubjectUnacceptable,
    examine,
)
from senim.certification.facts import PURPOSES
from senim.certification.issuance import Authority, Prepared, begin, digest_of_key, prepare
from senim.certification.lint import Linter
from senim.certification.models import Certificate, CertifiedKey, Order
from senim.certification.profiles import profile
from senim.certification.revocation import is_revoked, put_on_record
from senim.countries.kz.roles import TO_ORDER
from senim.journal import Said, record, record_each
from senim.pki.certificates import new_serial_number
from senim.pki.crl import RevocationReason
from senim.pki.keys import UnsupportedKey
from senim.statements import insert

WORKER = "process:authority"

log = logging.getLogger("senim.certification")


class ClaimLost(RuntimeError):
    """Another worker claimed one of the keys for somebody else at this very moment: look again."""


@dataclass(frozen=True)
class Plan:
    """An order whose intents are recorded."""

    order: Order
    certificates: tuple[tuple[Certificate, Prepared], ...]


@dataclass(frozen=True)
class Draft:
    """An order that holds, but for the history of its keys and for what the linter says.

    ``began`` are intents of an earlier try, ``carried`` those of them that can still become certificates.
    """

    order: Order
    examined: Examined
    digests: Sequence[bytes]
    began: Mapping[str, Certificate]
    carried: Mapping[str, Certificate]
    built: Mapping[str, Callable[[], Prepared]]


def plan(authority: Authority, orders: Sequence[Order], *, at: datetime, linter: Linter) -> list[Plan]:
    """Intents for the orders that hold, refusals of the rest. Raises ClaimLost."""
    began, operators = _began(orders), Operators(at)
    drafts: list[Draft] = []
    for order in orders:
        try:
            drafts.append(_draft(authority, order, began[order.pk], operators, at=at, linter=linter))
        except OrderRefused as refusal:
            _refuse(order, began[order.pk], refusal, at=at)
    claims = Claims(digest for draft in drafts for digest in draft.digests)
    plans: list[Plan] = []
    for draft in drafts:
        try:
            plans.append(_accept(draft, claims, at=at))
        except OrderRefused as refusal:
            _refuse(draft.order, draft.began, refusal, at=at)
    claims.record()
    _record_intents(drafts, plans, at=at)
    return plans


def _began(orders: Sequence[Order]) -> dict[UUID, dict[str, Certificate]]:
    found: dict[UUID, dict[str, Certificate]] = {order.pk: {} for order in orders}
    for certificate in Certificate.objects.filter(order__in=orders):
        if certificate.order_id is not None:
            found[certificate.order_id][certificate.purpose] = certificate
    return found


def _draft(
    authority: Authority,
    order: Order,
    began: Mapping[str, Certificate],
    operators: Operators,
    *,
    at: datetime,
    linter: Linter,
) -> Draft:
    """Raises a kind of OrderRefused."""
    examined = examine(
        application_number=order.application_number,
        document=bytes(order.document),
        operator_signature=bytes(order.operator_signature),
        requests_given={"sign": bytes(order.sign_request), "auth": bytes(order.auth_request)},
        at=at,
        operators=operators,
    )
    carried: dict[str, Certificate] = {}
    built: dict[str, Callable[[], Prepared]] = {}
    for purpose in PURPOSES:
        earlier = began.get(purpose)
        again = _again(authority, earlier, examined, purpose) if earlier else None
        if earlier and again:
            carried[purpose], built[purpose] = earlier, again
        else:
            built[purpose] = _build(authority, examined, purpose, at=at, linter=linter)
    digests = [digest_of_key(examined.public_keys[purpose]) for purpose in PURPOSES]
    return Draft(order, examined, digests, began, carried, built)


def _again(
    authority: Authority, earlier: Certificate, examined: Examined, purpose: str
) -> Callable[[], Prepared] | None:
    """The same bytes again, unless the intent was revoked meanwhile or says something else than we would."""
    if is_revoked(earlier):
        return None
    with _as_refusals():
        ready = prepare(
            authority,
            profile=profile(TO_ORDER[examined.subject.role][purpose]),
            facts=examined.subject,
            public_key=examined.public_keys[purpose],
            serial_number=int(earlier.serial_number, 16),
            at=earlier.intended_at,
        )
    return (lambda: ready) if ready.tbs_digest == bytes(earlier.tbs_digest) else None


def _build(
    authority: Authority, examined: Examined, purpose: str, *, at: datetime, linter: Linter
) -> Callable[[], Prepared]:
    with _as_refusals():
        return begin(
            authority,
            profile=profile(TO_ORDER[examined.subject.role][purpose]),
            facts=examined.subject,
            public_key=examined.public_keys[purpose],
            serial_number=new_serial_number(),
            at=at,
            linter=linter,
        )


@contextmanager
def _as_refusals() -> Iterator[None]:
    try:
        yield
    except UnsupportedKey as wrong:
        raise RequestInvalid(problem="unsupported_key") from wrong
    except ValueError as wrong:  # names that no X.509 name can hold, or a finding of the lint
        log.warning("no certificate can be made of an order's facts: %s", type(wrong).__name__)
        raise SubjectUnacceptable from wrong


class Claims:
    """Whose the keys of some orders are: what is known, locked, and what these orders add in their turn."""

    def __init__(self, digests: Iterable[bytes]) -> None:
        known = ledger.keys_known(digests)
        self._holders = {digest: key.holder for digest, key in known.items()}
        self._compromised = {digest for digest, key in known.items() if key.compromised_at}
        self._fresh: dict[bytes, str] = {}

    def look(self, digests: Iterable[bytes], *, holder: str) -> None:
        """Raises KeyOfAnotherPerson, KeyCompromised."""
        for digest in digests:
            if digest in self._compromised:  # nobody's it may be too: known from a list
                raise KeyCompromised
            if self._holders.get(digest, holder) != holder:
                raise KeyOfAnotherPerson

    def add(self, digests: Iterable[bytes], *, holder: str) -> None:
        fresh = {digest: holder for digest in digests if digest not in self._holders}
        self._fresh |= fresh
        self._holders |= fresh

    def record(self) -> None:
        """Raises ClaimLost."""
        if not self._fresh:
            return
        if ledger.claim_keys(self._fresh):
            return
        known = ledger.keys_known(self._fresh)
        if any(known[digest].holder != holder for digest, holder in self._fresh.items()):
            raise ClaimLost


def _accept(draft: Draft, claims: Claims, *, at: datetime) -> Plan:
    """Raises a kind of OrderRefused; then the order has claimed nothing."""
    holder = draft.examined.subject.identifier
    claims.look(draft.digests, holder=holder)
    with _as_refusals():
        ready = {purpose: finish() for purpose, finish in draft.built.items()}
    claims.add(draft.digests, holder=holder)
    for purpose, earlier in draft.began.items():
        if purpose not in draft.carried:
            abandon(earlier, at=at)
    rows = {
        purpose: draft.carried.get(purpose)
        or ledger.intent_of(prepared, at=at, order=draft.order, purpose=purpose)
        for purpose, prepared in ready.items()
    }
    return Plan(draft.order, tuple((rows[purpose], ready[purpose]) for purpose in PURPOSES))


def _record_intents(drafts: Sequence[Draft], plans: Sequence[Plan], *, at: datetime) -> None:
    """Those made now; one that is carried on is on record since it was made."""
    carried = {one.pk for draft in drafts for one in draft.carried.values()}
    fresh = {plan.order.pk: [one for one, _ in plan.certificates if one.pk not in carried] for plan in plans}
    insert([one for made in fresh.values() for one in made])
    record_each(
        [
            Said(
                verb="certification.intend",
                clause="CA-6.P11",
                subject=f"order:{order}",
                at=at,
                actor=WORKER,
                facts={"certificates": {one.purpose: one.serial_number for one in made}},
                changed=[*made, *(CertifiedKey(one.key_digest) for one in made)],
            )
            for order, made in fresh.items()
            if made
        ]
    )


def _refuse(order: Order, began: Mapping[str, Certificate], refusal: OrderRefused, *, at: datetime) -> None:
    for certificate in began.values():
        abandon(certificate, at=at)
    order.state, order.refusal_text_id, order.settled_at = Order.REFUSED, refusal.text_id(), at
    order.save(update_fields=["state", "refusal_text_id", "settled_at"])
    record(
        verb="certification.refuse",
        clause=OrderRefused.clause,
        subject=f"order:{order.pk}",
        at=at,
        actor=WORKER,
        facts={"refusal": order.refusal_text_id},
        changed=[order],
    )
    jobs.enqueue("enrolment.order_settled", queue="enrolment", order=str(order.pk))


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
