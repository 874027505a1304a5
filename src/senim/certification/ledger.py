"""Every serial number, before and after it is signed; and whose key is whose."""

import hashlib
from datetime import datetime

from senim.certification.issuance import Prepared
from senim.certification.models import Certificate, CertifiedKey, Order, hexadecimal


def intend(
    prepared: Prepared,
    *,
    at: datetime,
    order: Order | None = None,
    purpose: str = "",
    label: str | None = None,
) -> Certificate:
    """Record that this serial number is about to be signed. Commit before signing."""
    return Certificate.objects.create(
        issuer=prepared.issuer,
        serial_number=hexadecimal(prepared.serial_number),
        profile=prepared.profile.name,
        label=label,
        order=order,
        purpose=purpose,
        iin=prepared.facts.iin,
        bin=prepared.facts.bin,
        key_digest=prepared.key_digest,
        not_before=prepared.not_before,
        not_after=prepared.not_after,
        tbs_digest=prepared.tbs_digest,
        intended_at=at,
    )


def store(certificate: Certificate, der: bytes, *, at: datetime) -> bool:
    """Record the signed certificate. False if it is stored already: then nothing changes."""
    waiting = Certificate.objects.filter(pk=certificate.pk, der__isnull=True)
    return waiting.update(der=der, issued_at=at) == 1


def claim_key(digest: bytes, *, holder: str) -> tuple[bool, bool]:
    """Whether the key is this holder's from now on, and whether it is compromised.

    Two who claim one key at the same moment wait for each other here, and one of them loses.
    """
    CertifiedKey.objects.bulk_create([CertifiedKey(digest=digest, holder=holder)], ignore_conflicts=True)
    key = CertifiedKey.objects.select_for_update().get(digest=digest)
    return key.holder == holder, key.compromised_at is not None


def digest_of(tbs: bytes) -> bytes:
    return hashlib.sha256(tbs).digest()
