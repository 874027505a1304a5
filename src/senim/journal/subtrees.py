"""Hashes of perfect subtrees, kept at every fourth level, so that a proof reads a few dozen rows of millions.

They are a cache beside the leaves: a wrong one makes a proof fail its check, never pass it.
"""

from collections.abc import Iterable

from django.db.models import Max

from senim.journal.models import Leaf, Subtree
from senim.journal.proofs import split
from senim.journal.tree import node_hash

LEVELS = 4
WIDTH = 1 << LEVELS
AT_ONCE = 1_000


def grow(size: int) -> None:
    """Keep the subtrees that are complete in a tree of this size and not kept yet, all levels up."""
    level = LEVELS
    while size >> level:
        newest = Subtree.objects.filter(level=level).aggregate(Max("index"))["index__max"]
        kept, complete = (0 if newest is None else newest + 1), size >> level
        for start in range(kept, complete, AT_ONCE):
            _keep(level, start, min(start + AT_ONCE, complete))
        level += LEVELS


def _keep(level: int, start: int, end: int) -> None:
    below = _row(level - LEVELS, start << LEVELS, end << LEVELS)
    Subtree.objects.bulk_create(
        Subtree(level=level, index=start + place, hash=_joined(below[place * WIDTH : (place + 1) * WIDTH]))
        for place in range(end - start)
    )


def root_over(start: int, end: int) -> bytes:
    """The root over the leaves from ``start`` up to ``end``, as ``proofs`` asks for it."""
    if end - start & (end - start - 1) or start % (end - start):
        middle = start + split(end - start)
        return node_hash(root_over(start, middle), root_over(middle, end))
    level = (end - start).bit_length() - 1
    kept = level - level % LEVELS
    return _joined(_row(kept, start >> kept, end >> kept))


def _row(level: int, start: int, end: int) -> list[bytes]:
    """Raises LookupError where the tree is not whole there."""
    found = _stored(level, start, end)
    hashes = [bytes(item) for item in found]
    if len(hashes) != end - start:
        raise LookupError(f"level {level} of the tree is not whole between {start} and {end}")
    return hashes


def _stored(level: int, start: int, end: int) -> Iterable[bytes | memoryview]:
    if level == 0:
        leaves = Leaf.objects.filter(index__gte=start, index__lt=end).order_by("index")
        return leaves.values_list("leaf_hash", flat=True)
    kept = Subtree.objects.filter(level=level, index__gte=start, index__lt=end).order_by("index")
    return kept.values_list("hash", flat=True)


def _joined(hashes: list[bytes]) -> bytes:
    while len(hashes) > 1:
        hashes = [node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]
