"""What cannot be sequenced holds up nobody, and order is the order of writing."""

import threading
import uuid

import pytest
from django.db import connection
from tests.journal.conftest import AT, LATER

from senim.journal import record, sequencing
from senim.journal.models import Entry, Leaf, Unsequenced
from senim.journal.sequencing import CutBack, sequence
from senim.journal.verification import tree_checks, verify

pytestmark = pytest.mark.django_db


def test_forged_rows_do_not_block_those_behind_them(journal_key, write, monkeypatch):
    monkeypatch.setattr(sequencing, "AT_MOST", 10)
    for _ in range(10):
        forged = Entry.objects.create(at=AT, verb="test.forged", clause="", subject="thing", mac=bytes(32))
        Unsequenced.objects.create(entry_id=forged.id)
    write(3)
    first, second = (sequence(key=journal_key, at=LATER) for _ in range(2))
    assert (first.added, first.set_aside) == (0, 10)
    assert (second.added, second.set_aside) == (3, 0)
    verdict = verify(at=LATER)
    assert (verdict.set_aside, verdict.covered, len(verdict.findings)) == (10, 3, 10)


def test_a_listed_record_that_is_not_there_is_set_aside_and_reported(journal_key, write):
    Unsequenced.objects.create(entry_id=uuid.uuid4())
    write(1)
    assert sequence(key=journal_key, at=LATER) == sequencing.Sequenced(1, 1)
    assert [finding.fact for finding in verify(at=LATER).findings] == ["it waited for its leaf and is gone"]


def test_a_record_listed_twice_gets_one_leaf(journal_key, write):
    write(1)
    sequence(key=journal_key, at=LATER)
    Unsequenced.objects.create(entry_id=Entry.objects.get().id)
    write(1, 1)
    assert sequence(key=journal_key, at=LATER) == sequencing.Sequenced(1, 1)
    assert [finding.kind for finding in verify(at=LATER).findings] == ["added"]


def test_a_leaf_beyond_the_signed_tree_stops_the_signing(journal_key, write):
    write(1)
    Leaf.objects.create(index=0, entry_id=uuid.uuid4(), leaf_hash=bytes(32))
    with pytest.raises(CutBack, match="beyond"):
        sequence(key=journal_key, at=LATER)


def test_leaves_are_in_the_order_of_writing_whatever_the_clock_said(journal_key):
    written = [
        record(verb="test.write", clause="", subject=f"thing:{number}", at=AT.replace(hour=20 - number))
        for number in range(5)
    ]
    sequence(key=journal_key, at=LATER)
    assert list(Leaf.objects.order_by("index").values_list("entry_id", flat=True)) == written


@pytest.mark.django_db(transaction=True)
def test_a_journal_that_grows_during_verification_is_whole(journal_key, write, monkeypatch):
    """A checkpoint and its leaves appear between two reads of the verifier."""
    write(3)
    sequence(key=journal_key, at=LATER)
    walk = tree_checks._leaves_with_entries

    def grow_meanwhile():
        def more():
            write(4, 3)
            sequence(key=journal_key, at=LATER)
            connection.close()

        thread = threading.Thread(target=more)
        thread.start()
        thread.join()
        yield from walk()

    monkeypatch.setattr(tree_checks, "_leaves_with_entries", grow_meanwhile)
    verdict = verify(at=LATER)
    assert verdict.findings == []
    assert (verdict.covered, Leaf.objects.count()) == (3, 7)
