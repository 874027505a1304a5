"""Certificate status answers (RFC 6960): requests read, responses built and signed by a delegate, quickly.

Several questions in one request are answered; the library takes one. Signed requests are read, their
signatures not looked at (RFC 6960 §4.1.2 leaves it to the responder).
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from senim.pki import certificates, der, signatures
from senim.pki.crl import RevocationReason
from senim.pki.keys import PrivateKey

AT_MOST_BYTES = 4 * 1024
AT_MOST_QUESTIONS = 20
NONCE_AT_MOST_OCTETS = 128  # RFC 9654 §2.1
HASHES = {
    "sha1": "1.3.14.3.2.26",
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
_HASH_NAMES = {oid: name for name, oid in HASHES.items()}
_BASIC, _NONCE = "1.3.6.1.5.5.7.48.1.1", "1.3.6.1.5.5.7.48.1.2"


def _failure(status: int) -> bytes:
    return der.sequence(der.integer(status, der.ENUMERATED))


MALFORMED_REQUEST = _failure(1)
INTERNAL_ERROR = _failure(2)
TRY_LATER = _failure(3)
UNAUTHORIZED = _failure(6)


class MalformedRequest(ValueError):
    """Answer with MALFORMED_REQUEST."""


class CertStatus(StrEnum):
    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class CertId:
    """Which certificate is meant. ``hash_name`` is a key of HASHES; ``der`` stands as it was asked."""

    hash_name: str
    issuer_name_hash: bytes
    issuer_key_hash: bytes
    serial_number: int
    der: bytes


@dataclass(frozen=True)
class StatusRequest:
    """Questions, and the nonce to give back as it is (the extension's value, whatever is in it)."""

    cert_ids: tuple[CertId, ...]
    nonce: bytes | None


@dataclass(frozen=True)
class Answer:
    """What to say of one certificate. A revoked one has ``revoked_at``."""

    cert_id: CertId
    status: CertStatus
    this_update: datetime
    next_update: datetime | None
    revoked_at: datetime | None = None
    reason: RevocationReason | None = None


def read_request(request: bytes) -> StatusRequest:
    """Raises MalformedRequest: too large, not DER, no question or over 20, too long a nonce."""
    if len(request) > AT_MOST_BYTES:
        raise MalformedRequest("too large")
    try:
        return _read_request(request)
    except der.NotDer as broken:
        raise MalformedRequest(str(broken)) from broken


def _read_request(request: bytes) -> StatusRequest:
    outer = der.Fields(der.read(request, der.SEQUENCE))
    fields = der.Fields(outer.take(der.SEQUENCE))
    outer.take_if(0xA0)
    outer.end()
    version = fields.take_if(0xA0)
    if version and version.content != der.integer(0):
        raise der.NotDer("not version 1")
    fields.take_if(0xA1)
    questions = der.elements(fields.take(der.SEQUENCE).content)
    extensions = fields.take_if(0xA2)
    fields.end()
    if not 1 <= len(questions) <= AT_MOST_QUESTIONS:
        raise der.NotDer("no question, or too many")
    cert_ids = tuple(_read_cert_id(der.Fields(question).take(der.SEQUENCE)) for question in questions)
    return StatusRequest(cert_ids, _read_nonce(extensions) if extensions else None)


def _read_cert_id(element: der.Element) -> CertId:
    fields = der.Fields(element)
    algorithm = der.Fields(fields.take(der.SEQUENCE))
    hash_name = _HASH_NAMES.get(der.to_oid(algorithm.take()), "")
    algorithm.take_if(der.NULL)
    algorithm.end()
    name_hash, key_hash = fields.take(der.OCTET_STRING).content, fields.take(der.OCTET_STRING).content
    serial_number = der.to_int(fields.take())
    fields.end()
    return CertId(hash_name, name_hash, key_hash, serial_number, element.der)


def _read_nonce(extensions: der.Element) -> bytes | None:
    """The nonce among the request's extensions; a critical one that we do not know is refused."""
    nonce = None
    for extension in der.elements(der.read(extensions.content, der.SEQUENCE).content):
        fields = der.Fields(extension)
        kind, critical = der.to_oid(fields.take()), fields.take_if(der.BOOLEAN)
        value = fields.take(der.OCTET_STRING).content
        fields.end()
        if kind == _NONCE and nonce is None and 1 <= _octets(value) <= NONCE_AT_MOST_OCTETS:
            nonce = value
        elif kind == _NONCE or (critical and der.to_bool(critical)):
            raise der.NotDer("two nonces, one of wrong length, or an unknown critical extension")
    return nonce


def _octets(value: bytes) -> int:
    """How long a nonce is: an OCTET STRING, or bare octets from clients older than RFC 6960's correction."""
    try:
        return len(der.read(value, der.OCTET_STRING).content)
    except der.NotDer:
        return len(value)


def issuer_hashes(issuer: bytes) -> dict[str, tuple[bytes, bytes]]:
    """hash_name → (issuer_name_hash, issuer_key_hash) of an issuer's certificate: to recognise a CertId."""
    parts = certificates.parts_of(issuer)
    key = certificates.public_key_bits(parts)
    return {
        name: (hashlib.new(name, parts.subject).digest(), hashlib.new(name, key).digest()) for name in HASHES
    }


class Responder:
    """A delegate's key and certificate, ready to sign. Hold one; making it costs more than an answer."""

    def __init__(self, *, key: PrivateKey, certificate: bytes) -> None:
        self._key = key
        self._algorithm = signatures.identifier_for(key)
        self._certificates = der.context(0, der.sequence(certificate))
        key_hash = hashlib.sha1(  # RFC 6960 §4.2.1 fixes SHA-1 for the name by key
            certificates.public_key_bits(certificates.parts_of(certificate)), usedforsecurity=False
        ).digest()
        self._responder_id = der.context(2, der.octet_string(key_hash))

    def respond(self, answers: Iterable[Answer], *, nonce: bytes | None, at: datetime) -> bytes:
        """A signed OCSPResponse with the delegate's certificate; ``at`` is producedAt."""
        data = der.sequence(
            self._responder_id,
            der.generalized_time(at),
            der.sequence(*(_single_response(answer) for answer in answers)),
            _nonce_extension(1, nonce) if nonce else b"",
        )
        signature = der.bit_string(signatures.sign(data, key=self._key))
        basic = der.sequence(data, self._algorithm, signature, self._certificates)
        successful = der.sequence(der.oid(_BASIC), der.octet_string(basic))
        return der.sequence(der.integer(0, der.ENUMERATED), der.context(0, successful))


def _single_response(answer: Answer) -> bytes:
    return der.sequence(
        answer.cert_id.der,
        _status(answer),
        der.generalized_time(answer.this_update),
        der.context(0, der.generalized_time(answer.next_update)) if answer.next_update else b"",
    )


def _status(answer: Answer) -> bytes:
    if answer.status is CertStatus.GOOD:
        return der.context(0, constructed=False)
    if answer.status is CertStatus.UNKNOWN:
        return der.context(2, constructed=False)
    if answer.revoked_at is None:
        raise ValueError("a revoked certificate has a time of revocation")
    unspecified = answer.reason in {None, RevocationReason.UNSPECIFIED}
    reason = b"" if unspecified else der.context(0, der.integer(_code(answer), der.ENUMERATED))
    return der.context(1, der.generalized_time(answer.revoked_at), reason)


def _code(answer: Answer) -> int:
    return (answer.reason or RevocationReason.UNSPECIFIED).code


def _nonce_extension(number: int, nonce: bytes) -> bytes:
    return der.context(number, der.sequence(der.sequence(der.oid(_NONCE), der.octet_string(nonce))))


def build_request(
    serial_numbers: Iterable[int], *, issuer: bytes, hash_name: str = "sha256", nonce: bytes | None = None
) -> bytes:
    """A request about certificates of one issuer. ``nonce`` is wrapped as RFC 9654 asks."""
    name_hash, key_hash = issuer_hashes(issuer)[hash_name]
    algorithm = der.sequence(der.oid(HASHES[hash_name]), der.null())
    asked = (
        der.sequence(algorithm, der.octet_string(name_hash), der.octet_string(key_hash), der.integer(number))
        for number in serial_numbers
    )
    questions = der.sequence(*(der.sequence(cert_id) for cert_id in asked))
    extensions = _nonce_extension(2, der.octet_string(nonce)) if nonce else b""
    return der.sequence(der.sequence(questions, extensions))
