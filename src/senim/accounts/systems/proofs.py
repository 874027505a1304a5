"""What a system proves with its keys: who it is (RFC 7523), and that a request is its own (RFC 9449).

An assertion or a proof is good once: its ``jti`` is spent in the database before anything is given for it.
A proof carries ``content_sha256`` wherever the request has a body, so that it signs the whole request.
"""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from senim.accounts.models import InformationSystem
from senim.accounts.systems import jose
from senim.accounts.systems.refusals import (
    ClientAssertionForAnother,
    ClientAssertionReplayed,
    ClientAssertionStale,
    ClientNotRecognised,
    ProofInvalid,
    ProofOfAnotherRequest,
    ProofReplayed,
    ProofStale,
)
from senim.settings import settings

CLOCKS_DIFFER_BY = timedelta(seconds=10)
LONGEST_JTI = 200
PROOF_TYPE = "dpop+jwt"
_SPEND = """
INSERT INTO accounts_spentproof (digest, expires_at) VALUES (%s, %s) ON CONFLICT DO NOTHING RETURNING digest
"""


@dataclass(frozen=True)
class PartnerRequest:
    """A request as it came, less what does not count: ``url`` is without query and fragment."""

    method: str
    url: str
    body: bytes = b""


def digest_of(data: bytes) -> str:
    """SHA-256 in base64url, as RFC 9449 writes ``ath``."""
    return urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def system_asserting(assertion: str, *, audiences: frozenset[str], at: datetime) -> InformationSystem:
    """Whose assertion this is; it is spent. Raises ClientNotRecognised, ClientAssertionForAnother,
    ClientAssertionStale, ClientAssertionReplayed."""
    try:
        row = InformationSystem.objects.get(pk=_client_in(jose.claimed(assertion)))
        signed = jose.verified(assertion, jwk=_key_of(row, jose.header_of(assertion)))
    except (jose.NotVerified, InformationSystem.DoesNotExist) as unknown:
        raise ClientNotRecognised from unknown
    if signed.claims.get("aud") not in (*audiences, *([one] for one in audiences)):
        raise ClientAssertionForAnother
    ends_at = _ends_at(signed, at=at)
    if not _spent_now("assertion", row.pk, signed.text("jti"), until=ends_at):
        raise ClientAssertionReplayed
    return row


def _client_in(claims: Mapping[str, Any]) -> UUID:
    """RFC 7523 §3: issuer and subject are the client. Raises NotVerified."""
    said = claims.get("sub")
    if not isinstance(said, str) or claims.get("iss") != said:
        raise jose.NotVerified
    try:
        found = UUID(said)
    except ValueError as wrong:
        raise jose.NotVerified from wrong
    if str(found) != said:
        raise jose.NotVerified
    return found


def _key_of(row: InformationSystem, header: Mapping[str, Any]) -> jose.Jwk:
    """By ``kid``; it may be left out where there is one key. Raises NotVerified."""
    keys, kid = row.keys["keys"], header.get("kid")
    fitting = [each for each in keys if each["kid"] == kid] if kid is not None else keys
    if len(fitting) != 1:
        raise jose.NotVerified
    return dict(fitting[0])


def _ends_at(signed: jose.Signed, *, at: datetime) -> datetime:
    now, end = at.timestamp(), signed.seconds("exp")
    early = max(signed.seconds(name) or 0.0 for name in ("iat", "nbf"))
    longest = (settings.partner_assertion_at_most + CLOCKS_DIFFER_BY).total_seconds()
    if end is None or not now < end <= now + longest or early > now + CLOCKS_DIFFER_BY.total_seconds():
        raise ClientAssertionStale
    if not 0 < len(signed.text("jti")) <= LONGEST_JTI:
        raise ClientAssertionStale
    return datetime.fromtimestamp(end, UTC)


def proving_key(
    proof: str, *, row: InformationSystem, request: PartnerRequest, token: str = "", at: datetime
) -> str:
    """The thumbprint of the system's key that signed this request; the proof is spent.

    Raises ProofInvalid, ProofOfAnotherRequest, ProofStale, ProofReplayed.
    """
    try:
        header = jose.header_of(proof)
        jwk = jose.public_jwk(header.get("jwk"))
        signed = jose.verified(proof, jwk=jwk)
    except (jose.NotVerified, jose.Unfit, jose.PrivateMaterial) as wrong:
        raise ProofInvalid from wrong
    print_of_key = jose.thumbprint(jwk)
    if header.get("typ") != PROOF_TYPE or print_of_key not in map(jose.thumbprint, row.keys["keys"]):
        raise ProofInvalid
    _refuse_another(signed, request, token)
    _refuse_stale(signed, at=at)
    if not _spent_now("proof", row.pk, signed.text("jti"), until=at + 2 * settings.partner_proof_lifetime):
        raise ProofReplayed
    return print_of_key


def _refuse_another(signed: jose.Signed, request: PartnerRequest, token: str) -> None:
    wanted = {"htm": request.method, "htu": request.url}
    if token:
        wanted["ath"] = digest_of(token.encode())
    if request.body:
        wanted["content_sha256"] = digest_of(request.body)
    if not all(
        secrets.compare_digest(signed.text(name).encode(), one.encode()) for name, one in wanted.items()
    ):
        raise ProofOfAnotherRequest


def _refuse_stale(signed: jose.Signed, *, at: datetime) -> None:
    made, jti = signed.seconds("iat"), signed.text("jti")
    if made is None or abs(at.timestamp() - made) > settings.partner_proof_lifetime.total_seconds():
        raise ProofStale
    if not 0 < len(jti) <= LONGEST_JTI:
        raise ProofStale


def _spent_now(kind: str, system_id: UUID, jti: str, *, until: datetime) -> bool:
    """Whether this one was the first: of many at once, one."""
    digest = hashlib.sha256(f"{kind} {system_id} {jti}".encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(_SPEND, [digest, until])
        return cursor.fetchone() is not None
