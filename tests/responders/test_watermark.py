"""A database that is ahead of the files: tryLater, never good; one that cannot be asked changes nothing."""

import asyncio
import threading
import time
from contextlib import contextmanager

import pytest
from django.db import connection
from tests.loops import run
from tests.responders.asking import AIGERIM, FAILURE, answered, question

from senim.responders import app, watermark
from senim.responders.watermark import AHEAD_AT_MOST_SECONDS, Database, Lag, Mark

PATIENCE = 60.0
LONGER = AHEAD_AT_MOST_SECONDS + 1


def test_a_change_that_waits_too_long_is_a_lag_until_it_is_published() -> None:
    lag = Lag()
    lag.judge(Mark(3, AHEAD_AT_MOST_SECONDS - 1), shown=3, now=0)
    assert not lag.too_long
    lag.judge(Mark(3, LONGER), shown=3, now=1)
    assert lag.too_long
    lag.judge(Mark(4, 0), shown=4, now=2)
    assert not lag.too_long


def test_a_recorded_generation_that_does_not_appear_is_a_lag() -> None:
    lag = Lag()
    lag.judge(Mark(4, 0), shown=3, now=0)
    assert not lag.too_long
    lag.judge(Mark(9, 0), shown=3, now=LONGER)
    assert lag.too_long, "newer generations do not start the clock anew"
    lag.judge(Mark(9, 0), shown=9, now=LONGER + 1)
    assert not lag.too_long


def test_generations_that_follow_each_other_quickly_are_no_lag() -> None:
    lag = Lag()
    for second in range(30):
        lag.judge(Mark(second + 1, 0), shown=second, now=second)
        assert not lag.too_long


def waiting_seconds() -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT waiting_seconds FROM certification_watermark")
        return float(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_the_watermark_counts_what_no_generation_knows(authority) -> None:
    authority.publish()
    assert waiting_seconds() == 0
    holder = authority.issue("individual_sign", **AIGERIM)
    assert waiting_seconds() > 0
    authority.publish()
    assert waiting_seconds() == 0
    authority.revoke(holder)
    assert waiting_seconds() > 0
    authority.publish()
    assert waiting_seconds() == 0


def test_a_database_that_is_not_there_says_nothing() -> None:
    nowhere = Database("postgresql://nobody@127.0.0.1:9/none?connect_timeout=2")
    assert run(nowhere.mark()) is None


def status(asked, authority, holder) -> str:
    said = answered(asked("POST", "/ocsp", question(authority, holder.serial_number)))
    if said.response_status is not FAILURE.SUCCESSFUL:
        return said.response_status.name
    return said.certificate_status.name


def waited(look, wanted) -> None:
    deadline = time.monotonic() + PATIENCE
    while (found := look()) != wanted:
        assert time.monotonic() < deadline, found
        time.sleep(0.02)


@contextmanager
def alive(application):
    """With all it does beside requests."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    beside = asyncio.run_coroutine_threadsafe(application.watch(), loop)
    try:
        yield
    finally:
        beside.cancel()
        asyncio.run_coroutine_threadsafe(ended(), loop).result(PATIENCE)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def ended():
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
def impatient(monkeypatch):
    """Seconds are tenths: a database may be ahead for half a second, and is asked all the time."""
    monkeypatch.setattr(watermark, "AHEAD_AT_MOST_SECONDS", 0.5)
    monkeypatch.setattr(app, "ASK_EVERY_SECONDS", 0.05)


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("CA-8.P3b")
def test_while_a_revocation_is_not_published_nothing_is_said_to_be_good(authority, responders, impatient):
    one, other = (authority.issue("individual_sign", **AIGERIM) for _ in range(2))
    authority.publish()
    with alive(responders.application):
        waited(lambda: status(responders, authority, other), "GOOD")
        authority.revoke(one)
        waited(lambda: status(responders, authority, other), "TRY_LATER")
        assert status(responders, authority, one) == "TRY_LATER"
        assert responders("GET", "/healthz").status == 503
        authority.publish()
        waited(lambda: status(responders, authority, other), "GOOD")
        assert status(responders, authority, one) == "REVOKED"
        assert responders("GET", "/healthz").status == 200


@pytest.mark.django_db(transaction=True)
def test_without_a_database_the_files_rule(authority, responders, impatient, monkeypatch):
    holder = authority.issue("individual_sign", **AIGERIM)
    authority.publish()
    marks, nowhere = [], Database("postgresql://nobody@127.0.0.1:9/none?connect_timeout=2")

    async def mark(real=nowhere.mark):
        marks.append(await real())
        return marks[-1]

    monkeypatch.setattr(nowhere, "mark", mark)
    monkeypatch.setattr(responders.application, "_database", nowhere)
    with alive(responders.application):
        waited(lambda: status(responders, authority, holder), "GOOD")
        authority.revoke(holder)
        time.sleep(2 * watermark.AHEAD_AT_MOST_SECONDS)
        assert len(marks) > 1
        assert status(responders, authority, holder) == "GOOD"
    assert set(marks) == {None}


class Says:
    """A database that always says the same."""

    def __init__(self, mark: Mark) -> None:
        self._mark = mark

    async def mark(self) -> Mark:
        return self._mark


def test_a_disk_that_is_silent_does_not_keep_a_lag_from_being_seen(
    authority, holder, responders, impatient, monkeypatch
):
    free = threading.Event()
    monkeypatch.setattr(app, "LOOK_WITHIN_SECONDS", 0.05)
    monkeypatch.setattr(responders.application, "refresh", free.wait)
    monkeypatch.setattr(responders.application, "_database", Says(Mark(1, waiting_seconds=99)))
    assert status(responders, authority, holder) == "GOOD"
    try:
        with alive(responders.application):
            waited(lambda: status(responders, authority, holder), "TRY_LATER")
            free.set()
    finally:
        free.set()


def test_whatever_is_wrong_with_a_generation_the_next_one_is_looked_for(
    authority, holder, responders, monkeypatch, caplog
):
    shown = responders.application._shown

    def wrong():
        monkeypatch.undo()
        raise RuntimeError("nobody thought of this")

    monkeypatch.setattr(app, "LOOK_EVERY_SECONDS", 0.01)
    monkeypatch.setattr(responders.application, "_database", None)
    authority.revoke(holder)
    authority.publish()
    monkeypatch.setattr(shown, "refresh", wrong)
    with alive(responders.application):
        waited(lambda: status(responders, authority, holder), "REVOKED")
    assert "nobody thought of this" in caplog.text


def test_a_step_that_fails_is_said_once_and_taken_again(caplog):
    taken = []

    async def step():
        taken.append(1)
        raise RuntimeError("not now")

    async def some():
        going = asyncio.create_task(app.again_and_again(step, every=0))
        async with asyncio.timeout(PATIENCE):
            while len(taken) < 3:  # noqa: ASYNC110 - the step knows no event
                await asyncio.sleep(0)
        going.cancel()

    run(some())
    assert caplog.text.count("failed, and is tried again") == 1
