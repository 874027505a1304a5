"""Checkpoints as C2SP signed notes (signed-note, tlog-checkpoint) and witnesses' cosignatures on them
(tlog-cosignature, the Ed25519 kind). Plain Python: bytes, keys and names in, bytes out.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

LOG, COSIGNER = 0x01, 0x04
"""Signature types of signed-note: Ed25519 over the text, and Ed25519 over a time and the text."""
KEY_ID_BYTES, TIME_BYTES, LATEST_TIME = 4, 8, 1 << 63
AT_MOST_BYTES = 64 * 1024


class NoteInvalid(ValueError):
    """Not a checkpoint, or not signed by this key."""


@dataclass(frozen=True)
class TreeHead:
    """What a checkpoint says: the log's name, how many leaves, the root over them."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def read(cls, note: str) -> Self:
        """What a note claims, whoever signed it. Raises NoteInvalid."""
        text, separator, _ = note.partition("\n\n")
        try:
            origin, size, root = text.split("\n")
            head = cls(origin, int(size), base64.b64decode(root, validate=True))
        except ValueError as malformed:
            raise NoteInvalid("not a checkpoint") from malformed
        if not separator or head.text() != f"{text}\n":
            raise NoteInvalid("not a checkpoint in its one spelling")
        return head


@dataclass(frozen=True)
class Verifier:
    """A key that signs notes, and the name it signs under: what a C2SP verifier key spells."""

    name: str
    key: Ed25519PublicKey
    kind: int = LOG

    @property
    def id(self) -> bytes:
        said = self.name.encode() + b"\n" + bytes([self.kind]) + self.key.public_bytes_raw()
        return hashlib.sha256(said).digest()[:KEY_ID_BYTES]

    def spell(self) -> str:
        material = base64.b64encode(bytes([self.kind]) + self.key.public_bytes_raw()).decode()
        return f"{self.name}+{self.id.hex()}+{material}"

    @classmethod
    def read(cls, text: str) -> Self:
        """``<name>+<key id>+<base64 of kind and key>``. Raises NoteInvalid."""
        try:
            name, key_id, material = text.strip().split("+", 2)
            kind, *key = base64.b64decode(material, validate=True)
            read = cls(name, Ed25519PublicKey.from_public_bytes(bytes(key)), kind)
        except (ValueError, binascii.Error) as malformed:
            raise NoteInvalid("not a verifier key") from malformed
        if kind not in {LOG, COSIGNER} or not name or read.id.hex() != key_id:
            raise NoteInvalid("not a verifier key of a kind we know")
        return read


@dataclass(frozen=True)
class Cosignature:
    """A witness's line, verified, and when the witness says it signed (POSIX seconds)."""

    line: str
    time: int


def sign(head: TreeHead, key: Ed25519PrivateKey) -> str:
    signer = Verifier(head.origin, key.public_key())
    return f"{head.text()}\n{_line(signer, key.sign(head.text().encode()))}\n"


def verify(note: str, key: Ed25519PublicKey) -> TreeHead:
    """The tree head that the log of this key signs by this note. Raises NoteInvalid."""
    head = TreeHead.read(note)
    for signature in _signatures(note, Verifier(head.origin, key)):
        if _holds(key, signature, head.text().encode()):
            return head
    raise NoteInvalid("no signature by this key")


def cosignature(note: str, witness: Verifier) -> Cosignature:
    """The first of this witness's signatures that holds. Raises NoteInvalid."""
    head = TreeHead.read(note)
    for signature in _signatures(note, witness):
        time, signed = int.from_bytes(signature[:TIME_BYTES]), signature[TIME_BYTES:]
        if time < LATEST_TIME and _holds(witness.key, signed, cosigned_text(head, time)):
            return Cosignature(_line(witness, signature), time)
    raise NoteInvalid(f"no cosignature by {witness.name}")


def cosigned_text(head: TreeHead, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{head.text()}".encode()


def _line(signer: Verifier, signature: bytes) -> str:
    return f"\u2014 {signer.name} {base64.b64encode(signer.id + signature).decode()}"


def _signatures(note: str, signer: Verifier) -> Iterator[bytes]:
    """What stands under this signer's name and key id; lines of others are none of our business."""
    for line in note.partition("\n\n")[2].splitlines():
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        try:
            signature = base64.b64decode(encoded, validate=True)
        except ValueError:
            continue
        if (dash, name, signature[:KEY_ID_BYTES]) == ("\u2014", signer.name, signer.id):
            yield signature[KEY_ID_BYTES:]


def _holds(key: Ed25519PublicKey, signature: bytes, message: bytes) -> bool:
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True
