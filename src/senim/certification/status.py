"""The status of one certificate, from the database: for sign-in and validation of our own certificates."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from cryptography import x509

from senim.certification import certificates
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
    """As of ``at``: what was revoked later was still good then. No issuer means the issuing authority."""
    issuer = "issuing" if issuer_key_id is None else _labels().get(issuer_key_id)
    if issuer is None or not 0 < serial_number < LARGEST:
        return UNKNOWN
    found = Certificate.objects.filter(issuer=issuer, serial_number=hexadecimal(serial_number))
    certificate = found.select_related("revocation").first()
    if certificate is None:
        return UNKNOWN
    revocation = getattr(certificate, "revocation", None)
    if revocation is not None and revocation.revoked_at <= at:
        return Status(CertStatus.REVOKED, revocation.revoked_at, RevocationReason(revocation.reason))
    return Status(CertStatus.GOOD) if certificate.der is not None else UNKNOWN


@cache
def _labels() -> dict[bytes, str]:
    return {
        key_id_of(der): label for label, der in zip(("issuing", "root"), certificates.chain(), strict=True)
    }


def key_id_of(certificate: bytes) -> bytes:
    own = x509.load_der_x509_certificate(certificate)
    return own.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
