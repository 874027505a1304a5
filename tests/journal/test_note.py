"""Signed notes: one spelling, one signer."""

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from senim.journal.note import COSIGNER, LOG, NoteInvalid, TreeHead, Verifier, sign, verify

KEY = Ed25519PrivateKey.generate()
HEAD = TreeHead("localhost/senim/journal", 7, bytes(32))


def test_a_signed_checkpoint_is_read_back():
    assert verify(sign(HEAD, KEY), KEY.public_key()) == HEAD


def test_another_key_is_not_believed():
    with pytest.raises(NoteInvalid):
        verify(sign(HEAD, Ed25519PrivateKey.generate()), KEY.public_key())


@pytest.mark.parametrize(
    ("old", "new"), [("\n7\n", "\n8\n"), ("\n7\n", "\n07\n"), ("AAAA", "BAAA"), ("\n\n", "\n")]
)
def test_a_changed_note_is_refused(old, new):
    changed = sign(HEAD, KEY).replace(old, new, 1)
    with pytest.raises(NoteInvalid):
        verify(changed, KEY.public_key())


@pytest.mark.parametrize("rubbish", ["", "\n\n", "a\nb\nc\n\n", "a\n1\n!!!!\n\n\u2014 a b\n"])
def test_rubbish_is_refused(rubbish):
    with pytest.raises(NoteInvalid):
        verify(rubbish, KEY.public_key())


def test_a_note_is_spelled_as_the_specification_spells_it():
    key_id = Verifier("log", KEY.public_key()).id
    lines = sign(TreeHead("log", 7, bytes(32)), KEY).split("\n")
    assert lines[:4] == ["log", "7", "A" * 43 + "=", ""]
    dash, name, encoded = lines[4].split(" ")
    assert (dash, name, lines[5:]) == ("\u2014", "log", [""])
    signature = base64.b64decode(encoded)
    assert (signature[:4], len(signature)) == (key_id, 4 + 64)
    KEY.public_key().verify(signature[4:], b"log\n7\n" + b"A" * 43 + b"=\n")


def test_a_key_id_is_the_digest_of_name_kind_and_key():
    raw = KEY.public_key().public_bytes_raw()
    for kind in (LOG, COSIGNER):
        verifier = Verifier("log", KEY.public_key(), kind)
        assert verifier.id == hashlib.sha256(b"log\n" + bytes([kind]) + raw).digest()[:4]
        material = base64.b64encode(bytes([kind]) + raw).decode()
        assert verifier.spell() == f"log+{verifier.id.hex()}+{material}"
        assert Verifier.read(f" {verifier.spell()}\n") == verifier


@pytest.mark.parametrize("kind", [0, 2, 5])
def test_a_key_of_a_kind_we_do_not_know_is_refused(kind):
    with pytest.raises(NoteInvalid, match="of a kind we know"):
        Verifier.read(Verifier("log", KEY.public_key(), kind).spell())


def test_a_key_without_a_name_is_refused():
    with pytest.raises(NoteInvalid):
        Verifier.read(Verifier("", KEY.public_key()).spell())


def test_signatures_of_strangers_on_a_note_do_no_harm():
    text, ours = sign(HEAD, KEY).split("\n\n")
    stranger = sign(HEAD, Ed25519PrivateKey.generate()).split("\n\n")[1]
    same_id = Verifier(HEAD.origin, KEY.public_key()).id + bytes(64)
    forged = f"\u2014 {HEAD.origin} {base64.b64encode(same_id).decode()}\n"
    crowd = f"{text}\n\n\u2014 a !!!!\nno line\n{stranger}{forged}{ours}"
    assert verify(crowd, KEY.public_key()) == HEAD
    with pytest.raises(NoteInvalid, match="no signature by this key"):
        verify(f"{text}\n\n{stranger}{forged}", KEY.public_key())


@pytest.mark.parametrize(
    "note",
    ["log\n07\nAAAA\n\n", "log\n 7\nAAAA\n\n", "log\n7\n\n", "log\n7\nAAAA\nmore\n\n", "log\n7\nAAAA\n"],
)
def test_a_tree_head_has_one_spelling(note):
    assert TreeHead.read("log\n7\nAAAA\n\n") == TreeHead("log", 7, bytes(3))
    with pytest.raises(NoteInvalid, match="not a checkpoint"):
        TreeHead.read(note)
