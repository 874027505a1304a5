"""Writers do not wait for each other, nor for the sequencer."""

import threading

import pytest
from django.db import connection, transaction
from tests.journal.conftest import AT, LATER

from senim.journal import record
from senim.journal.sequencing import sequence
from senim.journal.verification import verify

WRITERS = 200
HANGING_SECONDS = 60
"""Against hanging only: nothing is said about how fast it is."""


@pytest.mark.django_db(transaction=True)
def test_two_hundred_transactions_hold_a_record_each_before_the_first_commits(journal_key):
    """If one writer waited for another, they would never all meet."""
    everybody_has_written = threading.Barrier(WRITERS + 1)
    failed: list[BaseException] = []

    def one(number: int) -> None:
        try:
            with transaction.atomic():
                record(verb="test.write", clause="PT-3.1", subject=f"thing:{number}", at=AT)
                everybody_has_written.wait(HANGING_SECONDS)
        except BaseException as problem:
            failed.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    everybody_has_written.wait(HANGING_SECONDS)
    for thread in threads:
        thread.join(HANGING_SECONDS)
    assert failed == []
    assert sequence(key=journal_key, at=LATER).added == WRITERS
    verdict = verify(at=LATER)
    assert (verdict.findings, verdict.covered) == ([], WRITERS)


@pytest.mark.django_db(transaction=True)
def test_a_writer_does_not_wait_for_a_sequencer_that_is_at_work(journal_key, write, monkeypatch):
    write(2)
    inside, go_on = threading.Event(), threading.Event()

    def hold(_: int) -> None:
        inside.set()
        assert go_on.wait(HANGING_SECONDS)

    monkeypatch.setattr("senim.journal.sequencing.subtrees.grow", hold)

    def sequencer() -> None:
        try:
            sequence(key=journal_key, at=LATER)
        finally:
            connection.close()

    thread = threading.Thread(target=sequencer)
    thread.start()
    assert inside.wait(HANGING_SECONDS)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '20s'")
    write(3, 2)
    go_on.set()
    thread.join(HANGING_SECONDS)
    assert not thread.is_alive()
    assert sequence(key=journal_key, at=LATER).added == 3
