"""Inclusion and consistency proofs (RFC 9162 §2.1.3, §2.1.4), made from subtree hashes.

Plain Python: whoever checks that a record is included needs no database, and nothing of Senim but this module
and ``tree``. Consistency is checked by witnesses, with programs of their own.
"""

from collections.abc import Callable, Sequence

from senim.journal.tree import node_hash

Hashes = Callable[[int, int], bytes]
"""The root over the leaves from ``start`` up to ``end``."""


class ProofInvalid(ValueError):
    """The proof does not lead where it claims to lead."""


def inclusion(index: int, size: int, hashes: Hashes) -> list[bytes]:
    """From the leaf's sibling up to the root's child."""
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has none at {index}")
    return _inclusion(index, 0, size, hashes)


def _inclusion(index: int, start: int, end: int, hashes: Hashes) -> list[bytes]:
    if end - start == 1:
        return []
    middle = start + split(end - start)
    if index < middle:
        return [*_inclusion(index, start, middle, hashes), hashes(middle, end)]
    return [*_inclusion(index, middle, end, hashes), hashes(start, middle)]


def consistency(old: int, size: int, hashes: Hashes) -> list[bytes]:
    """That the first ``old`` leaves of ``size`` are the tree that was signed then. Empty from nothing."""
    if not 0 <= old <= size:
        raise ValueError(f"a tree of {size} leaves was never one of {old}")
    return [] if old in {0, size} else _consistency(old, 0, size, hashes, whole=True)


def _consistency(old: int, start: int, end: int, hashes: Hashes, *, whole: bool) -> list[bytes]:
    if start + old == end:
        return [] if whole else [hashes(start, end)]
    width = split(end - start)
    middle = start + width
    if old <= width:
        return [*_consistency(old, start, middle, hashes, whole=whole), hashes(middle, end)]
    return [*_consistency(old - width, middle, end, hashes, whole=False), hashes(start, middle)]


def root_by_inclusion(leaf: bytes, *, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root this path leads to (§2.1.3.2). Raises ProofInvalid where the path has the wrong length."""
    if not 0 <= index < size:
        raise ProofInvalid("no such leaf in a tree of this size")
    here, last, root = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise ProofInvalid("the path is too long")
        if here & 1 or here == last:
            root = node_hash(sibling, root)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        here, last = here >> 1, last >> 1
    if last:
        raise ProofInvalid("the path is too short")
    return root


def split(size: int) -> int:
    """The largest power of two smaller than ``size``."""
    return 1 << (size - 1).bit_length() - 1
