"""Whoever holds the database tampers with it, and ``senim journal verify`` says so. Each kind is a test.

The tamperer of these tests can write every table and the files beside the database, but has neither the
sequencer's key nor the seal's secret nor the witness.
"""

import re
import shutil
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.journal.commands import kinds, senim, verdict
from tests.journal.conftest import LATER

from senim.journal import identity, note, stamping, witnesses, witnessing
from senim.journal.models import (
    Checkpoint,
    Cosignature,
    Entry,
    Leaf,
    Subtree,
    TimeStamp,
    Unsequenced,
    Witness,
)
from senim.journal.record import digest_of_personal
from senim.journal.sequencing import as_record, sequence
from senim.journal.tree import Edge, leaf_hash

pytestmark = pytest.mark.django_db


@pytest.fixture
def journal(journal_key, write):
    """Twenty records under three checkpoints, the last two of them witnessed."""
    for start, count in ((0, 6), (6, 8), (14, 6)):
        write(count, start)
        sequence(key=journal_key, at=LATER)
        if start:
            show_to_witnesses()
    return journal_key


def show_to_witnesses():
    for one in witnesses.configured():
        witnessing.keep(witnessing.hear(one))


def test_an_untouched_journal_states_its_horizon(journal, write, witness):
    write(2, 40)
    said = verdict()
    assert (said["ok"], said["covered"], said["waiting"]) == (True, 20, 2)
    assert [(saw["size"], saw["problem"]) for saw in said["witnesses"]] == [(20, "")]
    code, printed = senim("journal", "verify")
    assert code == 0
    assert "20 records vouched for" in printed
    assert "2 younger than the newest checkpoint: nothing proves them yet" in printed
    assert re.search(r"witness sandbox\.senim/witness\+[0-9a-f]{8} saw 20 records", printed)


def test_a_silent_witness_is_part_of_the_horizon_and_no_tampering(journal, witness):
    witness.up = False
    assert verdict()["ok"]
    assert "silent" in senim("journal", "verify")[1]
    assert "no witness was asked" in senim("journal", "verify", "--offline")[1]


def test_1_a_changed_record(journal):
    Entry.objects.filter(subject="thing:5").update(facts={"number": 99})
    assert kinds() == {"changed"}


def test_2_a_removed_record(journal):
    Entry.objects.filter(subject="thing:5").delete()
    assert kinds() == {"removed"}


def test_3_an_added_record(journal):
    """The sequencer takes no record without a Senim process's seal, and goes on with the others."""
    forged = Entry.objects.create(at=LATER, verb="test.forged", clause="", subject="thing:0", mac=bytes(32))
    Unsequenced.objects.create(entry_id=forged.id)
    assert kinds() == {"added"}


def test_4_a_truncated_tail(journal):
    tail = Leaf.objects.filter(index__gte=14)
    Entry.objects.filter(pk__in=list(tail.values_list("entry_id", flat=True))).delete()
    tail.delete()
    assert "truncated" in kinds()
    Checkpoint.objects.filter(size__gt=14).delete()
    assert "truncated" in kinds("--offline")


def test_5_two_records_that_changed_places(journal):
    """Leaf and record still fit each other; only the tree knows the order."""
    first, second = Leaf.objects.get(index=3), Leaf.objects.get(index=9)
    Leaf.objects.filter(index__in=[3, 9]).delete()
    for leaf, place in ((first, 9), (second, 3)):
        Leaf.objects.create(index=place, entry_id=leaf.entry_id, leaf_hash=leaf.leaf_hash)
    assert "reordered or rewritten" in kinds("--offline")


def test_6_a_replaced_checkpoint(journal):
    stranger = Ed25519PrivateKey.generate()
    head = Checkpoint.objects.get(size=20)
    forged = note.sign(note.TreeHead(identity.origin(), 20, bytes(head.root)), stranger)
    Checkpoint.objects.filter(size=20).update(note=forged)
    assert "checkpoint" in kinds("--offline")


def rewrite_everything(key, *, facts, keep_size):
    """Even the sequencer's key is in wrong hands: a whole new tree, rightly signed, to the last leaf."""
    Checkpoint.objects.all().delete()
    Subtree.objects.all().delete()
    Cosignature.objects.all().delete()
    Witness.objects.all().delete()
    cut = Leaf.objects.filter(index__gte=keep_size)
    Entry.objects.filter(pk__in=list(cut.values_list("entry_id", flat=True))).delete()
    cut.delete()
    entry = Entry.objects.get(subject="thing:5")
    entry.facts = facts
    entry.mac = as_record(entry).mac()
    entry.save()
    Leaf.objects.filter(entry_id=entry.id).update(leaf_hash=leaf_hash(as_record(entry).leaf_bytes()))
    edge = Edge()
    edge.extend(bytes(one) for one in Leaf.objects.order_by("index").values_list("leaf_hash", flat=True))
    head = note.TreeHead(identity.origin(), edge.size, edge.root())
    signed = note.sign(head, key)
    parts = [part.hex() for part in edge.subtrees]
    Checkpoint.objects.create(size=edge.size, root=head.root, edge=parts, note=signed, at=LATER)
    identity.write_checkpoint(signed)


def test_7_a_rightly_signed_fork_is_noticed_by_the_witness_alone(journal):
    rewrite_everything(journal, facts={"number": 99}, keep_size=20)
    assert verdict("--offline")["ok"]
    assert kinds() == {"forked"}


def test_8_a_database_rolled_back_together_with_its_files_is_noticed_by_the_witness_alone(
    journal, write, tmp_path
):
    kept = tmp_path / "backup"
    shutil.copy(identity.checkpoint_file(), kept)
    write(5, 20)
    sequence(key=journal, at=LATER)
    show_to_witnesses()
    lost = Leaf.objects.filter(index__gte=20)
    Entry.objects.filter(pk__in=list(lost.values_list("entry_id", flat=True))).delete()
    lost.delete()
    Checkpoint.objects.filter(size__gt=20).delete()
    Cosignature.objects.filter(size__gt=20).delete()
    Witness.objects.update(size=20)
    shutil.copy(kept, identity.checkpoint_file())
    assert verdict("--offline")["ok"]
    assert kinds() == {"rolled back"}


def test_9_changed_personal_facts(journal):
    Entry.objects.filter(subject="thing:5").update(personal={"iin": "830717350867"})
    assert kinds() == {"personal facts"}


def test_10_a_salt_without_its_facts_is_no_deletion(journal):
    Entry.objects.filter(subject="thing:5").update(personal=None)
    assert kinds() == {"personal facts"}


def test_personal_facts_with_a_salt_of_ones_own_are_noticed(journal):
    other, salt = {"iin": "830717350867"}, bytes(32)
    digest = digest_of_personal(other, salt)
    Entry.objects.filter(subject="thing:5").update(personal=other, salt=salt, personal_digest=digest)
    assert kinds() == {"changed"}


def test_11_a_forged_time_stamp(journal, tsa):
    stamping.stamp(stamping.due(at=datetime.now(UTC)))
    assert verdict()["stamped"] == 20
    kept = TimeStamp.objects.get()
    TimeStamp.objects.update(gen_time_at=kept.gen_time_at - timedelta(days=1))
    assert kinds() == {"time-stamp"}
    *rest, last = bytes(kept.token)
    TimeStamp.objects.update(gen_time_at=kept.gen_time_at, token=bytes((*rest, last ^ 1)))
    assert kinds() == {"time-stamp"}


def test_a_time_stamp_of_another_checkpoint_is_noticed(journal, tsa):
    stamping.stamp(stamping.due(at=datetime.now(UTC)))
    TimeStamp.objects.update(size=14)
    assert kinds() == {"time-stamp"}


def test_a_time_stamp_signed_by_no_time_stamping_authority_is_noticed(journal, tsa):
    stamping.stamp(stamping.due(at=datetime.now(UTC)))
    tsa.use("ocsp", passphrase="passphrase-responders")
    with pytest.raises(stamping.StampingFailed, match="time-stamping"):
        stamping.stamp(Checkpoint.objects.get(size=14))


def test_12_a_forged_cosignature(journal):
    Cosignature.objects.filter(size=20).update(line=Cosignature.objects.get(size=14).line)
    assert kinds() == {"checkpoint"}


def test_a_checkpoint_somebody_kept_is_enough_to_notice_a_fork(journal, tmp_path):
    """An auditor without a witness keeps what ``senim journal checkpoint`` printed."""
    kept = tmp_path / "kept"
    kept.write_text(senim("journal", "checkpoint")[1], encoding="utf-8")
    assert verdict("--offline", "--against", str(kept))["ok"]
    rewrite_everything(journal, facts={"number": 99}, keep_size=20)
    assert kinds("--offline", "--against", str(kept)) == {"forked"}
    rewrite_everything(journal, facts={"number": 98}, keep_size=18)
    assert kinds("--offline", "--against", str(kept)) == {"truncated"}


def test_many_findings_do_not_fill_the_memory(journal, monkeypatch):
    monkeypatch.setattr("senim.journal.verification.verdict.FINDINGS_AT_MOST", 3)
    Entry.objects.update(clause="DD-15")
    said = verdict("--offline")
    assert (len(said["findings"]), said["more_findings"]) == (3, 17)
    assert "and 17 more" in senim("journal", "verify", "--offline")[1]
