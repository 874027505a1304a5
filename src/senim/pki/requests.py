"""Certificate requests (PKCS#10, RFC 2986) from strangers: read cheaply, refuse early, and say why.

Taken: DER of at most 16 kB, keys on P-256 or P-384 or RSA of 2048 to 4096 bits, signed by that key with
SHA-256, 384 or 512. Refused before any arithmetic: everything else.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from cryptography import exceptions
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from senim.pki import der, names, signatures
from senim.pki.keys import KeyAlgorithm, PublicKey, UnsupportedKey, algorithm_of, as_public, public_der

AT_MOST_BYTES = 16 * 1024
_WEAK_SIGNATURES = {
    "1.2.840.10045.4.1",  # ECDSA, SHA-1
    "1.2.840.113549.1.1.2",  # RSA, MD2
    "1.2.840.113549.1.1.4",  # RSA, MD5
    "1.2.840.113549.1.1.5",  # RSA, SHA-1
    "1.3.14.3.2.29",  # RSA, SHA-1, the old name
}


class RequestProblem(StrEnum):
    TOO_LARGE = "too_large"
    NOT_A_REQUEST = "not_a_request"
    UNSUPPORTED_KEY = "unsupported_key"
    WEAK_KEY = "weak_key"
    WEAK_HASH = "weak_hash"
    UNSUPPORTED_SIGNATURE = "unsupported_signature"
    WRONG_PROOF_OF_POSSESSION = "wrong_proof_of_possession"


class RequestRefused(ValueError):
    """The request cannot be used; ``problem`` says why."""

    def __init__(self, problem: RequestProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True)
class Request:
    """A request whose proof of possession holds. ``digest`` is the SHA-256 of ``der``."""

    public_key: PublicKey
    algorithm: KeyAlgorithm
    subject: names.Attributes
    der: bytes
    digest: bytes


def read(request: bytes) -> Request:
    """Raises RequestRefused. The subject in a request decides nothing: names come from the registry."""
    if len(request) > AT_MOST_BYTES:
        raise RequestRefused(RequestProblem.TOO_LARGE)
    try:
        return _read(request)
    except der.NotDer as broken:
        raise RequestRefused(RequestProblem.NOT_A_REQUEST) from broken


def _read(request: bytes) -> Request:
    outer = der.Fields(der.read(request, der.SEQUENCE))
    information, algorithm = outer.take(der.SEQUENCE), outer.take(der.SEQUENCE)
    signature = der.to_bits(outer.take(der.BIT_STRING))
    outer.end()
    fields = der.Fields(information)
    if der.to_int(fields.take()) != 0:
        raise der.NotDer("not version 1")
    subject, public_key_info = names.read(fields.take(der.SEQUENCE).der), fields.take(der.SEQUENCE)
    fields.take_if(0xA0)
    fields.end()
    public_key = _public_key(public_key_info.der)
    _prove(signature, information.der, public_key, algorithm)
    digest = hashlib.sha256(request).digest()
    return Request(public_key, algorithm_of(public_key), subject, request, digest)


def _public_key(public_key_info: bytes) -> PublicKey:
    try:
        key = as_public(serialization.load_der_public_key(public_key_info))
    except UnsupportedKey as unsupported:
        weak = RequestProblem.WEAK_KEY if unsupported.weak else RequestProblem.UNSUPPORTED_KEY
        raise RequestRefused(weak) from unsupported
    except (ValueError, exceptions.UnsupportedAlgorithm) as unsupported:
        raise RequestRefused(RequestProblem.UNSUPPORTED_KEY) from unsupported
    if public_der(key) != public_key_info:  # a curve by parameters (RFC 5480 §2.1.1), a compressed point
        raise RequestRefused(RequestProblem.UNSUPPORTED_KEY)
    if isinstance(key, rsa.RSAPublicKey):
        _refuse_odd_rsa(key.public_numbers())
    return key


def _refuse_odd_rsa(numbers: rsa.RSAPublicNumbers) -> None:
    """Exponents below 65537 are weak (SP 800-56B §6.2), huge ones make every later check slow."""
    if numbers.e < 65537 or numbers.n % 2 == 0:
        raise RequestRefused(RequestProblem.WEAK_KEY)
    if numbers.e >= 1 << 32:
        raise RequestRefused(RequestProblem.UNSUPPORTED_KEY)


def _prove(signature: bytes, information: bytes, key: PublicKey, algorithm: der.Element) -> None:
    if der.to_oid(der.Fields(algorithm).take()) in _WEAK_SIGNATURES:
        raise RequestRefused(RequestProblem.WEAK_HASH)
    try:
        signatures.verify(signature, information, key=key, algorithm=algorithm)
    except signatures.SignatureWrong as wrong:
        raise RequestRefused(RequestProblem.WRONG_PROOF_OF_POSSESSION) from wrong
    except signatures.UnsupportedAlgorithm as unsupported:
        raise RequestRefused(RequestProblem.UNSUPPORTED_SIGNATURE) from unsupported
