"""Time-stamp tokens from the spool to the journal: none is lost, none is recorded twice."""

import json
import os
import shutil
import signal
from datetime import UTC, datetime

import pytest
from django.db import connection
from tests.certification.ordering import PATIENCE, Forked, wait_for, workers

from senim.certification import time_stamp_spool as spool
from senim.certification import time_stamps
from senim.certification.models import TimeStamp
from senim.certification.time_stamps import folder, journal_spooled

AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def token(serial_number=7, digest=b"d" * 32):
    return spool.Token(serial_number, AT, digest)


@pytest.fixture(autouse=True)
def empty_spool():
    spool.clear_drafts(folder())
    for file in folder().iterdir():
        file.unlink()


def records():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject FROM journal_entry WHERE verb = 'certification.time_stamp' ORDER BY subject"
        )
        return [subject for (subject,) in cursor.fetchall()]


def in_spool():
    return sorted(file.name for file in folder().iterdir())


def test_what_is_spooled_is_read_back_as_it_was():
    spool.put(folder(), token())
    [file] = spool.waiting(folder(), at_most=10)
    assert spool.read(file) == token()
    assert in_spool() == [token().name]


def test_a_serial_number_is_not_spooled_twice():
    spool.put(folder(), token())
    with pytest.raises(FileExistsError):
        spool.put(folder(), token(digest=b"e" * 32))
    assert in_spool() == [token().name]


def test_an_old_draft_is_cleared_and_a_fresh_one_is_left():
    old, fresh = (folder() / f".{token(number).name}.1" for number in (1, 2))
    for draft in (old, fresh):
        draft.touch()
    os.utime(old, (0, 0))
    spool.clear_drafts(folder())
    assert in_spool() == [fresh.name]


def test_tokens_are_journalled_once_each(db):
    for number in (1, 2, 3):
        spool.put(folder(), token(number))
    assert journal_spooled(at=AT) == 3
    assert in_spool() == []
    assert records() == [f"time_stamp:{number:040x}" for number in (1, 2, 3)]
    assert journal_spooled(at=AT) == 0


def test_a_token_whose_file_outlived_its_record_is_not_recorded_again(db):
    spool.put(folder(), token())
    journal_spooled(at=AT)
    spool.put(folder(), token())
    assert journal_spooled(at=AT) == 1
    assert in_spool() == []
    assert len(records()) == 1


def test_a_second_token_under_one_serial_number_is_set_aside_and_reported(db, caplog):
    spool.put(folder(), token())
    journal_spooled(at=AT)
    spool.put(folder(), token(digest=b"e" * 32))
    journal_spooled(at=AT)
    assert in_spool() == [f"{7:040x}.aside"]
    assert "a second token has the serial number" in caplog.text
    assert bytes(TimeStamp.objects.get().token_digest) == b"d" * 32


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"7", b'{"gen_time": "2026-11-22T03:00:00", "digest": "00"}', b"x" * 5000]
)
def test_a_file_that_no_responder_wrote_stops_nothing(db, caplog, content):
    spool.put(folder(), token())
    (folder() / f"{9:040x}.json").write_bytes(content)
    journal_spooled(at=AT)
    assert in_spool() == [f"{9:040x}.aside"]
    assert len(records()) == 1
    assert "is no token's" in caplog.text


def test_a_database_that_fails_leaves_the_spool_as_it_was(db, monkeypatch):
    spool.put(folder(), token())
    monkeypatch.setattr(time_stamps, "record", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        journal_spooled(at=AT)
    assert in_spool() == [token().name]
    assert not TimeStamp.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_between_record_and_removal_leaves_nothing_lost_or_doubled(authority):
    for number in range(1, 6):
        spool.put(folder(), token(number))
    assert Forked(SENIM_CRASH_AT="after_time_stamp_record").wait(PATIENCE) == -signal.SIGKILL
    assert len(in_spool()) == 5
    with workers(2):
        wait_for(lambda: not in_spool())
    assert len(records()) == TimeStamp.objects.count() == 5


def test_a_token_is_kept_under_its_number_for_its_owner_alone():
    shutil.rmtree(folder())
    spool.clear_drafts(folder())
    assert folder().stat().st_mode & 0o777 == 0o700
    spool.put(folder(), token(255))
    assert in_spool() == ["0" * 38 + "ff.json"]
    said = json.loads((folder() / in_spool()[0]).read_bytes())
    assert said == {"gen_time": "2026-11-22T03:00:00+00:00", "digest": "64" * 32}


def test_as_many_tokens_are_journalled_at_once_as_are_asked_for(db):
    for number in range(1, 6):
        spool.put(folder(), token(number))
    (folder() / "note.txt").touch()
    (folder() / f"{9:040x}.aside").touch()
    assert len(list(spool.waiting(folder(), at_most=2))) == 2
    assert [journal_spooled(at=AT, at_most=3) for _ in range(3)] == [3, 2, 0]
    assert in_spool() == [f"{9:040x}.aside", "note.txt"]
    assert TimeStamp.objects.count() == 5
    row = TimeStamp.objects.get(pk=f"{3:040x}")
    assert (row.gen_time, bytes(row.token_digest), row.journalled_at) == (AT, b"d" * 32, AT)


def test_without_a_spool_nothing_waits(db):
    shutil.rmtree(folder())
    assert journal_spooled(at=AT) == 0
    spool.clear_drafts(folder())


def test_a_token_that_another_worker_took_is_no_fault(db, monkeypatch, caplog):
    spool.put(folder(), token())
    gone = folder() / f"{8:040x}.json"
    monkeypatch.setattr(spool, "waiting", lambda *_, **__: [gone, folder() / token().name])
    assert journal_spooled(at=AT) == 1
    assert caplog.text == ""
    assert len(records()) == 1


@pytest.mark.parametrize(
    "said",
    [
        {"gen_time": "2026-11-22T03:00:00+00:00", "digest": "64" * 31},
        {"gen_time": "2026-11-22T03:00:00+00:00", "digest": "64" * 33},
        {"gen_time": "2026-11-22T03:00:00", "digest": "64" * 32},
        {"gen_time": "yesterday", "digest": "64" * 32},
        {"digest": "64" * 32},
        {"gen_time": "2026-11-22T03:00:00+00:00", "digest": 7},
    ],
)
def test_a_file_with_a_slip_is_no_tokens(said):
    file = folder() / token().name
    file.write_text(json.dumps(said))
    with pytest.raises(spool.NotSpooled, match=f"{file.name} is no token's"):
        spool.read(file)


def test_a_file_is_read_up_to_a_kilobyte():
    whole = {"gen_time": "2026-11-22T03:00:00+00:00", "digest": "64" * 32}
    file, text = folder() / token().name, json.dumps(whole)
    file.write_text(text + " " * (1024 - len(text)))
    assert spool.read(file) == token()
    file.write_text(text + " " * (1025 - len(text)))
    with pytest.raises(spool.NotSpooled):
        spool.read(file)
