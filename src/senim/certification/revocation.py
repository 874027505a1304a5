"""Taking a certificate back (CA-8.P3b): recorded once, never undone, published within seconds."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction
from django.db.models import Model

from senim.certification.models import Certificate, CertifiedKey, Revocation, hexadecimal
from senim.certification.orders import call_the_authority
from senim.certification.revocation_rows import row_of
from senim.errors import NotFound, Refused
from senim.journal import record
from senim.pki.crl import RevocationReason

CLAUSE = "CA-8.P3b"


class NoSuchCertificate(NotFound):
    clause: ClassVar[str] = CLAUSE


class AlreadyRevoked(Refused):
    """A revocation is never changed: neither its time nor its reason."""

    clause: ClassVar[str] = CLAUSE


class ReasonNotAllowed(Refused):
    """Suspension (certificateHold) is no revocation, and no rule in force provides for it."""

    clause: ClassVar[str] = CLAUSE


@dataclass(frozen=True)
class Revoked:
    """What was taken back, when, and why."""

    serial_number: int
    profile: str
    revoked_at: datetime
    reason: RevocationReason


def revoke(*, serial_number: int, reason: RevocationReason, at: datetime, actor: str) -> Revoked:
    """Revoke what an issuing authority issued, for good, from ``at`` on.

    Raises NoSuchCertificate, AlreadyRevoked, ReasonNotAllowed.
    """
    if reason is RevocationReason.CERTIFICATE_HOLD:
        raise ReasonNotAllowed
    with transaction.atomic():
        certificate = _locked(serial_number)
        changed = put_on_record(certificate, reason=reason, at=at, actor=actor)
        record(
            verb="certification.revoke",
            clause=CLAUSE,
            subject=f"certificate:{certificate.serial_number}",
            at=at,
            actor=actor,
            facts={"reason": reason.value, "profile": certificate.profile},
            changed=changed,
        )
        call_the_authority()
    return Revoked(serial_number, certificate.profile, at, reason)


def put_on_record(
    certificate: Certificate, *, reason: RevocationReason, at: datetime, actor: str
) -> list[Model]:
    """In the caller's transaction, without a journal record of its own; the rows that record must name."""
    revocation = row_of(certificate, reason=reason, at=at, actor=actor)
    revocation.save(force_insert=True)
    if reason is not RevocationReason.KEY_COMPROMISE:
        return [revocation]
    return [revocation, *mark_compromised(bytes(certificate.key_digest), at=at)]


def mark_compromised(digest: bytes, *, at: datetime) -> list[Model]:
    """The key is never certified again. The row that changed, none where it was marked before."""
    known = CertifiedKey.objects.filter(digest=digest, compromised_at__isnull=True)
    return [CertifiedKey(digest)] if known.update(compromised_at=at) else []


def are_published(serial_numbers: Collection[int]) -> bool:
    """Whether every one of these is revoked and in the published lists."""
    wanted = [hexadecimal(serial_number) for serial_number in serial_numbers]
    ours = Certificate.of_issuing().filter(serial_number__in=wanted)
    found = Revocation.objects.filter(certificate__in=ours, published_in__isnull=False)
    return found.count() == len(set(wanted))


def is_revoked(certificate: Certificate) -> bool:
    return Revocation.objects.filter(pk=certificate.pk).exists()


def _locked(serial_number: int) -> Certificate:
    """The certificate, also one whose signing was interrupted: such a serial number can be revoked too."""
    if not 0 < serial_number < 1 << 160:
        raise NoSuchCertificate
    found = Certificate.of_issuing().filter(serial_number=hexadecimal(serial_number))
    certificate = found.select_for_update().first()
    if certificate is None:
        raise NoSuchCertificate
    if is_revoked(certificate):
        raise AlreadyRevoked
    return certificate
