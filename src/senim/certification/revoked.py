"""What was taken back, for everybody to read: serial number, date and reason (CA-8.P3b, CA-10.T9)."""

from dataclasses import dataclass
from datetime import datetime

from senim.certification import issuers
from senim.certification.models import Certificate, Revocation
from senim.pki.crl import RevocationReason

PAGE = 50
PAGES_AT_MOST = 200
REASONS = tuple(
    reason.name.lower() for reason in RevocationReason if reason is not RevocationReason.CERTIFICATE_HOLD
)
_NAMES = {reason.value: reason.name.lower() for reason in RevocationReason}
_VALUES = {name: value for value, name in _NAMES.items()}


@dataclass(frozen=True)
class RevokedCertificate:
    """``serial_number`` in 40 hexadecimal digits, ``reason`` as one of REASONS."""

    serial_number: str
    revoked_at: datetime
    reason: str


@dataclass(frozen=True)
class Found:
    """One page of what was asked for, the newest first, and whether there is more."""

    entries: tuple[RevokedCertificate, ...]
    page: int
    more: bool


def search(
    *,
    serial: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    reason: str = "",
    page: int = 1,
) -> Found:
    """``serial`` is the beginning of a serial number; revoked in ``since`` ≤ … ≤ ``until``."""
    found = Revocation.objects.filter(certificate__issuer__in=issuers.ours())
    if serial:
        found = found.filter(certificate__in=Certificate.beginning(serial))
    if since:
        found = found.filter(revoked_at__gte=since)
    if until:
        found = found.filter(revoked_at__lte=until)
    if reason:
        found = found.filter(reason=_VALUES.get(reason, reason))
    page = min(max(page, 1), PAGES_AT_MOST)
    rows = found.order_by("-revoked_at", "pk").values_list(
        "certificate__serial_number", "revoked_at", "reason"
    )[(page - 1) * PAGE : page * PAGE + 1]
    entries = tuple(RevokedCertificate(number, at, _NAMES[said]) for number, at, said in rows)
    return Found(entries[:PAGE], page, len(entries) > PAGE and page < PAGES_AT_MOST)
