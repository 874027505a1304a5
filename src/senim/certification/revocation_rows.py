"""A row of revocation repeats what lists say of its certificate, so that they are made from such rows alone.

A list of a hundred thousand would otherwise read every certificate there is. A certificate never changes, so
neither does what is repeated. Rows of versions before 0.5.0 lack it until the next publication.
"""

from datetime import datetime

from senim.certification.models import Certificate, Revocation
from senim.certification.templates import shard_in
from senim.pki.crl import RevocationReason

AT_ONCE = 5_000


def row_of(certificate: Certificate, *, reason: RevocationReason, at: datetime, actor: str) -> Revocation:
    """Not saved yet."""
    return _repeating(Revocation(reason=reason.value, revoked_at=at, actor=actor), certificate)


def complete() -> None:
    """Rows of versions that did not repeat it."""
    lacking = Revocation.objects.filter(expires_at__isnull=True).select_related("certificate")
    while some := list(lacking[:AT_ONCE]):
        for row in some:
            _repeating(row, row.certificate)
        Revocation.objects.bulk_update(some, ["shard", "issuer", "serial_number", "expires_at"])


def _repeating(row: Revocation, certificate: Certificate) -> Revocation:
    row.certificate, row.issuer = certificate, certificate.issuer
    row.serial_number, row.expires_at = certificate.serial_number, certificate.not_after
    row.shard = shard_in(certificate.der, int(certificate.serial_number, 16))
    return row
