"""The status of one certificate, from the database: for sign-in and validation of our own certificates."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db import connection
from django.utils import timezone

from senim.certification import certificates, issuers
from senim.certification.models import hexadecimal
from senim.pki.crl import RevocationReason
from senim.pki.ocsp import CertStatus

LARGEST = 2**160


@dataclass(frozen=True)
class Status:
    """GOOD, REVOKED or UNKNOWN (never issued by us). Expiry is not a matter of status."""

    status: CertStatus
    revoked_at: datetime | None = None
    reason: RevocationReason | None = None


UNKNOWN = Status(CertStatus.UNKNOWN)
_ASK = """
    SELECT certificate.issued_at, revocation.revoked_at, revocation.reason
    FROM certification_certificate AS certificate
    LEFT JOIN certification_revocation AS revocation ON revocation.certificate_id = certificate.id
    WHERE certificate.issuer = ANY(%s) AND certificate.serial_number = %s
"""
"""Asked twice for every signature that is judged: spelling it out each time took longer than the answer."""


def status_of(*, issuer_key_id: bytes | None, serial_number: int, at: datetime) -> Status:
    """As of ``at``: what was revoked later was still good then. No issuer means any issuing authority.

    A revocation dated ahead of us was recorded by a clock that was wrong. It holds, whatever its date.
    """
    named = issuers.ours() if issuer_key_id is None else _label_of(issuer_key_id)
    if not named or not 0 < serial_number < LARGEST:
        return UNKNOWN
    with connection.cursor() as cursor:
        cursor.execute(_ASK, [list(named), hexadecimal(serial_number)])
        row = cursor.fetchone()
    if row is None:
        return UNKNOWN
    issued_at, revoked_at, reason = row
    if revoked_at and (revoked_at <= at or revoked_at > timezone.now()):
        return Status(CertStatus.REVOKED, revoked_at, RevocationReason(reason))
    return Status(CertStatus.GOOD) if issued_at else UNKNOWN


def _label_of(key_id: bytes) -> tuple[str, ...]:
    """Of the authority whose key this is; none where it is nobody's."""
    every = (*issuers.ours(), "root")
    return tuple(label for label in every if _key_id(certificates.certificate_file(label)) == key_id)


@lru_cache(maxsize=32)
def _key_id(certificate: bytes) -> bytes:
    return certificates.key_id_of(certificate)
