"""Certificates (RFC 5280 §4): built from a declarative template in two steps, and taken apart.

The authority lints the to-be-signed bytes under a throw-away signature, stores the intent, and then signs
exactly those bytes; so the bytes are made here, once, and signed as often as needed.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property, lru_cache

from cryptography import x509

from senim.pki import der, names, signatures
from senim.pki.keys import KeyAlgorithm, PrivateKey, PublicKey, algorithm_of, generate, public_der

SERIAL_NUMBER_BITS = 159
# What `cryptography` raises for a certificate or list it cannot read: some are no ValueError.
UNREADABLE = (ValueError, x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType)


@dataclass(frozen=True)
class Extension:
    value: x509.ExtensionType
    critical: bool = False

    @cached_property
    def encoded(self) -> bytes:
        """As certificates and revocation lists carry it."""
        critical = der.boolean(True) if self.critical else b""
        value = der.octet_string(self.value.public_bytes())
        return der.sequence(der.oid(self.value.oid.dotted_string), critical, value)


@dataclass(frozen=True)
class Template:
    """Everything a certificate says. Extensions are encoded in the order given; times are cut to seconds."""

    issuer: x509.Name
    subject: x509.Name
    public_key: PublicKey
    serial_number: int
    not_before: datetime
    not_after: datetime
    extensions: tuple[Extension, ...]


def build(template: Template, *, key: PrivateKey) -> bytes:
    """A certificate of this template signed with ``key``: DER."""
    return sign_tbs(to_be_signed(template, key=key), key=key)


def to_be_signed(template: Template, *, key: PrivateKey | PublicKey) -> bytes:
    """The TBSCertificate, naming the signature algorithm of ``key``. Raises ValueError for nonsense."""
    _refuse_nonsense(template)
    return der.sequence(
        der.context(0, der.integer(2)),
        der.integer(template.serial_number),
        signatures.identifier_for(key),
        _name(template.issuer),
        der.sequence(der.time(template.not_before), der.time(template.not_after)),
        _name(template.subject),
        public_der(template.public_key),
        der.context(3, der.sequence(*(extension.encoded for extension in template.extensions))),
    )


@lru_cache(maxsize=64)
def _name(name: x509.Name) -> bytes:
    return name.public_bytes()


def _refuse_nonsense(template: Template) -> None:
    if not 0 < template.serial_number < 1 << SERIAL_NUMBER_BITS:
        raise ValueError("a serial number is positive and has 20 octets at most")
    if template.not_before > template.not_after:
        raise ValueError("the certificate would end before it begins")
    kinds = {extension.value.oid for extension in template.extensions}
    if len(kinds) != len(template.extensions) or not kinds:
        raise ValueError("each extension occurs once, and there is at least one")


def under_no_signature(tbs: bytes, *, like: PrivateKey | PublicKey) -> bytes:
    """A certificate of these bytes to be linted: its signature is one over nothing, by a key nobody has."""
    algorithm = signatures.identifier_for(like)
    return der.sequence(tbs, algorithm, der.bit_string(_signature_over_nothing(algorithm_of(like))))


@cache
def _signature_over_nothing(algorithm: KeyAlgorithm) -> bytes:
    return signatures.sign(b"", key=generate(algorithm))


def sign_tbs(tbs: bytes, *, key: PrivateKey) -> bytes:
    """These bytes, signed; by a key out of a file always alike. Raises ValueError if they name another
    algorithm.
    """
    algorithm = signatures.identifier_for(key)
    fields = der.Fields(der.read(tbs, der.SEQUENCE))
    fields.take(0xA0)
    fields.take(der.INTEGER)
    if fields.take(der.SEQUENCE).der != algorithm:
        raise ValueError("the bytes to be signed name another signature algorithm")
    return der.sequence(tbs, algorithm, der.bit_string(signatures.sign(tbs, key=key, deterministic=True)))


def tbs_of(certificate: bytes) -> bytes:
    """The to-be-signed bytes of a certificate, exactly as they stand in it. Raises NotDer."""
    return der.Fields(der.read(certificate, der.SEQUENCE)).take(der.SEQUENCE).der


def new_serial_number() -> int:
    """158 random bits, the first one set: positive, always 20 octets (RFC 5280 §4.1.2.2)."""
    return secrets.randbits(SERIAL_NUMBER_BITS - 1) | 1 << (SERIAL_NUMBER_BITS - 1)


def key_id(public_key: PublicKey) -> bytes:
    """The subject key identifier: SHA-1 of the key's bit string (RFC 5280 §4.2.1.2 method 1)."""
    return x509.SubjectKeyIdentifier.from_public_key(public_key).digest


@dataclass(frozen=True)
class Parts:
    """A certificate taken apart without judging it; every field is DER as it stood, save the numbers."""

    tbs: bytes
    serial_number: int
    issuer: bytes
    subject: bytes
    public_key_info: bytes
    algorithm: der.Element
    signature: bytes
    algorithms_agree: bool


@lru_cache(maxsize=32)
def parts_of(certificate: bytes) -> Parts:
    """Raises NotDer, also for a serial number that is not positive (RFC 5280 §4.1.2.2)."""
    outer = der.Fields(der.read(certificate, der.SEQUENCE))
    tbs, algorithm, signature = outer.take(der.SEQUENCE), outer.take(der.SEQUENCE), outer.take(der.BIT_STRING)
    outer.end()
    fields = der.Fields(tbs)
    fields.take_if(0xA0)
    serial_number = der.to_int(fields.take(der.INTEGER))
    if serial_number <= 0:
        raise der.NotDer("the serial number is not positive")
    inner_algorithm, issuer = fields.take(der.SEQUENCE), fields.take(der.SEQUENCE)
    fields.take(der.SEQUENCE)
    subject, public_key_info = fields.take(der.SEQUENCE), fields.take(der.SEQUENCE)
    return Parts(
        tbs=tbs.der,
        serial_number=serial_number,
        issuer=issuer.der,
        subject=subject.der,
        public_key_info=public_key_info.der,
        algorithm=algorithm,
        signature=der.to_bits(signature),
        algorithms_agree=inner_algorithm.der == algorithm.der,
    )


def public_key_bits(parts: Parts) -> bytes:
    """The key's bit string without its algorithm: what key identifiers are hashes of. Raises NotDer."""
    fields = der.Fields(der.read(parts.public_key_info, der.SEQUENCE))
    fields.take(der.SEQUENCE)
    return der.to_bits(fields.take())


def subject_key_id(certificate: bytes) -> bytes | None:
    """The subject key identifier a certificate carries, None where it has none or cannot be read."""
    try:
        parts_of(certificate)
        extensions = x509.load_der_x509_certificate(certificate).extensions
        return extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except (*UNREADABLE, x509.ExtensionNotFound):
        return None


def subject_of(certificate: bytes) -> names.Attributes:
    """The subject as (dotted OID, value) pairs. Raises NotDer."""
    return names.read(parts_of(certificate).subject)
