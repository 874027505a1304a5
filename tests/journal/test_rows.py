"""Rows of record: changed behind the application's back they are noticed, changed by a verb they are not."""

import threading

import pytest
from django.db import connection, transaction
from tests.journal.commands import kinds, senim, verdict
from tests.journal.conftest import AT, LATER

from senim.accounts.models import Account, SubscriberNumber
from senim.journal import record
from senim.journal.models import Entry
from senim.journal.rows import OfRecord, RowMissing, columns_of
from senim.journal.sequencing import sequence
from senim.operators.leaving import dismiss
from senim.operators.models import RegistrationAuthorityOperator
from senim.operators.standing import appoint

pytestmark = pytest.mark.django_db
OPERATOR = RegistrationAuthorityOperator
IIN = "940308492147"


@pytest.fixture
def journal(journal_key):
    """An operator appointed, moved and on record."""
    appoint(iin=IIN, name="Оспанов Дәурен", office="almaty-1", at=AT)
    appoint(iin=IIN, name="Оспанов Дәурен", office="almaty-2", at=AT)
    sequence(key=journal_key, at=LATER)
    return journal_key


def test_rows_as_their_verbs_left_them_are_accounted_for(journal):
    said = verdict()
    assert (said["ok"], said["rows"], said["adopted"]) == (True, 1, 0)


def test_a_young_record_accounts_for_its_row_too(journal):
    dismiss(iin=IIN, by=None, at=LATER)
    said = verdict()
    assert (said["ok"], said["waiting"]) == (True, 1)


@pytest.mark.parametrize(
    "behind_the_back",
    [
        lambda: OPERATOR.objects.update(office="almaty-1"),
        lambda: OPERATOR.objects.update(active=False, state="dismissed"),
        lambda: OPERATOR.objects.all().delete(),
        lambda: OPERATOR.objects.create(iin="830717350867", name="Х", office="almaty-1", appointed_at=AT),
    ],
    ids=["put back to what it was before", "changed", "removed", "added"],
)
def test_a_row_changed_behind_the_applications_back_is_noticed(journal, behind_the_back):
    behind_the_back()
    assert kinds() == {"row of record"}


def test_a_statement_rewritten_to_fit_the_row_is_noticed_as_a_changed_record(journal):
    OPERATOR.objects.update(office="almaty-1")
    newest = Entry.objects.get(verb="operators.appoint", facts__office="almaty-2")
    older = Entry.objects.get(verb="operators.appoint", facts__office="almaty-1")
    Entry.objects.filter(pk=newest.pk).update(changed=older.changed)
    assert kinds() == {"changed"}


def test_a_salt_that_was_changed_is_noticed(journal):
    newest = Entry.objects.get(verb="operators.appoint", facts__office="almaty-2")
    Entry.objects.filter(pk=newest.pk).update(changed=[{**newest.changed[0], "salt": "00" * 16}])
    assert kinds() == {"row of record"}


def test_statements_that_no_process_wrote_stop_neither_sequencer_nor_verification(journal):
    entry = Entry.objects.first()
    Entry.objects.filter(pk=entry.pk).update(changed=[{"row": "1"}])
    assert "changed" in kinds()


def test_a_forged_record_does_not_account_for_a_row(journal):
    """Who writes the database can add a record with the right digest, but not its seal."""
    OPERATOR.objects.update(office="almaty-1")
    genuine = record(
        verb="test.cover", clause="", subject="operator", at=LATER, changed=list(OPERATOR.objects.all())
    )
    Entry.objects.filter(pk=genuine).update(mac=bytes(32))
    sequence(key=journal, at=LATER)
    assert kinds() == {"added", "row of record"}


def test_an_operator_vouches_for_rows_in_the_open(journal):
    OPERATOR.objects.create(iin="830717350867", name="Х", office="almaty-1", appointed_at=AT)
    assert senim("journal", "adopt", "--reason", "copied from the old system")[0] == 0
    said = verdict()
    assert (said["ok"], said["rows"], said["adopted"]) == (True, 2, 1)
    assert "1 of them on an operator's word" in senim("journal", "verify")[1]
    assert Entry.objects.get(verb="journal.adopt").facts["reason"] == "copied from the old system"
    assert "every row is accounted for" in senim("journal", "adopt", "--reason", "again")[1]


def test_a_record_of_a_row_that_is_not_there_is_refused(journal_key):
    with pytest.raises(RowMissing):
        record(verb="test", clause="", subject="x", at=AT, changed=[Account(iin=IIN, created_at=AT)])


def test_a_row_named_twice_is_stated_once(journal):
    row = OPERATOR.objects.get()
    entry = Entry.objects.get(
        pk=record(verb="test", clause="", subject="x", at=AT, changed=[row, OPERATOR.objects.get()])
    )
    assert [statement["row"] for statement in entry.changed] == [str(row.pk)]


def test_nothing_of_the_row_stands_in_the_record(journal):
    for entry in Entry.objects.all():
        assert IIN not in str(entry.changed)
        assert set(entry.changed[0]) == {"table", "row", "edition", "digest", "salt"}


def test_a_column_that_came_later_is_covered_from_its_edition_on(monkeypatch, journal):
    """Rows recorded before are still judged by the columns they had."""
    now = OPERATOR.of_record
    next_one = OfRecord(edition=now.edition + 1, since={**now.since, "office": now.edition + 1})
    monkeypatch.setattr(OPERATOR, "of_record", next_one)
    assert "office" not in columns_of(OPERATOR, now.edition)
    assert kinds() == {"row of record"}  # the statements on record were made with the office before
    record(verb="test", clause="", subject="x", at=LATER, changed=list(OPERATOR.objects.all()))
    assert verdict()["ok"]
    OPERATOR.objects.update(office="almaty-1")
    assert kinds() == {"row of record"}


def test_columns_left_out_may_change_without_a_record(journal_key):
    account = Account.objects.create(iin=IIN, created_at=AT)
    record(verb="test", clause="", subject="x", at=AT, changed=[account])
    Account.objects.update(last_login=LATER)
    assert verdict()["ok"]
    Account.objects.update(surname="Х")
    assert kinds() == {"row of record"}


def test_forgetting_drops_the_salts_of_outdated_statements_and_verification_still_passes(journal):
    older = Entry.objects.get(verb="operators.appoint", facts__office="almaty-1")
    newest = Entry.objects.get(verb="operators.appoint", facts__office="almaty-2")
    code, printed = senim("journal", "forget", str(older.pk))
    assert (code, "1 outdated salts are deleted" in printed) == (0, True)
    assert "0 outdated salts are deleted" in senim("journal", "forget", str(newest.pk))[1]
    older.refresh_from_db()
    newest.refresh_from_db()
    assert (older.changed[0]["salt"], newest.changed[0]["salt"] != "") == ("", True)
    assert verdict()["ok"]


@pytest.mark.django_db(transaction=True)
def test_the_later_of_two_verbs_about_one_row_has_the_last_word_whoever_commits_late(journal_key):
    """Both wait for the row; their records come in the order in which they had it."""
    account = Account.objects.create(iin=IIN, created_at=AT)
    number = SubscriberNumber.objects.create(
        account_id=account.pk, number="+77015550101", request_id=account.pk, connected_at=AT
    )
    record(verb="test", clause="", subject="x", at=AT, changed=[account, number])
    has_it, go_on = threading.Event(), threading.Event()

    def first() -> None:
        try:
            with transaction.atomic():
                mine = SubscriberNumber.objects.select_for_update().get()
                has_it.set()
                assert go_on.wait(20)
                mine.number = "+77015550102"
                mine.save()
                record(verb="test.first", clause="", subject="x", at=LATER, changed=[mine])
        finally:
            connection.close()

    def second() -> None:
        try:
            with transaction.atomic():
                mine = SubscriberNumber.objects.select_for_update().get()
                mine.number = "+77015550103"
                mine.save()
                record(verb="test.second", clause="", subject="x", at=AT, changed=[mine])
        finally:
            connection.close()

    threads = [threading.Thread(target=each) for each in (first, second)]
    threads[0].start()
    assert has_it.wait(20)
    threads[1].start()
    go_on.set()
    for thread in threads:
        thread.join(20)
    sequence(key=journal_key, at=LATER)
    assert verdict()["ok"]
    assert SubscriberNumber.objects.get().number == "+77015550103"
