"""Proofs against the vectors of RFC 6962 (certificate-transparency test data), and against the sandbox's
witness, which was written from the specification by itself.
"""

import base64
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.journal.vectors import DATA

from senim.journal import proofs
from senim.journal.proofs import ProofInvalid, root_by_inclusion
from senim.journal.tree import Edge, leaf_hash
from senim_sandbox.witness import trees

LEAVES = [leaf_hash(bytes.fromhex(item)) for item in DATA]


def hashes_over(leaves):
    def over(start, end):
        edge = Edge()
        edge.extend(leaves[start:end])
        return edge.root()

    return over


def root(leaves, size):
    return hashes_over(leaves)(0, size)


def test_inclusion_paths_are_those_published():
    path = proofs.inclusion(0, 8, hashes_over(LEAVES))
    assert [step.hex() for step in path] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]


def test_consistency_paths_are_those_published():
    path = proofs.consistency(6, 8, hashes_over(LEAVES))
    assert [step.hex() for step in path] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@settings(max_examples=60)
@given(st.data())
def test_every_leaf_is_proved_and_no_other_leaf_passes_for_it(data):
    leaves = [leaf_hash(bytes([number])) for number in range(data.draw(st.integers(1, 70)))]
    index = data.draw(st.integers(0, len(leaves) - 1))
    path = proofs.inclusion(index, len(leaves), hashes_over(leaves))
    good = root(leaves, len(leaves))
    assert root_by_inclusion(leaves[index], index=index, size=len(leaves), path=path) == good
    assert root_by_inclusion(leaf_hash(b"no"), index=index, size=len(leaves), path=path) != good
    for wrong in ([*path, bytes(32)], path[:-1] if path else [bytes(32)]):
        with pytest.raises(ProofInvalid):
            root_by_inclusion(leaves[index], index=index, size=len(leaves), path=wrong)


@settings(max_examples=120)
@given(st.data())
def test_a_witness_that_read_the_standard_by_itself_finds_every_growth_consistent_and_nothing_else(data):
    leaves = [leaf_hash(bytes([number])) for number in range(data.draw(st.integers(0, 70)))]
    size = len(leaves)
    old = data.draw(st.integers(0, size))
    path = proofs.consistency(old, size, hashes_over(leaves))
    before, after = root(leaves, old), root(leaves, size)
    trees.check(old, before, size, after, path)
    broken = [path, before, after]
    place = data.draw(st.integers(0, 2))
    broken[place] = [*path, bytes(32)] if place == 0 else hashlib.sha256(broken[place]).digest()
    if old == 0 and place == 2:
        return  # every tree follows from the empty one
    with pytest.raises(trees.NotConsistent):
        trees.check(old, broken[1], size, broken[2], broken[0])


def test_nothing_is_proved_of_what_is_not_in_the_tree():
    with pytest.raises(ValueError, match="never one of 3"):
        proofs.consistency(3, 2, hashes_over(LEAVES))
    with pytest.raises(ValueError, match="has none at 8"):
        proofs.inclusion(8, 8, hashes_over(LEAVES))


def test_the_empty_root_is_the_published_one():
    assert base64.b16encode(trees.EMPTY).lower()[:8] == b"e3b0c442"
