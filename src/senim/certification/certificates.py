"""Certificates we issued: of a person, of an order, and our own chain."""

from functools import cache

from senim.certification.facts import CertificateFacts, OrderId
from senim.certification.models import Certificate
from senim.pki.crl import RevocationReason
from senim.pki.ocsp import CertStatus
from senim.settings import settings


def of_person(iin: str) -> tuple[CertificateFacts, ...]:
    """Newest first; revoked and expired ones too."""
    found = Certificate.objects.filter(iin=iin, der__isnull=False).exclude(iin="")
    return tuple(map(facts_of, found.select_related("revocation").order_by("-not_before", "profile")))


def of_order(order_id: OrderId) -> tuple[CertificateFacts, ...]:
    """The signing certificate first, then the one for authentication."""
    found = Certificate.objects.filter(order_id=order_id, der__isnull=False)
    return tuple(map(facts_of, found.select_related("revocation").order_by("-purpose")))


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
    )


@cache
def chain() -> tuple[bytes, bytes]:
    """The issuing authority's certificate and the root's, DER."""
    return certificate_file("issuing"), certificate_file("root")


def certificate_file(label: str) -> bytes:
    return (settings.home / "certificates" / f"{label}.cer").read_bytes()
