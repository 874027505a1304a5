"""The sequencer's errands beside the sequencing: how often, what is said, and what is not asked twice."""

import dataclasses
import logging
from datetime import timedelta

import httpx
import pytest
from tests.journal.conftest import LATER

from senim.journal import condition, note, sequencer, witnesses, witnessing
from senim.journal.models import Checkpoint, Cosignature, TimeStamp
from senim.journal.sequencer import NotWitnessed, Stamping, Witnessing
from senim.journal.sequencing import sequence

pytestmark = pytest.mark.django_db


class Rounds:
    """A stop that comes after so many rounds and remembers how long each waited."""

    def __init__(self, count):
        self.left, self.waited = count, []

    def wait(self, seconds):
        self.waited.append(seconds)
        self.left -= 1
        return self.left < 0


def errand(outcomes):
    """Does as the next of these says: fails with it, or is done where it is empty."""
    left = iter(outcomes)

    def one_more():
        if said := next(left):
            raise RuntimeError(said)

    return one_more


def attend(*outcomes):
    rounds = Rounds(len(outcomes))
    sequencer.attend(errand(outcomes), rounds)
    return rounds.waited


def test_what_fails_is_tried_ever_more_seldom_up_to_once_a_minute():
    assert attend(*["away"] * 8) == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_after_a_success_it_is_tried_each_second_again():
    assert attend("away", "away", "", "", "away") == [1, 2, 4, 1, 1, 2]


def test_a_failure_is_said_once_and_again_after_a_success_or_another(caplog):
    caplog.set_level(logging.WARNING, "senim.journal")
    attend("away", "away", "broken", "broken", "", "broken")
    assert [message.split(": ")[1] for message in caplog.messages] == ["away", "broken", "broken"]


@pytest.fixture
def journal(journal_key, write):
    write(3)
    sequence(key=journal_key, at=LATER)
    return journal_key


def test_a_witness_is_shown_each_checkpoint_once(journal, witness, write):
    show = Witnessing()
    for _ in range(3):
        show()
    assert len(witness.asked) == 1
    write(2, 3)
    sequence(key=journal, at=LATER)
    for _ in range(3):
        show()
    assert len(witness.asked) == 2
    assert sorted(Cosignature.objects.values_list("size", flat=True)) == [3, 5]


def test_before_anything_is_signed_no_witness_is_asked(journal_key, witness):
    Witnessing()()
    assert witness.asked == []


def test_a_witness_that_did_not_sign_is_named_with_its_reason_and_asked_again(journal, witness):
    show = Witnessing()
    witness.faults.put("witness", "down")
    (one,) = witnesses.configured()
    for _ in range(2):
        with pytest.raises(NotWitnessed) as failed:
            show()
    assert str(failed.value).startswith(f"{one.name} silent: ")
    assert len(witness.asked) == 2
    witness.faults.clear()
    show()
    assert Cosignature.objects.get().witness == one.name


def test_one_witness_that_is_silent_holds_up_no_other(journal, witness, monkeypatch):
    (good,) = witnesses.configured()
    silent = dataclasses.replace(good.verifier, name="elsewhere/witness")
    both = (witnesses.Witness(silent, good.address), good)
    monkeypatch.setattr(witnesses, "configured", lambda: both)
    show = Witnessing()
    with pytest.raises(NotWitnessed, match=r"^elsewhere/witness.* silent: "):
        show()
    assert Cosignature.objects.get().witness == good.name
    with pytest.raises(NotWitnessed):
        show()
    assert Cosignature.objects.count() == 1


def test_the_newest_checkpoint_is_stamped_when_its_hour_has_come(journal, tsa):
    Stamping()()
    assert TimeStamp.objects.get().size == 3
    Stamping()()
    assert TimeStamp.objects.count() == 1


@pytest.mark.parametrize(
    ("word", "problem"),
    [(witnessing.Word.AHEAD, "it has signed 9 records, we 3"), (witnessing.Word.FORKED, "")],
)
def test_what_a_witness_holds_against_us_is_kept_until_it_signs(journal, word, problem):
    (one,) = witnesses.configured()
    known = witnessing.Known.objects
    for _ in range(2):
        witnessing.keep(witnessing.Testimony(one.name, word, size=9, problem=problem))
        kept = known.get()
        assert (kept.size, kept.problem) == (0, f"{word}: {problem}")
    since = kept.problem_since_at
    witnessing.keep(witnessing.Testimony(one.name, witnessing.Word.SILENT, problem="x" * 500))
    kept = known.get()
    assert kept.problem_since_at == since
    assert (len(kept.problem), kept.problem[:10]) == (200, "silent: xx")
    witnessing.keep(witnessing.hear(one))
    kept = known.get()
    assert (kept.size, kept.problem, kept.problem_since_at) == (3, "", None)
    assert kept.signed_at == Cosignature.objects.get().at


def test_a_witness_that_forgets_what_it_signed_vouches_for_nothing(journal, monkeypatch):
    (one,) = witnesses.configured()
    witnessing.keep(witnessing.hear(one))

    def forgetful(*_, **__):
        raise witnesses.WitnessElsewhere(1)

    monkeypatch.setattr(witnesses, "add_checkpoint", forgetful)
    said = witnessing.hear(one)
    assert (said.word, said.problem) == (witnessing.Word.SILENT, "it forgot that it signed 3 records")


def test_a_witness_that_keeps_changing_its_word_is_not_asked_for_ever(journal, monkeypatch):
    (one,) = witnesses.configured()
    sizes = []

    def fickle(_, *, old, **__):
        sizes.append(old)
        raise witnesses.WitnessElsewhere(1 if old != 1 else 2)

    monkeypatch.setattr(witnesses, "add_checkpoint", fickle)
    said = witnessing.hear(one)
    assert (said.word, said.problem) == (witnessing.Word.SILENT, "it contradicts itself")
    assert sizes == [0, 1, 2, 1]


def test_where_no_witness_can_be_found_that_is_said(journal, witness):
    witness.up = False
    (said,) = witnessing.hear_witnesses()
    assert (said.name, said.word) == ("the sandbox's witness", witnessing.Word.SILENT)
    assert "ConnectError" in said.problem


def test_a_silent_witness_is_quoted(journal, monkeypatch):
    (one,) = witnesses.configured()
    monkeypatch.setattr("senim.journal.witnesses.httpx.post", lambda *_, **__: httpx.Response(500))
    assert witnessing.hear(one).problem == "it answered 500"


def test_witnesses_that_did_not_sign_are_listed_with_what_they_hold_against_us(db):
    for name, problem in (("b", "forked: x"), ("a", "silent: it answered 500"), ("c", "ahead: y")):
        witnessing.Known.objects.create(name=name, problem=problem, problem_since_at=LATER)
    witnessing.Known.objects.create(name="d")
    assert condition.complaints() == [
        condition.Complaint("a", "silent: it answered 500", LATER, against_us=False),
        condition.Complaint("b", "forked: x", LATER, against_us=True),
        condition.Complaint("c", "ahead: y", LATER, against_us=True),
    ]


def test_time_stamping_lags_since_the_oldest_checkpoint_after_the_last_stamp(db):
    assert condition.unstamped_since() is None
    hours = {3: LATER, 5: LATER + timedelta(hours=1), 7: LATER + timedelta(hours=2)}
    for size, at in hours.items():
        Checkpoint.objects.create(size=size, root=bytes(32), edge=[], note="", at=at)
    assert condition.unstamped_since() == hours[3]
    for size, since in ((3, hours[5]), (5, hours[7]), (7, None)):
        TimeStamp.objects.create(size=size, token=b"", gen_time_at=hours[size])
        assert condition.unstamped_since() == since


def test_a_witness_that_signed_says_what_and_when(journal):
    (one,) = witnesses.configured()
    said, head = witnessing.hear(one), Checkpoint.objects.get()
    assert (said.name, said.word, said.size) == (one.name, witnessing.Word.SIGNED, 3)
    assert (said.head, said.verifier) == (note.TreeHead.read(head.note), one.verifier)
    assert note.cosignature(f"{head.note}{said.line}\n", one.verifier).time == int(said.at.timestamp())
