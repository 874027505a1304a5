"""Certificates from a declarative template, in two steps: the bytes to be signed, then their signature.

The authority lints the to-be-signed bytes under a throw-away signature, stores the intent, and signs exactly
those bytes.
"""

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from senim.pki.keys import PrivateKey, PublicKey


@dataclass(frozen=True)
class Extension:
    value: x509.ExtensionType
    critical: bool = False


@dataclass(frozen=True)
class Template:
    """Everything a certificate says. Extensions are encoded in the order given."""

    issuer: x509.Name
    subject: x509.Name
    public_key: PublicKey
    serial_number: int
    not_before: datetime
    not_after: datetime
    extensions: tuple[Extension, ...]


def build(template: Template, *, key: PrivateKey) -> bytes:
    """A certificate of this template signed with ``key``: DER."""
    raise NotImplementedError


def throw_away_key(like: PrivateKey) -> PrivateKey:
    """A key of the same algorithm that nobody trusts: lint under its signature (one per process)."""
    raise NotImplementedError


def tbs_of(certificate: bytes) -> bytes:
    """The to-be-signed bytes of a certificate, exactly as they stand in it."""
    raise NotImplementedError


def sign_tbs(tbs: bytes, *, key: PrivateKey) -> bytes:
    """A certificate of exactly these bytes. Refuses bytes that name another signature algorithm than the key's."""
    raise NotImplementedError


def same_tbs(one: bytes, other: bytes) -> bool:
    """Whether two certificates differ in their signatures at most."""
    raise NotImplementedError


def new_serial_number() -> int:
    """Positive, 159 random bits, 20 octets at most (RFC 5280 §4.1.2.2)."""
    raise NotImplementedError


def key_id(public_key: PublicKey) -> bytes:
    """The subject key identifier: SHA-1 of the key's bit string (RFC 5280 §4.2.1.2 method 1)."""
    raise NotImplementedError
