"""Access tokens (RFC 6749 §4.4, RFC 9449): given for an assertion, and worth nothing without the key.

A token is 256 random bits, kept as a digest, for a few minutes. It names purposes; whether the system may
still act is asked at each use.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction

from senim.accounts.counting import counted, window_of
from senim.accounts.models import InformationSystem, SystemToken
from senim.accounts.systems.process import Purpose, Standing
from senim.accounts.systems.proofs import PartnerRequest, proving_key, system_asserting
from senim.accounts.systems.refusals import (
    ProofInvalid,
    PurposeNotAdmitted,
    SystemSuspended,
    TokenInvalid,
    TooManyRequests,
)
from senim.accounts.systems.standing import AdmittedSystem, refuse_unless_for, standing_of
from senim.journal import record
from senim.settings import settings

TOKEN_BYTES = 32
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Issued:
    """``token`` is shown once; ``purposes`` in the decision's order."""

    token: str
    purposes: tuple[str, ...]
    expires_in: timedelta


def issue(
    *,
    assertion: str,
    proof: str,
    scope: str,
    request: PartnerRequest,
    audiences: frozenset[str],
    at: datetime,
) -> Issued:
    """A token for the purposes in ``scope``, or for all that are admitted where it is empty.

    Raises what ``proofs`` raises, NotAdmitted, SystemSuspended, PurposeNotAdmitted, TooManyRequests.
    """
    row = system_asserting(assertion, audiences=audiences, at=at)
    system = standing_of(row, at=at)
    # The body holds the assertion, which is itself signed and good once: the proof need not sign it again.
    thumbprint = proving_key(proof, row=row, request=replace(request, body=b""), at=at)
    asked = tuple(dict.fromkeys(scope.split())) or tuple(row.purposes)
    if not asked or not set(asked) <= system.purposes:
        raise PurposeNotAdmitted
    _refuse_too_many(row, at=at)
    return _issued(system, asked, thumbprint, at=at)


@transaction.atomic
def _issued(system: AdmittedSystem, purposes: tuple[str, ...], thumbprint: str, *, at: datetime) -> Issued:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    lifetime = settings.partner_token_lifetime
    SystemToken.objects.create(
        digest=_digest(token),
        system_id=system.id,
        purposes=list(purposes),
        thumbprint=thumbprint,
        issued_at=at,
        expires_at=at + lifetime,
    )
    record(
        verb="accounts.systems.token",
        clause="DD-4a",
        subject=system.reference,
        actor=system.reference,
        at=at,
        facts={"purposes": list(purposes)},
    )
    return Issued(token, purposes, lifetime)


def system_with(
    *, token: str, proof: str, request: PartnerRequest, purposes: Sequence[Purpose], at: datetime
) -> AdmittedSystem:
    """The system that sends this request, if it may for one of these purposes, or they are none.

    Its purposes are the token's.

    Raises TokenInvalid, SystemSuspended, NotAdmitted, what ``proofs.proving_key`` raises, PurposeNotAdmitted,
    TooManyRequests.
    """
    held = (
        SystemToken.objects.filter(digest=_digest(token), expires_at__gt=at).select_related("system").first()
    )
    if held is None:
        raise TokenInvalid
    row = held.system
    if row.state == Standing.SUSPENDED:
        raise SystemSuspended
    if held.issued_at < row.state_since_at:
        raise TokenInvalid
    system = standing_of(row, at=at)
    if proving_key(proof, row=row, request=request, token=token, at=at) != held.thumbprint:
        raise ProofInvalid
    _refuse_too_many(row, at=at)
    limited = replace(system, purposes=system.purposes & frozenset(held.purposes))
    refuse_unless_for(limited, *purposes)
    return limited


def _refuse_too_many(row: InformationSystem, *, at: datetime) -> None:
    """Counted once it is known who asks: nobody uses up a stranger's share."""
    if not counted("system", str(row.pk), window_of(at, MINUTE), settings.partner_requests_per_minute):
        raise TooManyRequests


def _digest(token: str) -> str:
    """The token is random enough that a plain hash does."""
    return hashlib.sha256(token.encode()).hexdigest()
