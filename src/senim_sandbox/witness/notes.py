"""The texts a witness reads and writes: requests, checkpoints, signature lines, verifier keys."""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

LOG_KEY, WITNESS_KEY = b"\x01", b"\x04"
STEPS_AT_MOST = 63
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


class Malformed(Exception):
    """No request of the protocol."""


@dataclass(frozen=True)
class Submission:
    """A checkpoint somebody wants signed, and the proof from the one before. ``body`` is what gets signed."""

    old: int
    proof: list[bytes]
    origin: str
    size: int
    root: bytes
    body: str
    signatures: list[tuple[str, bytes]]


def read(request: bytes) -> Submission:
    """Raises Malformed."""
    try:
        head, _, checkpoint = request.decode().partition("\n\n")
        body, _, signatures = checkpoint.partition("\n\n")
        old, *proof = head.split("\n")
        origin, size, root, *_extensions = body.split("\n")
        steps = [base64.b64decode(step, validate=True) for step in proof]
        tree_root = base64.b64decode(root, validate=True)
        lines = [_signature(line) for line in signatures.splitlines()]
    except (ValueError, binascii.Error) as wrong:
        raise Malformed from wrong
    if not old.startswith("old ") or any(len(step) != 32 for step in [*steps, tree_root]):
        raise Malformed
    if len(steps) > STEPS_AT_MOST or not origin:
        raise Malformed
    return Submission(
        _number(old.removeprefix("old ")), steps, origin, _number(size), tree_root, f"{body}\n", lines
    )


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise Malformed
    return int(text)


def _signature(line: str) -> tuple[str, bytes]:
    dash, name, encoded = line.split(" ")
    if dash != "\u2014":
        raise Malformed
    return name, base64.b64decode(encoded, validate=True)


def is_signed(submission: Submission, key: Ed25519PublicKey) -> bool:
    """Whether the log that this key belongs to signed this checkpoint; others' lines are ignored."""
    known = key_id(submission.origin, LOG_KEY, key)
    for name, signature in submission.signatures:
        if (name, signature[:4]) == (submission.origin, known):
            try:
                key.verify(signature[4:], submission.body.encode())
            except InvalidSignature:
                return False
            return True
    return False


def cosign(submission: Submission, *, name: str, key: Ed25519PrivateKey, time: int) -> str:
    """A signature line of ``tlog-cosignature``, version 1."""
    signed = key.sign(f"cosignature/v1\ntime {time}\n{submission.body}".encode())
    line = key_id(name, WITNESS_KEY, key.public_key()) + time.to_bytes(8) + signed
    return f"\u2014 {name} {base64.b64encode(line).decode()}\n"


def verifier_key(name: str, key: Ed25519PublicKey) -> str:
    material = base64.b64encode(WITNESS_KEY + key.public_bytes_raw()).decode()
    return f"{name}+{key_id(name, WITNESS_KEY, key).hex()}+{material}"


def key_id(name: str, kind: bytes, key: Ed25519PublicKey) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + kind + key.public_bytes_raw()).digest()[:4]
