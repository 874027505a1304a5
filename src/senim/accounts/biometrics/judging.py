"""Judge an assertion of the service: once, for this person, purpose, operation and session (PH-2.3, PH-9)."""

import hashlib
import logging
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from senim.accounts import AccountId
from senim.accounts.authentication import Authentication
from senim.accounts.biometrics.asking import digest_of
from senim.accounts.biometrics.assertions import Assertion, read
from senim.accounts.biometrics.refusals import (
    AssertionForged,
    AssertionForSomethingElse,
    AssertionOfSomebodyElse,
    AssertionReplayed,
    AssertionStale,
    BiometricRefused,
    NotBiometric,
    NotRecognised,
)
from senim.accounts.models import Account, RemoteIdentification
from senim.accounts.timeline import tell
from senim.journal import record
from senim.settings import settings

AMR = {"face": "face", "fingerprint": "fpt", "iris": "iris"}
"""Unchanging features of a body (PH-2.3), and RFC 8176's names of them. Voices change and are copied; a
device's lock is no feature."""
CLOCKS_DIFFER_BY = timedelta(seconds=60)
ACR = "substantial"
"""Of regulation (EU) 910/2014: a living person, compared with what the state knows of them."""
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Proof:
    """The person was identified. ``id`` is the session's, for the caller's record."""

    id: uuid.UUID


def judge(*, iin: str, purpose: str, operation: str, assertion: bytes, at: datetime) -> Proof:
    """Believe the service's assertion, or refuse; either way its session is over.

    What is forged, or belongs to another person's or operation's session, uses up nobody's session. Refuses:
    AssertionForged, AssertionForSomethingElse, AssertionReplayed, AssertionStale, AssertionOfSomebodyElse,
    NotBiometric, NotRecognised, ServiceAway.
    """
    try:
        said = read(assertion, at=at)
        _check_session(said, iin, purpose, operation)
    except BiometricRefused as refused:
        said_why = (type(refused).__name__, getattr(refused, "problem", ""))
        logger.warning("an assertion of the identification service is refused: %s %s", *said_why)
        raise
    with transaction.atomic():
        refusal = _spend(said, assertion, at)
    if refusal:
        raise refusal
    return Proof(said.session)


def authentication_of(proof_id: uuid.UUID) -> Authentication:
    """How sure a judged session made who the person is, and when."""
    session = RemoteIdentification.objects.get(pk=proof_id)
    return Authentication(ACR, (AMR[session.method],), session.asserted_at or session.opened_at)


def _check_session(said: Assertion, iin: str, purpose: str, operation: str) -> None:
    """Did we open this session, for what the caller is about?"""
    session = RemoteIdentification.objects.filter(pk=said.session).first()
    if session is None:
        raise AssertionForged("no session of ours")
    if session.iin != iin:
        raise AssertionOfSomebodyElse
    if (session.purpose, bytes(session.operation_digest)) != (purpose, digest_of(operation)):
        raise AssertionForSomethingElse


def _spend(said: Assertion, assertion: bytes, at: datetime) -> BiometricRefused | None:
    """Close the session with what was asserted; what remains to be refused is on record then."""
    session = RemoteIdentification.objects.select_for_update().get(pk=said.session)
    if session.judged_at:
        return AssertionReplayed()
    refusal = _refusal(said, session, at)
    session.judged_at, session.refusal = at, refusal.text_id() if refusal else ""
    session.method, session.asserted_at = said.method[:20], said.asserted_at
    session.liveness, session.match = said.liveness, said.match
    session.assertion, session.assertion_digest = assertion, hashlib.sha256(assertion).digest()
    session.save()
    if refusal:
        _tell(session.iin, at)
    record(
        verb="accounts.biometrics.judge",
        clause=refusal.clause if refusal else "PH-2.3",
        subject=f"remote_identification:{session.pk}",
        at=at,
        facts={"purpose": session.purpose, "refusal": session.refusal},
        changed=[session],
    )
    return refusal


def _tell(iin: str, at: datetime) -> None:
    """Whose account it is learns that somebody was not taken for them."""
    for account in Account.objects.filter(iin=iin):
        tell(account_id=AccountId(account.pk), text_id="accounts.timeline.not_identified", at=at)


def _refusal(said: Assertion, session: RemoteIdentification, at: datetime) -> BiometricRefused | None:
    if said.iin != session.iin:
        return AssertionOfSomebodyElse()
    if (said.purpose, said.operation) != (session.purpose, bytes(session.operation_digest).hex()):
        return AssertionForSomethingElse()
    if not _is_fresh(said, session, at):
        return AssertionStale()
    if said.method not in AMR:
        return NotBiometric()
    alive = said.liveness >= settings.liveness_at_least
    return None if alive and said.match >= settings.match_at_least else NotRecognised()


def _is_fresh(said: Assertion, session: RemoteIdentification, at: datetime) -> bool:
    earliest = max(session.opened_at, at - settings.assertion_fresh_within) - CLOCKS_DIFFER_BY
    return at < session.expires_at and earliest <= said.asserted_at <= at + CLOCKS_DIFFER_BY
