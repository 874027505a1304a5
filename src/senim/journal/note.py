"""Checkpoints as C2SP signed notes (tlog-checkpoint, signed-note): three lines and an Ed25519 signature."""

import base64
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519 = b"\x01"


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


def key_id(origin: str, key: Ed25519PublicKey) -> bytes:
    return hashlib.sha256(origin.encode() + b"\n" + _ED25519 + key.public_bytes_raw()).digest()[:4]


def sign(head: TreeHead, key: Ed25519PrivateKey) -> str:
    signature = key_id(head.origin, key.public_key()) + key.sign(head.text().encode())
    return f"{head.text()}\n\u2014 {head.origin} {base64.b64encode(signature).decode()}\n"


def verify(note: str, key: Ed25519PublicKey) -> TreeHead:
    """The tree head this note signs. Raises NoteInvalid."""
    text, separator, signatures = note.partition("\n\n")
    try:
        origin, size, root = text.split("\n")
        head = TreeHead(origin, int(size), base64.b64decode(root, validate=True))
    except ValueError as malformed:
        raise NoteInvalid("not a checkpoint") from malformed
    if not separator or head.text() != f"{text}\n":
        raise NoteInvalid("not a checkpoint in its one spelling")
    for line in signatures.splitlines():
        if _signed(line, head, key):
            return head
    raise NoteInvalid("no signature by this key")


def _signed(line: str, head: TreeHead, key: Ed25519PublicKey) -> bool:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    if dash != "\u2014" or name != head.origin:
        return False
    try:
        signature = base64.b64decode(encoded, validate=True)
        if signature[:4] != key_id(head.origin, key):
            return False
        key.verify(signature[4:], head.text().encode())
    except (ValueError, InvalidSignature):
        return False
    return True
