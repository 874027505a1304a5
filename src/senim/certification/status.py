"""The status of one certificate, from the database: for sign-in and validation of our own certificates."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.utils import timezone

from senim.certification import certificates, issuers
from senim.certification.models import Certificate, hexadecimal
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


def status_of(*, issuer_key_id: bytes | None, serial_number: int, at: datetime) -> Status:
    """As of ``at``: what was revoked later was still good then. No issuer means any issuing authority.

    A revocation dated ahead of us was recorded by a clock that was wrong. It holds, whatever its date.
    """
    named = issuers.ours() if issuer_key_id is None else _label_of(issuer_key_id)
    if not named or not 0 < serial_number < LARGEST:
        return UNKNOWN
    found = Certificate.objects.filter(issuer__in=named, serial_number=hexadecimal(serial_number))
    certificate = found.select_related("revocation").first()
    if certificate is None:
        return UNKNOWN
    revocation = getattr(certificate, "revocation", None)
    if revocation is not None and (revocation.revoked_at <= at or revocation.revoked_at > timezone.now()):
        return Status(CertStatus.REVOKED, revocation.revoked_at, RevocationReason(revocation.reason))
    return Status(CertStatus.GOOD) if certificate.der is not None else UNKNOWN


def _label_of(key_id: bytes) -> tuple[str, ...]:
    """Of the authority whose key this is; none where it is nobody's."""
    every = (*issuers.ours(), "root")
    return tuple(label for label in every if _key_id(certificates.certificate_file(label)) == key_id)


@lru_cache(maxsize=32)
def _key_id(certificate: bytes) -> bytes:
    return certificates.key_id_of(certificate)
