"""What an electronic digital signature must be to be accepted from a person: valid, of the right profile,
theirs.

Answers of ``validation`` become refusals with their reasons here, for signing in and for requests alike.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from cryptography import x509

from senim import identifiers, validation
from senim.errors import Refused
from senim.identifiers import Kind
from senim.validation import Signer, SubIndication


class SignatureRefused(Refused):
    """The signature is not accepted; the sisters below say why."""

    clause: ClassVar[str] = "PT-4.2"


class SignatureWrong(SignatureRefused):
    """Not a signature of the text that was shown."""


class CertificateRevoked(SignatureRefused):
    pass


class CertificateExpired(SignatureRefused):
    pass


class CertificateNotYetValid(SignatureRefused):
    pass


class AuthorityNotTrusted(SignatureRefused):
    pass


class WrongPurpose(SignatureRefused):
    """A certificate for something else: for signing instead of signing in, or the other way round."""


class NoPersonInCertificate(SignatureRefused):
    """The certificate names no individual: no valid IIN."""


class CertificateSuspended(SignatureRefused):
    """On hold: it may come back."""


_REFUSALS: dict[SubIndication, type[SignatureRefused]] = {
    SubIndication.REVOKED: CertificateRevoked,
    SubIndication.EXPIRED: CertificateExpired,
    SubIndication.NOT_YET_VALID: CertificateNotYetValid,
    SubIndication.NO_CERTIFICATE_CHAIN_FOUND: AuthorityNotTrusted,
    SubIndication.CHAIN_CONSTRAINTS_FAILURE: AuthorityNotTrusted,
    SubIndication.REVOKED_CA_NO_POE: AuthorityNotTrusted,
    SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE: AuthorityNotTrusted,
    SubIndication.TRY_LATER: CertificateSuspended,
}


@dataclass(frozen=True)
class Accepted:
    """A signature that holds, and the person behind it."""

    iin: str
    signer: Signer
    email: str


def accept(*, cms: bytes, text: str, profiles: Collection[str], at: datetime) -> Accepted:
    """The person who signed ``text``. Refuses with the reason: a SignatureRefused."""
    report = validation.check(cms=cms, content=text.encode(), at=at)
    if not report.passed or report.signer is None:
        reason = report.sub_indication
        raise _REFUSALS.get(reason, SignatureWrong) if reason else SignatureWrong
    if report.signer.profile not in profiles:
        raise WrongPurpose
    return Accepted(_iin(report.signer), report.signer, email_in(report.signer.certificate_der))


def _iin(signer: Signer) -> str:
    try:
        found = identifiers.parse(signer.iin)
    except identifiers.WrongIdentifier:
        raise NoPersonInCertificate from None
    if found.kind is not Kind.INDIVIDUAL:
        raise NoPersonInCertificate
    return found.number


def email_in(certificate_der: bytes) -> str:
    """The e-mail address the certificate was issued with, or nothing."""
    certificate = x509.load_der_x509_certificate(certificate_der)
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ""
    return next(iter(names.get_values_for_type(x509.RFC822Name)), "")
