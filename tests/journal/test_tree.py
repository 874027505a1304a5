"""The tree against the vectors of RFC 6962 (certificate-transparency test data) and a naive construction."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.journal.vectors import DATA

from senim.journal.tree import EMPTY_ROOT, Edge, leaf_hash, node_hash


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 9162 §2.1.1, as printed: split at the largest power of two smaller than n."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(naive_root(leaves[:split]), naive_root(leaves[split:]))


def test_an_empty_tree_has_the_hash_of_nothing():
    assert Edge().root() == EMPTY_ROOT
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_roots_agree_with_published_vectors():
    edge = Edge()
    edge.extend(leaf_hash(bytes.fromhex(item)) for item in DATA)
    assert edge.root().hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_growing_leaf_by_leaf_gives_the_root_of_the_standard(data):
    leaves = [leaf_hash(item) for item in data]
    edge = Edge()
    edge.extend(leaves)
    assert edge.root() == naive_root(leaves)
    assert Edge(edge.size, edge.subtrees).root() == edge.root()


def test_an_edge_that_does_not_fit_its_size_is_refused():
    with pytest.raises(ValueError, match="3 leaves"):
        Edge(3, [b"one"])
