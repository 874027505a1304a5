"""Kept subtrees give the same roots as the leaves they stand for."""

import pytest

from senim.journal import subtrees
from senim.journal.models import Leaf, Subtree
from senim.journal.tree import Edge, leaf_hash

pytestmark = pytest.mark.django_db
COUNT = 600


def hash_of(number):
    return leaf_hash(number.to_bytes(4))


@pytest.fixture
def tree():
    """Grown in three steps, none of which ends at a subtree's edge."""
    done = 0
    for size in (7, 300, COUNT):
        Leaf.objects.bulk_create(
            Leaf(index=number, entry_id=f"{number:032x}", leaf_hash=hash_of(number))
            for number in range(done, size)
        )
        subtrees.grow(size)
        done = size


def expected(start, end):
    edge = Edge()
    edge.extend(hash_of(number) for number in range(start, end))
    return edge.root()


@pytest.mark.parametrize(
    ("start", "end"),
    [(0, 1), (0, 16), (0, 256), (0, 512), (256, 512), (512, 600), (0, 600), (48, 52), (0, 599)],
)
def test_a_root_over_kept_subtrees_is_the_root_over_their_leaves(tree, start, end):
    assert subtrees.root_over(start, end) == expected(start, end)


def test_each_complete_subtree_is_kept_once(tree):
    assert Subtree.objects.filter(level=4).count() == COUNT // 16
    assert Subtree.objects.filter(level=8).count() == COUNT // 256
    subtrees.grow(COUNT)
    assert Subtree.objects.count() == COUNT // 16 + COUNT // 256


def test_a_proof_of_millions_would_read_dozens_of_rows(tree, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        subtrees.root_over(0, COUNT)


def test_a_tree_with_a_hole_gives_no_root(tree):
    Leaf.objects.filter(index=595).delete()
    with pytest.raises(LookupError):
        subtrees.root_over(0, COUNT)
