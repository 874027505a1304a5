"""Keys and where they are kept: made here or opened with a passphrase, never held by anything else."""

import os
import re
import secrets
from abc import ABC, abstractmethod
from base64 import b64encode
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.padding import PKCS7

from senim.pki import der

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey
PUBLIC_EXPONENT = 65537
SCRYPT_COST, SCRYPT_BLOCK, SCRYPT_LANES = 2**14, 8, 1  # 16 MB, about 50 ms: what OpenSSL takes by default
_LABEL = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


class KeyAlgorithm(StrEnum):
    P256 = "P-256"
    P384 = "P-384"
    RSA2048 = "RSA-2048"
    RSA3072 = "RSA-3072"
    RSA4096 = "RSA-4096"


_CURVES: dict[KeyAlgorithm, ec.EllipticCurve] = {
    KeyAlgorithm.P256: ec.SECP256R1(),
    KeyAlgorithm.P384: ec.SECP384R1(),
}
_BY_CURVE = {curve.name: algorithm for algorithm, curve in _CURVES.items()}
_SHA256, _SHA384 = hashes.SHA256(), hashes.SHA384()


class UnsupportedKey(ValueError):
    """Not one of the key algorithms we take. ``weak``: of a kind we take, but too small."""

    def __init__(self, said: str, *, weak: bool = False) -> None:
        super().__init__(said)
        self.weak = weak


class KeyExists(FileExistsError):
    """A key of this label is there already; it is never overwritten."""


class KeyMissing(FileNotFoundError):
    """No key of this label."""


class WrongPassphrase(ValueError):
    """The passphrase does not open this key, or the PIN its token: trying again changes nothing."""


class KeyAway(RuntimeError):
    """The token that holds the key does not answer now; it may come back."""


UNUSABLE = (KeyAway, KeyMissing, WrongPassphrase)
"""Why a key that was opened before cannot be used any more."""


class HeldByToken(ABC):
    """A private key that never leaves its token (``tokens``)."""

    @abstractmethod
    def look(self) -> None:
        """Ask the token for the key, logging in again where that was lost. Raises UNUSABLE."""


def generate(algorithm: KeyAlgorithm) -> PrivateKey:
    if algorithm in _CURVES:
        return ec.generate_private_key(_CURVES[algorithm])
    return rsa.generate_private_key(PUBLIC_EXPONENT, int(algorithm.removeprefix("RSA-")))


def look(key: PrivateKey) -> None:
    """Make sure that the key can still be used. Raises UNUSABLE; a key out of a file always can."""
    if isinstance(key, HeldByToken):
        key.look()


def algorithm_of(key: object) -> KeyAlgorithm:
    """The algorithm of a key; RSA of 2500 bits counts as RSA-2048. Raises UnsupportedKey."""
    if isinstance(key, ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey):
        if key.curve.name not in _BY_CURVE:
            raise UnsupportedKey(f"curve {key.curve.name}", weak=key.curve.key_size < 256)
        return _BY_CURVE[key.curve.name]
    if isinstance(key, rsa.RSAPrivateKey | rsa.RSAPublicKey):
        return _rsa_algorithm(key.key_size)
    raise UnsupportedKey(type(key).__name__)


def _rsa_algorithm(bits: int) -> KeyAlgorithm:
    if not 2048 <= bits <= 4096:
        raise UnsupportedKey(f"RSA of {bits} bits", weak=bits < 2048)
    return next(
        algorithm
        for algorithm, at_least in (
            (KeyAlgorithm.RSA4096, 4096),
            (KeyAlgorithm.RSA3072, 3072),
            (KeyAlgorithm.RSA2048, 2048),
        )
        if bits >= at_least
    )


def hash_for(key: object) -> hashes.HashAlgorithm:
    """SHA-256; SHA-384 for P-384. Raises UnsupportedKey."""
    return _SHA384 if algorithm_of(key) is KeyAlgorithm.P384 else _SHA256


def as_public(key: object) -> PublicKey:
    """The same key, known to be a public one of an algorithm we take. Raises UnsupportedKey."""
    algorithm_of(key)
    if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        raise UnsupportedKey(type(key).__name__)
    return key


def public_der(key: PublicKey) -> bytes:
    """SubjectPublicKeyInfo."""
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


class KeyStore(Protocol):
    """Where keys live: files on a laptop, a PKCS#11 token for real. What it returns signs like any key."""

    def create(self, label: str, *, algorithm: KeyAlgorithm, passphrase: str) -> PrivateKey:
        """Make and keep a new key. Raises KeyExists; of a token KeyAway, WrongPassphrase too."""

    def open(self, label: str, *, passphrase: str) -> PrivateKey:
        """Raises KeyMissing, WrongPassphrase; of a token KeyAway too."""


class FileKeyStore:
    """Encrypted PKCS#8 PEM (scrypt, AES-256): ``<label>.key``, mode 0600 in a folder of 0700."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def create(self, label: str, *, algorithm: KeyAlgorithm, passphrase: str) -> PrivateKey:
        """Make and keep a new key. Raises KeyExists."""
        key = generate(algorithm)
        self.keep(label, key, passphrase=passphrase)
        return key

    def keep(self, label: str, key: PrivateKey, *, passphrase: str) -> None:
        """Keep a key made elsewhere. Raises KeyExists. Either the whole file is there afterwards, or none."""
        file = self._file(label)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
        try:
            _write_new(draft, encrypted(key, passphrase=passphrase))
            os.link(draft, file)  # unlike rename, refuses to replace
        except FileExistsError as exists:
            raise KeyExists(label) from exists
        finally:
            draft.unlink(missing_ok=True)

    def open(self, label: str, *, passphrase: str) -> PrivateKey:
        """Raises KeyMissing, WrongPassphrase."""
        try:
            return decrypted(self._file(label).read_bytes(), passphrase=passphrase)
        except FileNotFoundError as missing:
            raise KeyMissing(label) from missing

    def labels(self) -> list[str]:
        return sorted(file.stem for file in self.folder.glob("[!.]*.key"))

    def _file(self, label: str) -> Path:
        if not _LABEL.fullmatch(label):
            raise ValueError(f"not a label of a key: {label!r}")
        return self.folder / f"{label}.key"


def _write_new(file: Path, content: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def decrypted(pem: bytes, *, passphrase: str) -> PrivateKey:
    """The key of an encrypted PKCS#8 PEM. Raises WrongPassphrase, UnsupportedKey."""
    try:
        key = serialization.load_pem_private_key(pem, passphrase.encode())
    except (ValueError, TypeError) as wrong:
        raise WrongPassphrase("the passphrase does not open this key") from wrong
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise UnsupportedKey(type(key).__name__)
    algorithm_of(key)
    return key


def encrypted(key: PrivateKey, *, passphrase: str) -> bytes:
    """PKCS#8 PEM under PBES2 with scrypt and AES-256-CBC (RFC 8018, RFC 7914).

    Ours because `cryptography` writes PBKDF2 with 2048 rounds only.
    """
    if not passphrase:
        raise WrongPassphrase("a key is never kept without a passphrase")
    salt, start = secrets.token_bytes(16), secrets.token_bytes(16)
    derived = Scrypt(salt, 32, SCRYPT_COST, SCRYPT_BLOCK, SCRYPT_LANES).derive(passphrase.encode())
    plain = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    padder, cipher = PKCS7(128).padder(), Cipher(algorithms.AES256(derived), modes.CBC(start)).encryptor()
    sealed = cipher.update(padder.update(plain) + padder.finalize()) + cipher.finalize()
    return _pem(der.sequence(_pbes2(salt, start), der.octet_string(sealed)))


def _pbes2(salt: bytes, start: bytes) -> bytes:
    parameters = (der.integer(number) for number in (SCRYPT_COST, SCRYPT_BLOCK, SCRYPT_LANES))
    scrypt = der.sequence(
        der.oid("1.3.6.1.4.1.11591.4.11"), der.sequence(der.octet_string(salt), *parameters)
    )
    aes = der.sequence(der.oid("2.16.840.1.101.3.4.1.42"), der.octet_string(start))
    return der.sequence(der.oid("1.2.840.113549.1.5.13"), der.sequence(scrypt, aes))


def _pem(content: bytes) -> bytes:
    text = b64encode(content)
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    marks = (b"-----BEGIN ENCRYPTED PRIVATE KEY-----", b"-----END ENCRYPTED PRIVATE KEY-----")
    return b"\n".join([marks[0], *lines, marks[1], b""])
