"""Witnesses: what is sent, what is believed, and that nobody waits for them."""

import threading

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.journal.conftest import LATER

from senim.journal import identity, note, sequencer, witnesses, witnessing
from senim.journal.models import Checkpoint, Cosignature, Leaf
from senim.journal.models import Witness as Known
from senim.journal.sequencing import sequence
from senim.journal.witnessing import Word

pytestmark = pytest.mark.django_db
URL = "http://127.0.0.1:1/witness/add-checkpoint"


@pytest.fixture
def journal(journal_key, write):
    write(5)
    sequence(key=journal_key, at=LATER)
    return journal_key


def show():
    (one,) = witnesses.configured()
    testimony = witnessing.hear(one)
    witnessing.keep(testimony)
    return testimony


def test_a_checkpoint_is_signed_by_the_witness_and_the_line_is_kept(journal, witness):
    testimony = show()
    assert (testimony.word, testimony.size) == (Word.SIGNED, 5)
    kept = Cosignature.objects.get()
    text = Checkpoint.objects.get().note + kept.line + "\n"
    assert note.cosignature(text, testimony.verifier).time == int(kept.at.timestamp())
    assert note.verify(text, identity.public_key()).size == 5


def test_growth_is_proved_to_the_witness(journal, witness, write):
    show()
    write(30, 5)
    sequence(key=journal, at=LATER)
    assert show().word is Word.SIGNED
    assert witness.asked[-1].startswith(b"old 5\n")
    assert witness.asked[-1].split(b"\n\n")[0].count(b"\n") > 1


def test_a_log_that_forgot_what_the_witness_signed_asks_and_goes_on(journal, witness, write):
    show()
    Known.objects.all().delete()
    write(4, 5)
    sequence(key=journal, at=LATER)
    assert show().word is Word.SIGNED
    assert [asked.split(b"\n")[0] for asked in witness.asked[-2:]] == [b"old 0", b"old 5"]


def test_a_witness_that_was_restarted_remembers(journal, witness, write):
    show()
    witness.restart()
    Known.objects.update(size=0)
    assert show().word is Word.SIGNED
    assert [asked.split(b"\n")[0] for asked in witness.asked[-2:]] == [b"old 0", b"old 5"]


def test_a_log_that_was_cut_is_told_what_the_witness_has_seen(journal, witness):
    show()
    head = Checkpoint.objects.get()
    shorter = note.sign(note.TreeHead(identity.origin(), 3, bytes(32)), journal)
    Checkpoint.objects.filter(pk=head.pk).delete()
    Checkpoint.objects.create(size=3, root=bytes(32), edge=[], note=shorter, at=LATER)
    assert (show().word, show().size) == (Word.AHEAD, 5)


def test_a_rewritten_log_is_denied(journal, witness, write):
    show()
    write(3, 5)
    Leaf.objects.filter(index=2).update(leaf_hash=bytes(32))
    sequence(key=journal, at=LATER)
    assert show().word is Word.FORKED
    assert "forked" in Known.objects.get().problem


def test_a_fork_of_the_same_size_is_denied(journal, witness):
    show()
    other = note.sign(note.TreeHead(identity.origin(), 5, bytes(32)), journal)
    Checkpoint.objects.update(note=other)
    assert show().word is Word.FORKED


def test_a_witness_that_is_down_is_silent_and_its_last_word_stays(journal, witness, write):
    show()
    (one,) = witnesses.configured()
    witness.up = False
    testimony = witnessing.hear(one)
    witnessing.keep(testimony)
    assert testimony.word is Word.SILENT
    known = Known.objects.get()
    assert (known.size, "silent" in known.problem) == (5, True)
    assert witnessing.hear_witnesses()[0].word is Word.SILENT


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text=""),
        httpx.Response(200, text="\u2014 sandbox.senim/witness AAAA\n"),
        httpx.Response(200, content=b"x" * 20_000),
        httpx.Response(500),
        httpx.Response(404),
    ],
    ids=["nothing", "rubbish", "too long", "broken", "unknown log"],
)
def test_an_answer_that_means_nothing_is_not_believed(journal, monkeypatch, answer):
    (one,) = witnesses.configured()
    monkeypatch.setattr("senim.journal.witnesses.httpx.post", lambda *_, **__: answer)
    assert witnessing.hear(one).word is Word.SILENT


@pytest.mark.parametrize("fault", ["down", "tampered", "foreign", "stale", "garbage"])
def test_a_witness_out_of_order_is_silent_and_later_signs_all_the_same(journal, witness, write, fault):
    show()
    witness.faults.put("witness", fault)
    write(3, 5)
    sequence(key=journal, at=LATER)
    assert show().word is Word.SILENT
    witness.faults.clear()
    assert (show().word, Cosignature.objects.count()) == (Word.SIGNED, 2)


def test_a_line_signed_by_another_key_is_not_believed(journal, witness):
    (one,) = witnesses.configured()
    stranger = note.Verifier(one.name, Ed25519PrivateKey.generate().public_key(), note.COSIGNER)
    assert witnessing.hear(witnesses.Witness(stranger, one.address)).word is Word.SILENT


def test_witnesses_of_a_file_are_asked(journal, witness, tmp_path, monkeypatch, settings_of_the_journal):
    (one,) = witnesses.configured()
    file = tmp_path / "witnesses"
    file.write_text(f"# ours\n{one.verifier.spell()} {one.address}/\n", encoding="utf-8")
    settings_of_the_journal(journal_witnesses=str(file))
    assert witnesses.configured() == (one,)


@pytest.mark.django_db(transaction=True)
def test_a_slow_witness_holds_up_no_checkpoint(journal_key, write, monkeypatch):
    """The witness's thread hangs in its answer; records are placed and signed meanwhile."""
    asked, go_on, stop = threading.Event(), threading.Event(), threading.Event()

    def hang(*_, **__):
        asked.set()
        go_on.wait(20)
        raise httpx.ReadTimeout("slow")

    write(1)
    sequence(key=journal_key, at=LATER)
    monkeypatch.setattr("senim.journal.witnesses.httpx.get", hang)
    monkeypatch.setattr(sequencer, "EVERY_SECONDS", 0.01)
    thread = threading.Thread(target=sequencer.attend, args=(sequencer.Witnessing(), stop))
    thread.start()
    assert asked.wait(10)
    write(3, 1)
    assert sequence(key=journal_key, at=LATER).added == 3
    stop.set()
    go_on.set()
    thread.join(10)
    assert not thread.is_alive()


def submission(key, *, old=0, size=1, proof=(), origin=None, root=bytes(32)):
    head = note.TreeHead(origin or identity.origin(), size, root)
    steps = "".join(f"{step}\n" for step in proof)
    return f"old {old}\n{steps}\n{note.sign(head, key)}".encode()


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, 200),
        ({"origin": "elsewhere/log"}, 404),
        ({"old": 2}, 400),
        ({"old": 1}, 409),
        ({"proof": ["AAAA"]}, 400),
        ({"proof": ["A" * 43 + "="]}, 422),
        ({"old": "01"}, 400),
    ],
    ids=["good", "another log", "shrinks", "wrong old size", "short step", "proof from nothing", "spelling"],
)
def test_the_witness_answers_as_the_protocol_says(journal_key, witness, change, status):
    answer = witness.post(URL, content=submission(journal_key, **change))
    assert answer.status_code == status
    if status == 409:
        assert (answer.text, answer.headers["content-type"].split(";")[0]) == ("0\n", "text/x.tlog.size")


def test_the_witness_signs_for_nobody_but_the_log(journal_key, witness):
    answer = witness.post(URL, content=submission(Ed25519PrivateKey.generate()))
    assert answer.status_code == 403


def test_what_is_cosigned_is_spelled_as_the_specification_spells_it():
    """The example of tlog-cosignature."""
    head = note.TreeHead("example.com/behind-the-sofa", 20852163, bytes(32))
    assert note.cosigned_text(head, 1679315147) == (
        b"cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n" + b"A" * 43 + b"=\n"
    )


@pytest.mark.parametrize("kind", [note.LOG, note.COSIGNER])
def test_a_verifier_key_is_read_back_and_a_changed_one_is_refused(kind):
    verifier = note.Verifier("witness.example.com/w1", Ed25519PrivateKey.generate().public_key(), kind)
    spelled = verifier.spell()
    assert note.Verifier.read(spelled) == verifier
    for wrong in (spelled.replace("w1", "w2"), spelled[:-4], "a+b", ""):
        with pytest.raises(note.NoteInvalid):
            note.Verifier.read(wrong)
