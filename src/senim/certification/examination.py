"""The authority's own examination of an order (CA-6.C3). It believes neither the desk nor the database's
say-so: the operator's signature, certificate and role are proved from the issuing authority's key upward.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from cryptography import x509

from senim.certification import certificates, signers
from senim.certification.facts import PURPOSES, SubjectFacts
from senim.certification.orders import NotAnOrder, OrderDocument
from senim.certification.profiles import of_usages
from senim.certification.status import status_of
from senim.certification.templates import KEY_USAGES
from senim.countries.kz import subjects
from senim.countries.kz.roles import HIMSELF, OPERATOR, TO_ORDER
from senim.errors import Refused
from senim.identifiers import Kind, WrongIdentifier, parse
from senim.pki import cms, paths, requests
from senim.pki.certificates import subject_of
from senim.pki.keys import PublicKey
from senim.pki.ocsp import CertStatus

CLOCKS_DIFFER_BY = timedelta(minutes=5)


class OrderRefused(Refused):
    """The order is not carried out."""

    clause: ClassVar[str] = "CA-6.P10"


class OrderUnreadable(OrderRefused):
    """Not an order document, or one of another application."""


class RequestsDiffer(OrderRefused):
    """These are not the requests the operator saw."""


class OperatorSignatureInvalid(OrderRefused):
    """No signature over exactly this order."""


class OperatorCertificateInvalid(OrderRefused):
    """Not a certificate of this authority, or not in its validity period."""


class OperatorCertificateRevoked(OrderRefused):
    """The operator's certificate was taken back, or we never recorded it."""


class NotAnOperator(OrderRefused):
    """A good certificate of somebody who is no operator, or the operator's one for signing in."""


class OperatorStopped(OrderRefused):
    """The operator is suspended, dismissed, or lost a key: nothing they sign is carried out."""


class OperatorDiffers(OrderRefused):
    """Signed by another operator than the order names (CA-19.5b)."""


class SubjectUnacceptable(OrderRefused):
    """No certificate can be made of these facts."""


class RequestInvalid(OrderRefused):
    """A request that proves nothing, or a key too weak."""


class OwnApplication(OrderRefused):
    """An operator confirmed a certificate for themselves."""


class KeyOfAnotherPerson(OrderRefused):
    """The key was certified for somebody else."""


class KeyCompromised(OrderRefused):
    """The key was reported compromised once."""


@dataclass(frozen=True)
class Examined:
    """An order that may be carried out."""

    subject: SubjectFacts
    public_keys: dict[str, PublicKey]


def examine(
    *,
    application_number: str,
    document: bytes,
    operator_signature: bytes,
    requests_given: dict[str, bytes],
    at: datetime,
    operators: "Operators | None" = None,
) -> Examined:
    """Raises a kind of OrderRefused. ``operators``: of other orders examined then, too."""
    order = _read(document, application_number=application_number, requests_given=requests_given, at=at)
    examine_operator(
        applicant=order.subject.iin,
        operator=order.operator_iin,
        document=document,
        signature=operator_signature,
        at=at,
        operators=operators,
    )
    _examine_subject(order.subject)
    return Examined(order.subject, {purpose: _key_of(requests_given[purpose]) for purpose in PURPOSES})


def _read(
    document: bytes, *, application_number: str, requests_given: dict[str, bytes], at: datetime
) -> OrderDocument:
    try:
        order = OrderDocument.read(document)
        signed_at = datetime.fromisoformat(order.at)
        if order.application_number != application_number or signed_at > at + CLOCKS_DIFFER_BY:
            raise OrderUnreadable
    except (NotAnOrder, ValueError, TypeError) as wrong:
        raise OrderUnreadable from wrong
    for purpose in PURPOSES:
        if order.requests[purpose] != hashlib.sha256(requests_given[purpose]).hexdigest():
            raise RequestsDiffer
    return order


def examine_operator(
    *,
    applicant: str,
    operator: str,
    document: bytes,
    signature: bytes,
    at: datetime,
    operators: "Operators | None" = None,
) -> None:
    """Whether this operator signed this document, about somebody else; both by IIN. Raises OrderRefused."""
    if applicant == operator:
        raise OwnApplication
    try:
        signed = cms.read(signature)
        signed.verify(document)
    except cms.CmsInvalid as wrong:
        raise OperatorSignatureInvalid from wrong
    known = operators if operators is not None else Operators(at)
    if known.iin_of(signed.signer_certificate) != operator:
        raise OperatorDiffers
    if known.is_stopped(operator):
        raise OperatorStopped


class Operators:
    """Operators by their certificates, each proved once for one moment: an operator confirms many orders."""

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._proved: dict[bytes, str] = {}
        self._stopped: dict[str, bool] = {}

    def is_stopped(self, iin: str) -> bool:
        if iin not in self._stopped:
            self._stopped[iin] = signers.is_stopped(iin)
        return self._stopped[iin]

    def iin_of(self, certificate: bytes) -> str:
        """Raises a kind of OrderRefused."""
        if certificate not in self._proved:
            self._prove_path(certificate)
            self._prove_role(certificate)
            self._proved[certificate] = subjects.read(subject_of(certificate)).iin
        return self._proved[certificate]

    def _prove_path(self, certificate: bytes) -> None:
        issuing, root = certificates.issuing_authorities(), certificates.certificate_file("root")
        try:
            path = paths.build(certificate, intermediates=issuing, anchors=[root], at=self._at)
        except paths.PathInvalid as wrong:
            raise OperatorCertificateInvalid from wrong
        if path.certificates[1:] not in {(one, root) for one in issuing}:
            raise OperatorCertificateInvalid

    def _prove_role(self, der: bytes) -> None:
        certificate = x509.load_der_x509_certificate(der)
        if profile_of(certificate) != "operator_sign":
            raise NotAnOperator
        status = status_of(issuer_key_id=None, serial_number=certificate.serial_number, at=self._at)
        if status.status is not CertStatus.GOOD:
            raise OperatorCertificateRevoked


def profile_of(certificate: x509.Certificate) -> str:
    """By what the certificate says of its usages; the database is not asked."""
    try:
        extended = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return ""
    return of_usages(
        frozenset(oid.dotted_string for oid in extended),
        frozenset(name for name in KEY_USAGES if not name.endswith("cipher_only") and getattr(usage, name)),
    )


def _examine_subject(subject: SubjectFacts) -> None:
    """A person: for themselves, as an operator (CA-5.15), or in a role for a legal entity (CA-5.3)."""
    if not subject.surname or not subject.given_name or subject.role not in TO_ORDER:
        raise SubjectUnacceptable
    for_entity = subject.role not in {HIMSELF, OPERATOR}
    if {bool(subject.bin), bool(subject.organisation)} != {for_entity}:
        raise SubjectUnacceptable
    if not all(text.isprintable() for text in vars(subject).values()):
        raise SubjectUnacceptable  # control characters, or ones that make a name read backwards
    try:
        _examine_identifier(subject.iin, Kind.INDIVIDUAL)
        if for_entity:
            _examine_identifier(subject.bin, Kind.LEGAL_ENTITY)
    except WrongIdentifier as wrong:
        raise SubjectUnacceptable from wrong


def _examine_identifier(number: str, kind: Kind) -> None:
    read = parse(number)
    if read.kind is not kind or read.number != number:
        raise SubjectUnacceptable


def _key_of(request: bytes) -> PublicKey:
    try:
        return requests.read(request).public_key
    except requests.RequestRefused as wrong:
        raise RequestInvalid(problem=wrong.problem.value) from wrong
