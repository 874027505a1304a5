"""Where a record stands, and the proof of it: what is handed out, on what it rests, what is refused."""

import base64
import json
import uuid

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.journal.conftest import AT, LATER

from senim.journal import identity, note, places, proof_files, record, witnesses, witnessing
from senim.journal.condition import Waiting, waiting
from senim.journal.models import Checkpoint, Cosignature, Entry, Leaf
from senim.journal.places import NoSuchRecord, Place
from senim.journal.proof_files import NotAProof, Witnessed
from senim.journal.sequencing import as_record, sequence

pytestmark = pytest.mark.django_db


@pytest.fixture
def journal(journal_key, write):
    """Three records, then four."""
    for start, count in ((0, 3), (3, 4)):
        write(count, start)
        sequence(key=journal_key, at=LATER)
    return journal_key


@pytest.fixture
def verifier():
    (one,) = witnesses.configured()
    return one.verifier


def entry(number):
    return Entry.objects.get(subject=f"thing:{number}")


def show():
    for one in witnesses.configured():
        witnessing.keep(witnessing.hear(one))


def test_the_place_of_the_newest_record_about_each_thing_is_told(journal):
    first = places.places_of(["thing:0", "thing:6", "thing:99"])
    assert first == {"thing:0": Place(entry(0).id, 1), "thing:6": Place(entry(6).id, 7)}
    young = record(verb="test.other", clause="", subject="thing:0", at=LATER)
    assert places.places_of(["thing:0"]) == {"thing:0": Place(young, None)}
    assert places.places_of(["thing:0"], verbs=["test.write"])["thing:0"].number == 1
    assert places.places_of(["thing:0"], verbs=["nothing"]) == {}


def test_a_proof_says_the_record_its_number_and_what_was_signed(journal):
    said = proof_files.check(places.prove(entry(4).id), key=journal.public_key())
    assert (said.index, said.number, said.head.size) == (4, 5, 7)
    assert said.record == json.loads(as_record(entry(4)).leaf_bytes())
    assert said.head == note.verify(places.newest_checkpoint(), journal.public_key())
    assert said.witnesses == ()


def test_a_proof_rests_on_the_newest_checkpoint_a_witness_has_signed(journal, write, verifier):
    show()
    write(2, 7)
    sequence(key=journal, at=LATER)
    seen, unseen = (
        proof_files.check(places.prove(entry(number).id), key=journal.public_key(), witnesses=[verifier])
        for number in (6, 7)
    )
    assert (seen.head.size, unseen.head.size) == (7, 9)
    signed_at = int(Cosignature.objects.get().at.timestamp())
    assert seen.witnesses == (Witnessed("sandbox.senim/witness", signed_at),)
    assert unseen.witnesses == ()


def test_a_witness_under_another_key_vouches_for_nothing(journal, verifier):
    show()
    stranger = note.Verifier(verifier.name, Ed25519PrivateKey.generate().public_key(), note.COSIGNER)
    text = places.prove(entry(0).id)
    both = proof_files.check(text, key=journal.public_key(), witnesses=[stranger, verifier])
    assert [one.name for one in both.witnesses] == [verifier.name]


def test_a_proof_needs_a_record_with_a_place_under_a_checkpoint(journal, write):
    young = record(verb="test.write", clause="", subject="thing:young", at=LATER)
    for record_id in (uuid.uuid4(), young):
        with pytest.raises(NoSuchRecord):
            places.prove(record_id)
    Checkpoint.objects.filter(size=7).delete()
    with pytest.raises(NoSuchRecord):
        places.prove(entry(5).id)
    assert proof_files.check(places.prove(entry(1).id), key=journal.public_key()).head.size == 3


def test_no_proof_is_handed_out_that_does_not_hold(journal):
    Leaf.objects.filter(index=2).update(leaf_hash=bytes(32))
    with pytest.raises(NotAProof, match="not at this place in the tree that was signed"):
        places.prove(entry(0).id)


def test_the_newest_checkpoint_carries_the_lines_of_its_witnesses(journal, verifier):
    bare = Checkpoint.objects.get(size=7).note
    assert places.newest_checkpoint() == bare
    show()
    assert places.newest_checkpoint() == f"{bare}{Cosignature.objects.get().line}\n"
    assert note.cosignature(places.newest_checkpoint(), verifier)
    assert places.newest_size() == 7


def test_before_anything_is_signed_there_is_nothing_to_keep(journal_key):
    assert places.newest_size() == 0
    with pytest.raises(NoSuchRecord):
        places.newest_checkpoint()


def test_the_key_is_spelled_with_the_logs_name(journal, monkeypatch):
    read = note.Verifier.read(places.verifier_key())
    assert (read.name, read.kind) == (identity.origin(), note.LOG)
    assert read.key.public_bytes_raw() == journal.public_key().public_bytes_raw()

    def missing():
        raise FileNotFoundError

    monkeypatch.setattr("senim.journal.identity.public_key", missing)
    assert places.verifier_key() == ""


def with_extra(text, content):
    first, _, rest = text.split("\n", 2)
    return f"{first}\nextra {base64.b64encode(content).decode()}\n{rest}"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: "",
        lambda text: text.replace("@v1", "@v2", 1),
        lambda text: text.replace("index 4", "index 04", 1),
        lambda text: text.replace("index 4", "index -1", 1),
        lambda text: text.replace("index 4", "index 3", 1),
        lambda text: text.replace("index 4", "4", 1),
        lambda text: text.replace("index 4", "index 7", 1),
        lambda text: text.replace("index 4", "index 4\n" + "A" * 43 + "=", 1),
        lambda text: text.replace("index 4", "index 4\n" + "\n".join(["A" * 43 + "="] * 64), 1),
        lambda text: text.replace("index 4", "index 4\n!!!!", 1),
        lambda text: text.replace("\n\n", "\n", 1),
        lambda text: with_extra(text, b"[]"),
        lambda text: with_extra(text, b"{}"),
        lambda text: with_extra(text, b"{"),
        lambda text: text.split("\n\n")[0] + "\n\n",
    ],
)
def test_a_proof_with_anything_changed_proves_nothing(journal, spoil):
    text = places.prove(entry(4).id)
    assert proof_files.check(text, key=journal.public_key())
    with pytest.raises(NotAProof):
        proof_files.check(spoil(text), key=journal.public_key())


def test_a_leaf_that_is_no_record_is_not_believed_to_be_one():
    """Whoever signs a tree over something else than records gets no reader to show it."""
    from senim.journal.tree import leaf_hash

    key = Ed25519PrivateKey.generate()
    for leaf, fine in ((b"[1]", False), (b'{"verb":"x"}', True)):
        signed = note.sign(note.TreeHead("log", 1, leaf_hash(leaf)), key)
        text = proof_files.write(leaf=leaf, index=0, path=[], checkpoint=signed)
        if fine:
            assert proof_files.check(text, key=key.public_key()).record == {"verb": "x"}
        else:
            with pytest.raises(NotAProof, match="not at this place"):
                proof_files.check(text, key=key.public_key())


def test_a_proof_file_is_spelled_as_the_specification_spells_it():
    text = proof_files.write(leaf=b"leaf", index=3, path=[bytes(32)], checkpoint="log\n4\nroot\n\nsigned\n")
    assert text == (
        "c2sp.org/tlog-proof@v1\nextra bGVhZg==\nindex 3\n" + "A" * 43 + "=\n\nlog\n4\nroot\n\nsigned\n"
    )


def test_what_waits_is_counted_from_the_oldest_on(journal, write):
    assert waiting() is None
    write(3, 20)
    assert waiting() == Waiting(3, AT.replace(second=20))
    sequence(key=journal, at=LATER)
    assert waiting() is None
