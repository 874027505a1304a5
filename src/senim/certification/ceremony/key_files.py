"""PKCS#12 files with several keys, as the browser writes them: one for signing, one for authentication.

`cryptography` writes one key a file; several such files under one password are joined: their safes in one
list, sealed anew (RFC 7292 §4, appendix B).
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from senim.pki import der, pkcs12, signatures
from senim.pki.keys import PrivateKey

DATA = "1.2.840.113549.1.7.1"
ROUNDS = 100_000
BLOCK = 64
MAC_KEY = b"\x03"


@dataclass(frozen=True)
class Entry:
    """A key and its certificate; ``name`` is sign or auth."""

    name: str
    key: PrivateKey
    certificate: bytes


def write(entries: list[Entry], *, chain: tuple[bytes, ...], password: str) -> bytes:
    """One file; the chain stands in it once."""
    files = [
        pkcs12.write(
            key=entry.key,
            certificate=entry.certificate,
            chain=chain if place == 0 else (),
            name=entry.name,
            password=password,
        )
        for place, entry in enumerate(entries)
    ]
    return files[0] if len(files) == 1 else _joined(files, password=password)


def _joined(files: list[bytes], *, password: str) -> bytes:
    safes = der.sequence(*(_safes_of(file) for file in files))
    salt = secrets.token_bytes(16)
    seal = hmac.digest(_mac_key(password, salt), safes, "sha256")
    content = der.sequence(der.oid(DATA), der.context(0, der.octet_string(safes)))
    digest = der.sequence(signatures.hash_identifier("sha256"), der.octet_string(seal))
    mac = der.sequence(digest, der.octet_string(salt), der.integer(ROUNDS))
    return der.sequence(der.integer(3), content, mac)


def _safes_of(file: bytes) -> bytes:
    """The content of a file's AuthenticatedSafe."""
    fields = der.Fields(der.read(file, der.SEQUENCE))
    fields.take(der.INTEGER)
    info = der.Fields(fields.take(der.SEQUENCE))
    info.take(der.OID)
    octets = der.read(info.take(0xA0).content, der.OCTET_STRING)
    return der.read(octets.content, der.SEQUENCE).content


def _mac_key(password: str, salt: bytes) -> bytes:
    """RFC 7292 §B.2 with SHA-256, of whose output one block is just enough."""
    secret = password.encode("utf-16-be") + b"\0\0"
    running = MAC_KEY * BLOCK + _filled(salt) + _filled(secret)
    for _ in range(ROUNDS):
        running = hashlib.sha256(running).digest()
    return running


def _filled(value: bytes) -> bytes:
    """Repeated to whole blocks."""
    length = -(-len(value) // BLOCK) * BLOCK
    return (value * (length // len(value) + 1))[:length]
