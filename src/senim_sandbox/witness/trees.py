"""Does a larger tree begin with a smaller one? RFC 6962 §2.1.2, read as it is printed: from the root down."""

import hashlib
from collections.abc import Iterator

EMPTY = hashlib.sha256(b"").digest()


class NotConsistent(Exception):
    """The proof does not hold the two trees together."""


def check(old: int, old_root: bytes, size: int, root: bytes, proof: list[bytes]) -> None:
    """Raises NotConsistent. ``old`` is at most ``size``."""
    if old == 0 or old == size:
        good = not proof and (old_root == EMPTY if old == 0 else old_root == root)
    else:
        good = _roots(old, size, old_root, proof) == (old_root, root)
    if not good:
        raise NotConsistent


def _roots(old: int, size: int, old_root: bytes, proof: list[bytes]) -> tuple[bytes, bytes]:
    rest = iter(proof)
    found = _walk(old, size, rest, old_root)
    if next(rest, None) is not None:
        raise NotConsistent
    return found


def _walk(old: int, size: int, rest: Iterator[bytes], known: bytes | None) -> tuple[bytes, bytes]:
    """The roots of the old part and of the whole. ``known`` is the old root while it all lies to the left."""
    if old == size:
        same = known if known is not None else _take(rest)
        return same, same
    half = 1 << (size - 1).bit_length() - 1
    if old <= half:
        before, after = _walk(old, half, rest, known)
        return before, _join(after, _take(rest))
    before, after = _walk(old - half, size - half, rest, None)
    left = _take(rest)
    return _join(left, before), _join(left, after)


def _take(rest: Iterator[bytes]) -> bytes:
    step = next(rest, None)
    if step is None:
        raise NotConsistent
    return step


def _join(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
