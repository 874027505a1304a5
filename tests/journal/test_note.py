"""Signed notes: one spelling, one signer."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from senim.journal.note import NoteInvalid, TreeHead, sign, verify

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
