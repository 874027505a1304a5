"""Every serial number, before and after it is signed; and whose key is whose."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from senim.certification.issuance import Prepared
from senim.certification.models import Certificate, CertifiedKey, Order, hexadecimal
from senim.statements import carrying_lists, insert


def intend(prepared: Prepared, *, at: datetime, label: str | None = None) -> Certificate:
    """Record that this serial number is about to be signed. Commit before signing."""
    intent = intent_of(prepared, at=at)
    intent.label = label
    intent.save(force_insert=True)
    return intent


def intent_of(
    prepared: Prepared,
    *,
    at: datetime,
    order: Order | None = None,
    purpose: str = "",
) -> Certificate:
    """The row of an intent, not recorded yet."""
    return Certificate(
        issuer=prepared.issuer,
        serial_number=hexadecimal(prepared.serial_number),
        profile=prepared.profile.name,
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
    return store_each([(certificate, der)], at=at) == 1


def store_each(signed: Sequence[tuple[Certificate, bytes]], *, at: datetime) -> int:
    """Record them all in one statement; how many were not stored before."""
    ids, ders = [certificate.pk for certificate, _ in signed], [der for _, der in signed]
    with carrying_lists() as cursor:
        cursor.execute(
            "UPDATE certification_certificate AS t SET der = signed.der, issued_at = %b"
            " FROM unnest(%b::uuid[], %b::bytea[]) AS signed(id, der)"
            " WHERE t.id = signed.id AND t.der IS NULL",
            [at, ids, ders],
        )
        return int(cursor.rowcount)


def claim_key(digest: bytes, *, holder: str) -> tuple[bool, bool]:
    """Whether the key is this holder's from now on, and whether it is compromised.

    Two who claim one key at the same moment wait for each other here, and one of them loses.
    """
    claim_keys({digest: holder})
    key = keys_known([digest])[digest]
    return key.holder == holder, key.compromised_at is not None


def claim_keys(holders: Mapping[bytes, str]) -> bool:
    """Note whose keys these are, unless they are somebody's; in one order always, against deadlocks. Whether
    none was."""
    claims = [CertifiedKey(digest=digest, holder=holder) for digest, holder in sorted(holders.items())]
    return insert(claims, unless_there=True) == len(claims)


def keys_known(digests: Iterable[bytes]) -> dict[bytes, CertifiedKey]:
    """Those somebody's already, locked."""
    found = CertifiedKey.objects.filter(digest__in=list(digests)).order_by("digest").select_for_update()
    return {bytes(key.digest): key for key in found}


def digest_of(tbs: bytes) -> bytes:
    return hashlib.sha256(tbs).digest()
