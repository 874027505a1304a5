"""What is forgotten of a person is gone, the tree still holds, and that it was done is on record."""

import uuid
from datetime import timedelta

import pytest
from tests.journal.conftest import AT, LATER

from senim.accounts.models import Account
from senim.journal import record
from senim.journal.adoption import adopt
from senim.journal.forgetting import Forgotten, forget
from senim.journal.models import Entry, Leaf
from senim.journal.places import NoSuchRecord
from senim.journal.sequencing import sequence
from senim.journal.verification import verify

pytestmark = pytest.mark.django_db
AFTER = LATER + timedelta(days=1)
IIN = "940308492147"


@pytest.fixture
def journal(journal_key, write):
    write(4)
    sequence(key=journal_key, at=LATER)
    return journal_key


def entry(number):
    return Entry.objects.get(subject=f"thing:{number}")


def test_personal_facts_and_their_salt_are_gone_and_the_tree_holds(journal):
    before = bytes(Leaf.objects.get(entry_id=entry(1).id).leaf_hash)
    assert forget(record_id=entry(1).id, actor="command", at=AFTER) == Forgotten(entry(1).id, True, 0)
    left = entry(1)
    assert (left.personal, left.salt) == (None, None)
    assert len(left.personal_digest) == 32
    assert bytes(Leaf.objects.get(entry_id=left.id).leaf_hash) == before
    sequence(key=journal, at=AFTER)
    said = verify(at=AFTER)
    assert (said.ok, said.forgotten, said.covered) == (True, 1, 5)


def test_that_it_was_done_is_on_record(journal):
    forget(record_id=entry(1).id, actor="account:2", at=AFTER)
    done = Entry.objects.get(verb="journal.forget")
    assert (done.actor, done.clause, done.at) == ("account:2", "CA-19.2", AFTER)
    assert (done.subject, done.facts) == (f"record:{entry(1).id}", {"personal": True, "salts": 0})
    assert done.personal is None


def test_a_second_time_there_is_nothing_left_to_forget(journal):
    forget(record_id=entry(1).id, actor="command", at=AFTER)
    assert not forget(record_id=entry(1).id, actor="command", at=AFTER).personal
    assert not forget(record_id=entry(0).id, actor="command", at=AFTER).personal
    assert verify(at=AFTER).forgotten == 1


def test_a_record_that_is_not_there_or_has_no_place_yet_is_not_forgotten(journal):
    young = record(verb="t", clause="", subject="young", at=LATER, personal={"iin": IIN})
    for record_id in (uuid.uuid4(), young):
        with pytest.raises(NoSuchRecord):
            forget(record_id=record_id, actor="command", at=AFTER)
    assert Entry.objects.get(pk=young).personal == {"iin": IIN}
    assert not Entry.objects.filter(verb="journal.forget").exists()


@pytest.fixture
def twice(journal):
    """One account, of which two records speak; another, of which one does."""
    one, other = (Account.objects.create(iin=iin, created_at=AT) for iin in (IIN, "830717350867"))
    first = record(verb="t", clause="", subject="x", at=AT, changed=[one, other])
    Account.objects.filter(pk=one.pk).update(surname="Х")
    second = record(verb="t", clause="", subject="x", at=LATER, changed=[one])
    sequence(key=journal, at=LATER)
    return first, second


def test_the_salt_of_a_statement_goes_once_a_newer_record_speaks_of_the_row(twice):
    first, second = twice
    assert forget(record_id=first, actor="command", at=AFTER).salts == 1
    salts = [statement["salt"] for statement in Entry.objects.get(pk=first).changed]
    assert (salts[0], len(salts[1])) == ("", 32)
    assert forget(record_id=first, actor="command", at=AFTER).salts == 0
    assert forget(record_id=second, actor="command", at=AFTER).salts == 0
    assert verify(at=AFTER).ok


def test_a_newer_record_without_a_place_outdates_nothing_yet(journal):
    account = Account.objects.create(iin=IIN, created_at=AT)
    first = record(verb="t", clause="", subject="x", at=AT, changed=[account])
    sequence(key=journal, at=LATER)
    record(verb="t", clause="", subject="x", at=LATER, changed=[account])
    assert forget(record_id=first, actor="command", at=AFTER).salts == 0


def test_rows_are_vouched_for_by_table_with_the_reason(journal, monkeypatch):
    monkeypatch.setattr("senim.journal.adoption.ROWS_A_RECORD", 2)
    for number in range(5):
        Account.objects.create(iin=f"94030849214{number}", created_at=AT)
    done = adopt(reason="an older system", actor="command", at=AFTER)
    assert done.rows == {"accounts_account": 5}
    records = Entry.objects.filter(verb="journal.adopt")
    assert sorted(entry.facts["rows"] for entry in records) == [1, 2, 2]
    for entry in records:
        assert (entry.actor, entry.clause, entry.at) == ("command", "CA-19.2", AFTER)
        assert (entry.subject, entry.facts["reason"]) == ("table:accounts_account", "an older system")
        assert len(entry.changed) == entry.facts["rows"]
    assert adopt(reason="again", actor="command", at=AFTER).rows == {}
    said = verify(at=AFTER)
    assert (said.rows, said.adopted) == (5, 5)
