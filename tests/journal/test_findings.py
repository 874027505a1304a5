"""What verification says of each tampering: the kind, the place, and the fact an operator is to look into."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.journal.conftest import AT, LATER

from senim.accounts.models import Account
from senim.journal import identity, note, record, stamping, witnesses, witnessing
from senim.journal.models import Checkpoint, Cosignature, Entry, Leaf, TimeStamp, Unsequenced, Witness
from senim.journal.sequencing import CutBack, sequence
from senim.journal.verification import Verification, verify
from senim.journal.verification.verdict import Tampering

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def journal(journal_key, write):
    """Three records under one checkpoint, then three more."""
    for start in (0, 3):
        write(3, start)
        sequence(key=journal_key, at=LATER)
    return journal_key


def entry(number):
    return Entry.objects.get(subject=f"thing:{number}")


def found(**how):
    said = verify(**{"at": LATER, "ask_witnesses": False, **how})
    return [(str(one.kind), one.where, one.fact) for one in said.findings]


def test_a_changed_record_is_named(journal):
    Entry.objects.filter(pk=entry(2).pk).update(verb="other")
    assert found() == [("changed", f"record {entry(2).id}", "it does not say what its leaf says")]


def test_a_record_that_is_gone_is_named_with_its_leaf(journal):
    gone = entry(2)
    Entry.objects.filter(pk=gone.pk).delete()
    assert found() == [("removed", "leaf 2", f"record {gone.id} is gone")]


def test_a_gap_in_the_tree_is_named_by_its_place(journal):
    Leaf.objects.filter(index=4).delete()
    said = found()
    assert ("removed", "leaf 4", "the tree has a gap here") in said
    assert ("truncated", "checkpoint 6", "only 4 leaves are left") in said


def test_changed_personal_facts_are_named_by_their_record(journal):
    said = ("personal facts", f"record {entry(1).id}", "its personal facts are not those recorded")
    Entry.objects.filter(pk=entry(1).pk).update(personal={"iin": "0"})
    assert found() == [said]
    Entry.objects.filter(pk=entry(1).pk).update(personal=None)
    assert found() == [said]
    Entry.objects.filter(pk=entry(1).pk).update(personal={"iin": "061211600012"}, salt=None)
    assert found() == [said]


def test_personal_facts_given_to_a_record_that_had_none_are_named(journal):
    Entry.objects.filter(pk=entry(2).pk).update(personal={"iin": "0"}, salt=bytes(32))
    assert [kind for kind, _, _ in found()] == ["personal facts"]


def test_a_checkpoint_by_another_key_is_named(journal):
    head = Checkpoint.objects.get(size=3)
    forged = note.sign(note.TreeHead(identity.origin(), 3, bytes(head.root)), Ed25519PrivateKey.generate())
    Checkpoint.objects.filter(size=3).update(note=forged)
    assert found() == [("checkpoint", "checkpoint 3", "no signature by this key")]


@pytest.mark.parametrize(("origin", "size"), [("elsewhere/journal", 3), (None, 4)])
def test_a_checkpoint_of_another_log_or_size_is_named(journal, origin, size):
    head = Checkpoint.objects.get(size=3)
    other = note.sign(note.TreeHead(origin or identity.origin(), size, bytes(head.root)), journal)
    Checkpoint.objects.filter(size=3).update(note=other)
    assert found() == [("checkpoint", "checkpoint 3", "it is no checkpoint of this log and size")]


def test_a_root_beside_its_note_is_named(journal):
    Checkpoint.objects.filter(size=3).update(root=bytes(32))
    assert found() == [("checkpoint", "checkpoint 3", "its root is not the one that was signed")]


def test_of_a_tree_written_anew_the_first_checkpoint_that_contradicts_is_named(journal, write):
    write(2, 6)
    sequence(key=journal, at=LATER)
    Leaf.objects.filter(index=4).update(leaf_hash=bytes(32))
    changed, rewritten, forked = found()
    fact = "the leaves do not add up to the signed root: some were reordered or written anew"
    assert rewritten == ("reordered or rewritten", "checkpoint 6", fact)
    assert changed[0] == "changed"
    assert forked == ("forked", "checkpoint file", "the first 8 records are not those it vouches for")
    assert verify(at=LATER, ask_witnesses=False).covered == 3


def test_leaves_beyond_the_last_checkpoint_are_named(journal):
    Checkpoint.objects.filter(size=6).delete()
    assert ("added", "leaf 3", "no checkpoint is signed over it") in found()


def test_before_the_ceremony_no_checkpoint_can_be_genuine(journal, monkeypatch):
    def missing():
        raise FileNotFoundError("journal.pub")

    monkeypatch.setattr("senim.journal.identity.public_key", missing)
    places = [where for kind, where, _ in found() if kind == "checkpoint"]
    assert {"checkpoint 3", "checkpoint 6", "checkpoint file"} <= set(places)


def test_a_record_without_a_seal_is_named_whether_it_is_listed_or_not(journal):
    forged = [
        Entry.objects.create(at=LATER, verb="t", clause="", subject="forged", mac=bytes(32)) for _ in range(2)
    ]
    Unsequenced.objects.create(entry_id=forged[0].id)
    fact = "no process of Senim sealed it as it stands"
    assert found() == [("added", f"record {one.id}", fact) for one in forged]


def test_a_sealed_record_off_the_list_is_young_for_a_minute_and_then_removed(journal):
    young = record(verb="t", clause="", subject="young", at=LATER)
    Unsequenced.objects.all().delete()
    assert found(at=LATER + timedelta(minutes=1)) == []
    assert verify(at=LATER, ask_witnesses=False).waiting == 1
    said = ("removed", f"record {young}", "its place in the tree is gone")
    assert found(at=LATER + timedelta(minutes=1) + SECOND) == [said]


def test_what_waits_or_was_set_aside_is_counted(journal, write):
    write(2, 20)
    Unsequenced.objects.create(entry_id=uuid.uuid4(), set_aside_at=LATER)
    said = verify(at=LATER, ask_witnesses=False)
    assert (said.waiting, said.set_aside, said.covered, said.walked) == (2, 1, 6, 6)


def test_a_listed_record_that_is_gone_or_has_a_leaf_is_named(journal):
    lost = uuid.uuid4()
    for listed in (lost, entry(2).id):
        Unsequenced.objects.create(entry_id=listed)
    assert found() == [
        ("removed", f"record {lost}", "it waited for its leaf and is gone"),
        ("added", f"record {entry(2).id}", "it is listed again though it has a leaf"),
    ]


def test_the_horizon_ends_at_the_newest_checkpoint(journal):
    said = verify(at=LATER, ask_witnesses=False)
    assert (said.covered, said.signed_at, said.witnesses) == (6, LATER, [])
    assert (said.stamped, said.stamped_at, said.rows, said.adopted) == (0, None, 0, 0)


def test_a_file_outside_that_is_missing_foreign_or_of_another_key_is_named(journal):
    file = identity.checkpoint_file()
    whole = file.read_text(encoding="utf-8")
    file.write_text("rubbish", encoding="utf-8")
    assert found() == [("checkpoint", "checkpoint file", "not a checkpoint")]
    head = note.verify(whole, journal.public_key())
    file.write_text(note.sign(head, Ed25519PrivateKey.generate()), encoding="utf-8")
    assert found() == [("checkpoint", "checkpoint file", "no signature by this key")]
    file.unlink()
    assert found() == [("checkpoint", "checkpoint file", "it is missing")]


def test_a_checkpoint_that_was_kept_is_held_against_the_journal(journal):
    larger = note.sign(note.TreeHead(identity.origin(), 9, bytes(32)), journal)
    other = note.sign(note.TreeHead(identity.origin(), 3, bytes(32)), journal)
    nothing = note.sign(note.TreeHead(identity.origin(), 0, bytes(32)), journal)
    earlier = Checkpoint.objects.get(size=3).note
    assert found(against=[earlier]) == []
    assert found(against=[larger, other, nothing, "rubbish"]) == [
        ("checkpoint", "checkpoint given", "not a checkpoint"),
        ("truncated", "checkpoint given", "it vouches for 9 records, of which 6 are left"),
        ("forked", "checkpoint given", "the first 3 records are not those it vouches for"),
        ("forked", "checkpoint given", "the first 0 records are not those it vouches for"),
    ]


def show():
    for one in witnesses.configured():
        witnessing.keep(witnessing.hear(one))
    return one.name


def test_a_witness_that_has_seen_more_is_named_with_both_sizes(journal, write):
    write(2, 6)
    sequence(key=journal, at=LATER)
    name = show()
    lost = Leaf.objects.filter(index__gte=6)
    Entry.objects.filter(pk__in=list(lost.values_list("entry_id", flat=True))).delete()
    lost.delete()
    Checkpoint.objects.filter(size=8).delete()
    Cosignature.objects.all().delete()
    identity.write_checkpoint(Checkpoint.objects.get(size=6).note)
    fact = "it has signed 8 records; the database was taken back to 6"
    assert found(ask_witnesses=True) == [("rolled back", f"witness {name}", fact)]


def test_a_witness_that_denies_is_named_with_the_size_it_signed(journal):
    name = show()
    other = note.sign(note.TreeHead(identity.origin(), 6, bytes(32)), journal)
    Checkpoint.objects.filter(size=6).update(note=other, root=bytes(32))
    fact = "the 6 records it has signed are not the beginning of this journal"
    assert ("forked", f"witness {name}", fact) in found(ask_witnesses=True)


def test_a_line_that_was_kept_and_does_not_hold_is_named(journal, witness):
    name = show()
    Cosignature.objects.update(line="\u2014 rubbish AAAA")
    fact = "no cosignature by sandbox.senim/witness"
    assert found(ask_witnesses=True) == [("checkpoint", "cosignature 6", fact)]
    assert witness.asked
    assert name.startswith("sandbox.senim/witness+")


def test_a_kept_line_whose_checkpoint_is_gone_is_named(journal):
    Cosignature.objects.create(size=99, witness=show(), line=Cosignature.objects.get().line, at=LATER)
    assert [where for _, where, _ in found(ask_witnesses=True)] == ["cosignature 99"]


def test_what_a_silent_witness_saw_last_is_told(journal, witness):
    name = show()
    (one,) = witnesses.configured()
    witness.faults.put("witness", "down")
    said = verify(at=LATER)
    (saw,) = said.witnesses
    assert said.ok
    assert (saw.name, saw.size, saw.signed_at) == (name, 6, Witness.objects.get().signed_at)
    assert saw.problem
    Witness.objects.all().delete()
    (saw,) = verify(at=LATER).witnesses
    assert (saw.size, saw.signed_at) == (0, None)
    witness.faults.clear()
    (saw,) = verify(at=LATER).witnesses
    assert (saw.size, saw.problem) == (6, "")
    assert saw.signed_at is not None
    assert one.name == saw.name


def test_what_is_wrong_with_a_time_stamp_is_said(journal, tsa, write):
    kept = stamping.stamp(stamping.due(at=tsa.at))
    assert (verify(at=LATER).stamped, verify(at=LATER).stamped_at) == (6, tsa.at)
    TimeStamp.objects.update(gen_time_at=tsa.at - SECOND)
    assert found() == [("time-stamp", "time-stamp 6", "it says another time than was noted")]
    TimeStamp.objects.update(gen_time_at=tsa.at, size=5)
    assert found() == [("time-stamp", "time-stamp 5", "the checkpoint it is over is gone")]
    TimeStamp.objects.update(size=6, token=b"rubbish")
    ((kind, where, fact),) = found()
    assert (kind, where) == ("time-stamp", "time-stamp 6")
    assert fact
    assert kept.size == 6


def test_a_larger_tree_stamped_before_a_smaller_one_is_named(journal, tsa, write):
    tsa.at = datetime.now(UTC).replace(microsecond=0)
    stamping.stamp(Checkpoint.objects.get(size=3))
    tsa.at -= SECOND
    stamping.stamp(Checkpoint.objects.get(size=6))
    assert found() == [("time-stamp", "time-stamp 6", "a smaller tree was stamped after it")]
    assert verify(at=LATER, ask_witnesses=False).stamped == 3


def test_two_trees_stamped_in_the_same_second_are_in_order(journal, tsa):
    for size in (3, 6):
        stamping.stamp(Checkpoint.objects.get(size=size))
    assert found() == []


def test_a_row_is_named_with_its_table_and_the_record_that_spoke_last(journal):
    made, kept = (Account.objects.create(iin=iin, created_at=AT) for iin in ("940308492147", "830717350867"))
    last = record(verb="t", clause="", subject="x", at=AT, changed=[made, kept])
    Account.objects.filter(pk=kept.pk).update(surname="Х")
    row = f"accounts_account {kept.pk}"
    assert found() == [("row of record", row, f"it is not as record {last} left it")]
    Account.objects.filter(pk=kept.pk).delete()
    assert found() == [("row of record", row, f"it is gone, and record {last} was the last about it")]
    stranger = Account.objects.create(iin="061211600012", created_at=AT)
    assert ("row of record", f"accounts_account {stranger.pk}", "no record of the journal made it") in found()
    assert verify(at=LATER, ask_witnesses=False).rows == 1


def test_findings_beyond_a_thousand_are_counted_only():
    verdict = Verification()
    for number in range(1_002):
        verdict.find(Tampering.ADDED, number, "x")
    assert (len(verdict.findings), verdict.more_findings, verdict.ok) == (1_000, 2, False)
    assert verdict.findings[-1].where == "999"


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda file, key: file.unlink(), "the checkpoint file is missing beside a journal of 6 records"),
        (lambda file, key: file.write_text("rubbish"), "the checkpoint file is not ours: not a checkpoint"),
        (
            lambda file, key: file.write_text(note.sign(note.TreeHead("x", 6, bytes(32)), key), "utf-8"),
            "the database has no checkpoint of 6 records with the root signed outside",
        ),
    ],
    ids=["missing", "foreign", "another root"],
)
def test_the_sequencer_says_why_it_signs_no_more(journal, write, spoil, why):
    spoil(identity.checkpoint_file(), journal)
    write(1, 50)
    with pytest.raises(CutBack, match=why):
        sequence(key=journal, at=LATER)
    assert Checkpoint.objects.count() == 2
    assert Unsequenced.objects.filter(set_aside_at=None).count() == 1
