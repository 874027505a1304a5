"""The Merkle tree of RFC 9162 §2.1: hashing, and growing a tree from its right edge.

A tree of n leaves is a row of perfect subtrees, one per bit set in n, largest first: the right edge. From the
edge alone the tree can grow and its root be computed, so appending costs O(log n) whatever the size.
"""

import hashlib
from collections.abc import Iterable, Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Edge:
    """The right edge of a tree: grows leaf by leaf, tells the root at any size."""

    def __init__(self, size: int = 0, subtrees: Sequence[bytes] = ()) -> None:
        if len(subtrees) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} subtrees, not {len(subtrees)}")
        self.size = size
        self.subtrees = list(subtrees)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash: merge it with as many perfect subtrees as trailing one-bits of the size."""
        merged, size = leaf, self.size
        while size & 1:
            merged = node_hash(self.subtrees.pop(), merged)
            size >>= 1
        self.subtrees.append(merged)
        self.size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        for leaf in leaves:
            self.append(leaf)

    def root(self) -> bytes:
        if not self.subtrees:
            return EMPTY_ROOT
        *rest, root = self.subtrees
        for subtree in reversed(rest):
            root = node_hash(subtree, root)
        return root
