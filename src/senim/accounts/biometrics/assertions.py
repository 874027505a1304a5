"""What the service asserts, read from the envelope it signed: whole and of the right types, or forged."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from senim.accounts.biometrics.refusals import AssertionForged, ServiceAway
from senim.accounts.biometrics.service import LARGEST_ANSWER, NAME
from senim.registries import reading
from senim.registries.reading import Malformed
from senim.registries.signed import SignerUncertain, opened
from senim.settings import settings

TYPE = "remote-identification/1"
"""Signed with the rest: no other word of the same signer can pass for an assertion."""
THOUSANDTHS = 1000


@dataclass(frozen=True)
class Assertion:
    """Scores are in thousandths; ``operation`` is the digest in hexadecimal."""

    session: uuid.UUID
    iin: str
    purpose: str
    operation: str
    method: str
    liveness: int
    match: int
    asserted_at: datetime


def read(assertion: bytes, *, at: datetime) -> Assertion:
    """Refuses: AssertionForged, ServiceAway (the signer's certificate is on hold)."""
    if len(assertion) > LARGEST_ANSWER:
        raise AssertionForged("too large")
    try:
        return _assertion(opened(assertion, name=NAME, at=at).data)
    except SignerUncertain as unknown:
        raise ServiceAway from unknown
    except Malformed as wrong:
        raise AssertionForged(str(wrong)) from wrong


def _assertion(data: dict[str, Any]) -> Assertion:
    reading.one_of(data, "type", (TYPE,))
    reading.one_of(data, "audience", (settings.portal_origin,))
    return Assertion(
        session=_session(data),
        iin=reading.words(data, "iin"),
        purpose=reading.words(data, "purpose"),
        operation=reading.words(data, "operation"),
        method=reading.words(data, "method"),
        liveness=_score(data, "liveness"),
        match=_score(data, "match"),
        asserted_at=reading.moment(data, "at"),
    )


def _session(data: dict[str, Any]) -> uuid.UUID:
    try:
        return uuid.UUID(reading.words(data, "session"))
    except ValueError as wrong:
        raise Malformed("session") from wrong


def _score(data: dict[str, Any], name: str) -> int:
    """A whole number of thousandths; ``true`` is not one, nor is 1e9."""
    value = data.get(name)
    if type(value) is not int or not 0 <= value <= THOUSANDTHS:
        raise Malformed(name)
    return value
