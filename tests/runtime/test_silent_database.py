"""A database that lives and does not answer: whoever waits for it is told in time, and loses nothing."""

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.db.backends.postgresql import base as postgresql
from django.test import Client

from senim.certification import compromise
from senim.certification.models import Revocation
from senim.runtime import django_settings
from senim.runtime.database.engine import base
from senim.texts import say_in
from tests.holders import Holder, TestAuthority
from tests.portal.test_revoked import statement

WITHIN = 0.5
LONG = 10.0
"""Seconds: much more than promised, and much less than for ever."""
Freeze = Callable[[], None]


@pytest.fixture
def frozen() -> Iterator[list[int]]:
    """Processes of the server that a test stopped; they go on at its end."""
    pids: list[int] = []
    yield pids
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


@pytest.fixture
def freeze(transactional_db: None, frozen: list[int]) -> Iterator[Freeze]:
    """Stop the server's process of this test's connection, which waits for half a second from then on."""

    def freeze() -> None:
        connection.ensure_connection()
        connection.connection.within = WITHIN
        frozen.append(connection.connection.info.backend_pid)
        os.kill(frozen[-1], signal.SIGSTOP)

    connection.close()
    with pytest.MonkeyPatch.context() as here:  # undone before the database is cleared, which takes its time
        here.setattr(base, "SILENCE", base.Silence())
        here.setitem(connection.settings_dict, "ANSWERS_WITHIN", 60.0)
        yield freeze
    connection.close()


def ask() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def test_a_server_that_is_there_is_not_asked_whether_it_is_and_one_that_left_is_noticed(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask()
    with monkeypatch.context() as here:
        here.setattr(postgresql.DatabaseWrapper, "is_usable", lambda _: pytest.fail("it was asked"))
        assert connection.is_usable()
    os.kill(connection.connection.info.backend_pid, signal.SIGTERM)
    until = time.monotonic() + LONG
    while connection.is_usable():
        assert time.monotonic() < until
        time.sleep(0.01)
    connection.close()
    ask()


def test_an_answer_is_waited_for_so_long_and_whoever_comes_next_is_told_at_once(
    freeze: Freeze, monkeypatch: pytest.MonkeyPatch
) -> None:
    freeze()
    began = time.monotonic()
    with pytest.raises(OperationalError, match="does not answer"):
        ask()
    assert WITHIN <= time.monotonic() - began < LONG
    connection.close()
    with pytest.raises(OperationalError, match="did not answer a moment ago"):
        ask()
    monkeypatch.setattr(base, "LEFT_ALONE_FOR_SECONDS", 0.0)
    base.SILENCE.begin()
    ask()


def test_what_the_server_ends_itself_leaves_the_connection_as_it_is(freeze: Freeze) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '50ms'")
        with pytest.raises(OperationalError, match="statement timeout"):
            cursor.execute("SELECT pg_sleep(5)")
    ask()


def test_only_doors_are_bounded_and_the_server_is_asked_to_end_it_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = "postgresql://senim@db.test/senim?options=-c%20work_mem%3D8MB"
    for process, bounded in (("portal", True), ("desk", True), ("partners", True), ("authority", False)):
        monkeypatch.setattr(django_settings, "PROCESS", process)
        made = django_settings._database(url)
        options = str(made["OPTIONS"]["options"])  # type: ignore[index]
        assert options.endswith("-c work_mem=8MB")
        ends = re.search(r"statement_timeout=(\d+)", options)
        assert bool(ends) is bounded is (made["ANSWERS_WITHIN"] is not None)
        if ends:
            assert timedelta(milliseconds=int(ends[1])) < timedelta(
                seconds=float(str(made["ANSWERS_WITHIN"]))
            )


@pytest.fixture
def holder(transactional_db: None, authority: TestAuthority) -> Holder:
    return authority.issue(iin="940308492147", surname="Сәрсенова", given_name="Айгерім")


@pytest.mark.clause("CA-20.3")
def test_a_form_sent_meanwhile_is_answered_in_the_readers_language_and_sent_again_by_one_press(
    holder: Holder, freeze: Freeze, frozen: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the middle of a revocation: its rows are locked, and nothing is committed."""
    said, real = statement(holder.key), compromise.put_on_record

    def stop(*given: object, **named: object) -> object:
        freeze()
        return real(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(compromise, "put_on_record", stop)
    client, began = Client(), time.monotonic()
    answer = client.post("/kk/compromised-key/", {"statement": said})
    assert time.monotonic() - began < LONG
    page = answer.content.decode()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    for text in ("database_down", "database_down.text", "kept"):
        assert say_in("kk", f"pages.failure.{text}") in page
    kept = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))
    assert kept == {"statement": said}
    os.kill(frozen[-1], signal.SIGCONT)
    connection.close()
    monkeypatch.setattr(base, "SILENCE", base.Silence())
    monkeypatch.setattr(compromise, "put_on_record", real)
    assert not Revocation.objects.exists()
    assert client.post("/kk/compromised-key/", kept).status_code == 302
    assert Revocation.objects.get().reason == "keyCompromise"
