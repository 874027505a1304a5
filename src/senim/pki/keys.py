"""Keys and where they are kept: made here or opened with a passphrase, never held by anything else."""

from enum import StrEnum
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey


class KeyAlgorithm(StrEnum):
    P256 = "P-256"
    P384 = "P-384"
    RSA2048 = "RSA-2048"
    RSA3072 = "RSA-3072"
    RSA4096 = "RSA-4096"


class UnsupportedKey(ValueError):
    """Not one of the key algorithms we take."""


class KeyExists(FileExistsError):
    """A key of this label is there already; it is never overwritten."""


class KeyMissing(FileNotFoundError):
    """No key of this label."""


class WrongPassphrase(ValueError):
    """The passphrase does not open this key."""


def generate(algorithm: KeyAlgorithm) -> PrivateKey:
    raise NotImplementedError


def algorithm_of(key: PublicKey | PrivateKey) -> KeyAlgorithm:
    """Raises UnsupportedKey."""
    raise NotImplementedError


def hash_for(key: PublicKey | PrivateKey) -> hashes.HashAlgorithm:
    """SHA-256; SHA-384 for P-384."""
    raise NotImplementedError


class KeyStore(Protocol):
    """Where keys live: files on a laptop, a PKCS#11 token for real. What it returns signs like any key."""

    def create(self, label: str, *, algorithm: KeyAlgorithm, passphrase: str) -> PrivateKey:
        """Make and keep a new key. Raises KeyExists."""

    def open(self, label: str, *, passphrase: str) -> PrivateKey:
        """Raises KeyMissing, WrongPassphrase."""


class FileKeyStore:
    """Encrypted PKCS#8 PEM, one file a key: ``<folder>/<label>.key``, mode 0600 in a folder of 0700."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def create(self, label: str, *, algorithm: KeyAlgorithm, passphrase: str) -> PrivateKey:
        """Make and keep a new key. Raises KeyExists."""
        raise NotImplementedError

    def open(self, label: str, *, passphrase: str) -> PrivateKey:
        """Raises KeyMissing, WrongPassphrase."""
        raise NotImplementedError
