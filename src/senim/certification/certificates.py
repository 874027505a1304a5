"""Certificates we issued: of a person, of an order, and our own chain."""

from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from cryptography import x509

from senim.certification import issuers
from senim.certification.facts import CertificateFacts, OrderId
from senim.certification.models import Certificate, hexadecimal
from senim.pki.crl import RevocationReason
from senim.pki.ocsp import CertStatus
from senim.settings import settings


def of_person(iin: str) -> tuple[CertificateFacts, ...]:
    """Newest first; revoked and expired ones too."""
    found = Certificate.objects.filter(iin=iin, der__isnull=False).exclude(iin="")
    return tuple(map(facts_of, found.select_related("revocation").order_by("-not_before", "profile")))


def good_for_organisation(*, iin: str, bin: str, at: datetime) -> tuple[CertificateFacts, ...]:  # noqa: A002
    """This person's certificates in a role for this organisation that are good now: one statement, always."""
    found = Certificate.of_issuing().filter(iin=iin, bin=bin, der__isnull=False, revocation__isnull=True)
    valid = found.filter(not_before__lte=at, not_after__gt=at).exclude(iin="")
    return tuple(map(facts_of, valid.select_related("revocation").order_by("-not_before", "profile")))


def of_order(order_id: OrderId) -> tuple[CertificateFacts, ...]:
    """The signing certificate first, then the one for authentication."""
    found = Certificate.objects.filter(order_id=order_id, der__isnull=False)
    return tuple(map(facts_of, found.select_related("revocation").order_by("-purpose")))


def newest(
    *,
    iin: str = "",
    bin: str = "",  # noqa: A002 - the country's own word
    profiles: Collection[str] = (),
    serial: str = "",
    status: str = "",
    not_over_at: datetime | None = None,
    at_most: int,
) -> tuple[CertificateFacts, ...]:
    """The newest of everybody's, or of those with these marks; ``serial`` is a beginning."""
    marks = {"iin": iin, "bin": bin, "profile__in": profiles, "not_after__gte": not_over_at}
    wanted = {name: value for name, value in marks.items() if value}
    every = Certificate.beginning(serial) if serial else Certificate.objects.all()
    found = every.filter(der__isnull=False, **wanted).select_related("revocation")
    if status:
        found = found.filter(revocation__isnull=status == CertStatus.GOOD)
    return tuple(map(facts_of, found.order_by("-not_before", "serial_number")[: max(at_most, 0)]))


def of_serial_number(serial_number: int) -> CertificateFacts | None:
    """None where no issuing authority ever issued it."""
    if not 0 < serial_number < 1 << 160:
        return None
    found = Certificate.of_issuing().filter(serial_number=hexadecimal(serial_number))
    certificate = found.select_related("revocation").filter(der__isnull=False).first()
    return facts_of(certificate) if certificate else None


def facts_of(certificate: Certificate) -> CertificateFacts:
    revocation = getattr(certificate, "revocation", None)
    return CertificateFacts(
        serial_number=int(certificate.serial_number, 16),
        profile=certificate.profile,
        not_before=certificate.not_before,
        not_after=certificate.not_after,
        der=bytes(certificate.der or b""),
        status=CertStatus.REVOKED if revocation else CertStatus.GOOD,
        revoked_at=revocation.revoked_at if revocation else None,
        reason=RevocationReason(revocation.reason) if revocation else None,
        is_published=certificate.published_in is not None,
    )


def chain() -> tuple[bytes, bytes]:
    """The certificates of the authority that issues now and of the root, DER."""
    return certificate_file(issuers.ours()[-1]), certificate_file("root")


def chain_of(certificate: bytes) -> tuple[bytes, bytes]:
    """The same of the authority that issued this one."""
    said = x509.load_der_x509_certificate(certificate).extensions
    wanted = said.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    found = [der for der in issuing_authorities() if key_id_of(der) == wanted]
    return found[0], certificate_file("root")


def issuing_authorities() -> tuple[bytes, ...]:
    """All of them, the one that issues now first."""
    return tuple(certificate_file(label) for label in reversed(issuers.ours()))


def key_id_of(certificate: bytes) -> bytes:
    own = x509.load_der_x509_certificate(certificate)
    return own.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest


def certificate_file(label: str) -> bytes:
    """Raises OSError."""
    file = _file(settings.home, label)
    now = file.stat()
    return _content(file, now.st_mtime_ns, now.st_ino)


@lru_cache(maxsize=32)
def _file(home: Path, label: str) -> Path:
    return home / "certificates" / f"{label}.cer"


@lru_cache(maxsize=32)
def _content(file: Path, _changed_at: int, _which: int) -> bytes:
    return file.read_bytes()
