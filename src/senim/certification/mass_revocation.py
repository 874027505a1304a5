"""Taking back many certificates at once: part by part, each recorded for good before the next begins."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Model

from senim.certification.models import Certificate, CertifiedKey, Revocation, hexadecimal
from senim.certification.orders import call_the_authority
from senim.certification.revocation import CLAUSE, ReasonNotAllowed
from senim.certification.revocation_rows import row_of
from senim.journal import record
from senim.pki.crl import RevocationReason

AT_MOST = 200
"""Of one part: what one journal record vouches for."""


@dataclass(frozen=True)
class RevokedPart:
    """What became of the serial numbers of one part. ``already``: revoked before, and left as they were."""

    revoked: tuple[int, ...]
    already: tuple[int, ...]
    unknown: tuple[int, ...]


def revoke_part(
    *, serial_numbers: Iterable[int], reason: RevocationReason, at: datetime, actor: str
) -> RevokedPart:
    """Revoke those of the issuing authority that are not revoked yet; so doing it twice is doing it once.

    Raises ReasonNotAllowed, ValueError for more than AT_MOST.
    """
    wanted = {hexadecimal(number): number for number in serial_numbers if 0 < number < 1 << 160}
    if reason is RevocationReason.CERTIFICATE_HOLD:
        raise ReasonNotAllowed
    if len(wanted) > AT_MOST:
        raise ValueError(f"{len(wanted)} certificates at once")
    with transaction.atomic():
        known = _locked(wanted)
        before = set(Revocation.objects.filter(pk__in=list(known)).values_list("pk", flat=True))
        fresh = [certificate for pk, certificate in known.items() if pk not in before]
        if fresh:
            _put_on_record(fresh, reason=reason, at=at, actor=actor)
            call_the_authority()
    numbers = {certificate.serial_number: pk in before for pk, certificate in known.items()}
    return RevokedPart(
        revoked=tuple(number for text, number in wanted.items() if numbers.get(text) is False),
        already=tuple(number for text, number in wanted.items() if numbers.get(text) is True),
        unknown=tuple(number for text, number in wanted.items() if text not in numbers),
    )


def _locked(serial_numbers: Iterable[str]) -> dict[UUID, Certificate]:
    """In one order always, so that two who revoke the same wait and do not lock each other out."""
    found = Certificate.of_issuing().filter(serial_number__in=serial_numbers)
    return {one.pk: one for one in found.order_by("serial_number").select_for_update()}


def _put_on_record(
    certificates: list[Certificate], *, reason: RevocationReason, at: datetime, actor: str
) -> None:
    revocations = Revocation.objects.bulk_create(
        row_of(one, reason=reason, at=at, actor=actor) for one in certificates
    )
    changed: list[Model] = [*revocations]
    if reason is RevocationReason.KEY_COMPROMISE:
        changed += _compromised(certificates, at=at)
    record(
        verb="certification.revoke_many",
        clause=CLAUSE,
        subject=f"certificate:{certificates[0].serial_number}",
        at=at,
        actor=actor,
        facts={"reason": reason.value, "certificates": [one.serial_number for one in certificates]},
        changed=changed,
    )


def _compromised(certificates: list[Certificate], *, at: datetime) -> list[CertifiedKey]:
    digests = {bytes(one.key_digest) for one in certificates}
    known = CertifiedKey.objects.select_for_update().filter(digest__in=digests, compromised_at__isnull=True)
    found = [CertifiedKey(bytes(key.digest)) for key in known.order_by("digest")]
    CertifiedKey.objects.filter(digest__in=[key.digest for key in found]).update(compromised_at=at)
    return found
