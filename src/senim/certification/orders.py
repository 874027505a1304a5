"""Orders: what an operator signs so that a citizen's keys are certified (CA-6.P9).

``document`` makes the text to sign, ``place`` hands it over, ``outcome`` tells how it went. Nothing is
believed here: the authority worker examines every order itself (CA-6.C3).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import IntegrityError, connection, transaction

from senim.certification import certificates
from senim.certification.facts import PURPOSES, OrderId, OrderOutcome, SubjectFacts
from senim.certification.models import Order
from senim.errors import NotFound, Refused
from senim.journal import record

KIND = "senim certificate order 1"
CHANNEL = "senim_authority"
ANEW = "sign all lists anew"
AT_MOST_BYTES = 64 * 1024


class AlreadyOrdered(Refused):
    """There is an order for this application already."""

    clause: ClassVar[str] = "CA-6.P9"


class OrderTooLarge(Refused):
    """No honest order is this large."""

    clause: ClassVar[str] = "CA-6.P10"


class NoSuchOrder(NotFound):
    clause: ClassVar[str] = "CA-6.P11"


class NotAnOrder(ValueError):
    """These bytes are not a document that ``document`` made."""


@dataclass(frozen=True)
class OrderDocument:
    """The document as read: who is to be certified, which requests, who confirms, and when."""

    application_number: str
    subject: SubjectFacts
    requests: Mapping[str, str]
    operator_iin: str
    at: str

    @classmethod
    def read(cls, document: bytes) -> Self:
        """Raises NotAnOrder: one order has one spelling, so what was signed is what is read."""
        try:
            said = json.loads(document)
            kind, subject = said.pop("kind"), SubjectFacts(**said.pop("subject"))
            read = cls(subject=subject, **said)
            texts = [*vars(subject).values(), *read.requests.values(), read.operator_iin, read.at]
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as wrong:
            raise NotAnOrder from wrong
        if kind != KIND or set(read.requests) != set(PURPOSES) or not all(isinstance(t, str) for t in texts):
            raise NotAnOrder
        if read.spell() != document:
            raise NotAnOrder
        return read

    def spell(self) -> bytes:
        said = {"kind": KIND, **{item.name: getattr(self, item.name) for item in fields(self)}}
        return _canonical({**said, "subject": vars(self.subject), "requests": dict(self.requests)})


def document(
    *,
    application_number: str,
    subject: SubjectFacts,
    requests: Mapping[str, bytes],
    operator_iin: str,
    at: datetime,
) -> bytes:
    """The text the operator signs: sorted JSON, the requests by their SHA-256."""
    return OrderDocument(
        application_number=application_number,
        subject=subject,
        requests={purpose: hashlib.sha256(requests[purpose]).hexdigest() for purpose in PURPOSES},
        operator_iin=operator_iin,
        at=at.isoformat(timespec="seconds"),
    ).spell()


def place(
    *,
    application_number: str,
    document: bytes,
    operator_signature: bytes,
    requests: Mapping[str, bytes],
    at: datetime,
) -> OrderId:
    """Hand an order to the authority, in the caller's transaction. Raises AlreadyOrdered, OrderTooLarge."""
    parts = (document, operator_signature, *(requests[purpose] for purpose in PURPOSES))
    if max(map(len, parts)) > AT_MOST_BYTES:
        raise OrderTooLarge
    order = Order(
        application_number=application_number,
        document=document,
        operator_signature=operator_signature,
        sign_request=requests["sign"],
        auth_request=requests["auth"],
        placed_at=at,
        next_try_at=at,
    )
    try:
        with transaction.atomic():
            order.save(force_insert=True)
    except IntegrityError as twice:
        raise AlreadyOrdered from twice
    record(
        verb="certification.place",
        clause="CA-6.P9",
        subject=f"order:{order.id}",
        at=at,
        facts={"document": hashlib.sha256(document).hexdigest()},
        changed=[order],
    )
    call_the_authority()
    return OrderId(order.id)


def outcome(order_id: OrderId) -> OrderOutcome:
    """How the order stands. Raises NoSuchOrder."""
    found = Order.objects.filter(pk=order_id).values_list("state", "refusal_text_id").first()
    if found is None:
        raise NoSuchOrder
    state, refusal = found
    issued = certificates.of_order(order_id) if state == Order.ISSUED else ()
    return OrderOutcome(state=state, refusal_text_id=refusal, certificates=issued)


def call_the_authority(what: str = "") -> None:
    """Wake the authority worker when this transaction commits; it also looks by itself every second."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, what])


def _canonical(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
