"""Certificate status answers (RFC 6960): requests read, responses built and signed by a delegate, quickly."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from senim.pki.crl import RevocationReason
from senim.pki.keys import PrivateKey

AT_MOST_BYTES = 4 * 1024
AT_MOST_QUESTIONS = 20

MALFORMED_REQUEST: bytes
INTERNAL_ERROR: bytes
TRY_LATER: bytes
UNAUTHORIZED: bytes


class MalformedRequest(ValueError):
    """Answer with MALFORMED_REQUEST."""


class CertStatus(StrEnum):
    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class CertId:
    """Which certificate is meant. ``hash_name`` is "sha1", "sha256", "sha384" or "sha512"; ``der`` as it was asked."""

    hash_name: str
    issuer_name_hash: bytes
    issuer_key_hash: bytes
    serial_number: int
    der: bytes


@dataclass(frozen=True)
class StatusRequest:
    cert_ids: tuple[CertId, ...]
    nonce: bytes | None


@dataclass(frozen=True)
class Answer:
    cert_id: CertId
    status: CertStatus
    this_update: datetime
    next_update: datetime | None
    revoked_at: datetime | None = None
    reason: RevocationReason | None = None


def read_request(der: bytes) -> StatusRequest:
    """Raises MalformedRequest: too large, not DER, no question or too many, a nonce over 128 bytes."""
    raise NotImplementedError


def issuer_hashes(issuer: bytes) -> dict[str, tuple[bytes, bytes]]:
    """hash_name → (issuer_name_hash, issuer_key_hash) of an issuer's certificate: to recognise a CertId."""
    raise NotImplementedError


class Responder:
    """A delegate's key and certificate, ready to sign. Hold one; making it costs more than an answer."""

    def __init__(self, *, key: PrivateKey, certificate: bytes) -> None:
        raise NotImplementedError

    def respond(self, answers: Iterable[Answer], *, nonce: bytes | None, at: datetime) -> bytes:
        """A signed OCSPResponse with the delegate's certificate; ``at`` is producedAt."""
        raise NotImplementedError


def build_request(
    certificates: Iterable[bytes], *, issuer: bytes, hash_name: str = "sha256", nonce: bytes | None = None
) -> bytes:
    """A request about these certificates of one issuer."""
    raise NotImplementedError
