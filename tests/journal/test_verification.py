"""What ``senim journal verify`` notices: records changed, removed, added, cut off; checkpoints forged."""

import threading
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction
from tests.journal.conftest import AT, LATER

from senim.journal import identity
from senim.journal.models import Checkpoint, Entry, Leaf, Unsequenced
from senim.journal.note import TreeHead, sign
from senim.journal.sequencing import CutBack, sequence
from senim.journal.verification import Tampering, verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def journal(journal_key, write):
    """Eleven records under three checkpoints."""
    for start, count in ((0, 4), (4, 5), (9, 2)):
        write(count, start)
        sequence(key=journal_key, at=LATER)
    return journal_key


def kinds() -> set[Tampering]:
    return {finding.kind for finding in verify(at=LATER).findings}


def test_an_untouched_journal_is_whole(journal):
    verdict = verify(at=LATER)
    assert verdict.ok
    assert (verdict.covered, verdict.waiting) == (11, 0)


def test_an_empty_journal_is_whole(journal_key):
    assert verify(at=LATER).ok


def test_the_horizon_is_stated(journal, write):
    write(2, 20)
    verdict = verify(at=AT)
    assert verdict.ok
    assert (verdict.covered, verdict.waiting) == (11, 2)


@pytest.mark.parametrize(
    "change",
    [
        {"facts": {"number": 99}},
        {"verb": "test.other"},
        {"subject": "thing:other"},
        {"actor": "account:somebody"},
        {"at": AT - timedelta(days=1)},
        {"clause": "DD-15"},
        {"personal_digest": bytes(32)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_record_is_noticed(journal, change):
    Entry.objects.filter(subject="thing:5").update(**change)
    assert kinds() == {Tampering.CHANGED}


def test_a_removed_record_is_noticed(journal):
    Entry.objects.filter(subject="thing:5").delete()
    assert kinds() == {Tampering.REMOVED}


def test_a_removed_leaf_is_noticed(journal):
    Leaf.objects.filter(index=5).delete()
    assert Tampering.REMOVED in kinds()


def test_a_record_and_its_leaf_removed_and_the_rest_moved_up_are_noticed(journal):
    Entry.objects.filter(pk=Leaf.objects.get(index=10).entry_id).delete()
    Leaf.objects.filter(index=10).delete()
    assert Tampering.TRUNCATED in kinds()


def test_a_record_added_without_a_seal_is_noticed_and_never_placed(journal):
    Entry.objects.create(at=AT, verb="test.forged", clause="PT-3.1", subject="thing:0", mac=bytes(32))
    forged = Entry.objects.get(verb="test.forged")
    Unsequenced.objects.create(entry_id=forged.id)
    done = sequence(key=journal, at=LATER)
    assert done is not None
    assert (done.added, done.set_aside) == (0, 1)
    assert kinds() == {Tampering.ADDED}


def test_a_leaf_added_beyond_the_last_checkpoint_is_noticed(journal):
    Entry.objects.create(at=AT, verb="test.forged", clause="PT-3.1", subject="thing:0", mac=bytes(32))
    forged = Entry.objects.get(verb="test.forged")
    Leaf.objects.create(index=11, entry_id=forged.id, leaf_hash=bytes(32))
    assert Tampering.ADDED in kinds()


def test_a_record_taken_off_the_waiting_list_is_noticed(journal, write):
    write(1, 30)
    Unsequenced.objects.all().delete()
    assert kinds() == {Tampering.REMOVED}


def test_a_journal_cut_back_to_an_earlier_checkpoint_is_noticed_by_the_file_outside(journal, write):
    for leaf in Leaf.objects.filter(index__gte=9):
        Entry.objects.filter(pk=leaf.entry_id).delete()
        leaf.delete()
    Checkpoint.objects.filter(size__gt=9).delete()
    assert kinds() == {Tampering.TRUNCATED}
    write(2, 40)
    with pytest.raises(CutBack):
        sequence(key=journal, at=LATER)
    assert Tampering.TRUNCATED in kinds()


def test_a_missing_checkpoint_file_stops_the_signing(journal, write):
    identity.checkpoint_file().unlink()
    write(1, 50)
    with pytest.raises(CutBack):
        sequence(key=journal, at=LATER)


def test_a_checkpoint_rewritten_by_another_key_is_noticed(journal):
    head = Checkpoint.objects.get(size=11)
    other = Ed25519PrivateKey.generate()
    head.note = sign(TreeHead(identity.origin(), 11, bytes(head.root)), other)
    head.save()
    assert Tampering.CHECKPOINT in kinds()


def test_a_root_rewritten_beside_its_note_is_noticed(journal):
    Checkpoint.objects.filter(size=11).update(root=bytes(32))
    assert Tampering.CHECKPOINT in kinds()


def test_personal_facts_can_be_deleted_without_breaking_the_journal(journal):
    Entry.objects.filter(subject="thing:5").update(personal=None, salt=None)
    assert verify(at=LATER).ok


def test_a_record_of_a_transaction_that_rolls_back_does_not_exist(journal_key, write):
    def write_and_fail() -> None:
        with transaction.atomic():
            write(1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    assert not Entry.objects.exists()
    assert not Unsequenced.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_records_committed_out_of_order_all_get_a_leaf(journal_key, write):
    """A slow transaction commits after a checkpoint was made over faster ones: nothing is skipped."""
    inside, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                write(1, 100)
                inside.set()
                assert go_on.wait(10)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert inside.wait(10)
    write(3)
    assert sequence(key=journal_key, at=LATER).added == 3
    go_on.set()
    thread.join()
    assert sequence(key=journal_key, at=LATER).added == 1
    verdict = verify(at=LATER)
    assert verdict.ok
    assert verdict.covered == 4


@pytest.mark.django_db(transaction=True)
def test_two_sequencers_at_once_place_each_record_once(journal_key, write):
    write(40)
    start, results = threading.Barrier(4), []

    def one() -> None:
        try:
            start.wait(10)
            results.append(sequence(key=journal_key, at=LATER))
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done.added for done in results if done) == 40
    assert verify(at=LATER).ok
