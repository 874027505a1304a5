"""PKCS#12 files: a key and its certificates under a password (PBES2, AES-256, HMAC-SHA-256)."""

from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import PrivateFormat, pkcs12

from senim.pki.keys import PrivateKey, algorithm_of

ROUNDS = 100_000
AT_MOST_BYTES = 64 * 1024


class WrongPassword(ValueError):
    """Not a PKCS#12 file with a key and its certificate, or not its password."""


@dataclass(frozen=True)
class Bundle:
    key: PrivateKey
    certificate: bytes
    chain: tuple[bytes, ...]


def write(
    *, key: PrivateKey, certificate: bytes, chain: tuple[bytes, ...] = (), name: str, password: str
) -> bytes:
    """The file. ``name`` is what programs show for the key. Raises WrongPassword for an empty password."""
    if not password:
        raise WrongPassword("a key is never given out without a password")
    protection = (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(ROUNDS)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(hashes.SHA256())
        .build(password.encode())
    )
    loaded, *others = (x509.load_der_x509_certificate(der) for der in (certificate, *chain))
    return pkcs12.serialize_key_and_certificates(name.encode(), key, loaded, others, protection)


def read(content: bytes, *, password: str) -> Bundle:
    """Raises WrongPassword, keys.UnsupportedKey."""
    if len(content) > AT_MOST_BYTES:
        raise WrongPassword("too large")
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(content, password.encode())
    except (ValueError, x509.InvalidVersion) as wrong:
        raise WrongPassword("not a PKCS#12 file, or not its password") from wrong
    if certificate is None or not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise WrongPassword("no key with its certificate")
    algorithm_of(key)
    encoding = serialization.Encoding.DER
    return Bundle(
        key, certificate.public_bytes(encoding), tuple(other.public_bytes(encoding) for other in others)
    )
