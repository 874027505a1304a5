"""PKCS#12 files: a key and its certificates under a password (PBES2, AES-256)."""

from dataclasses import dataclass

from senim.pki.keys import PrivateKey


class WrongPassword(ValueError):
    """Not a PKCS#12 file, or not its password."""


@dataclass(frozen=True)
class Bundle:
    key: PrivateKey
    certificate: bytes
    chain: tuple[bytes, ...]


def write(
    *, key: PrivateKey, certificate: bytes, chain: tuple[bytes, ...] = (), name: str, password: str
) -> bytes:
    raise NotImplementedError


def read(der: bytes, *, password: str) -> Bundle:
    """Raises WrongPassword."""
    raise NotImplementedError
