"""A job whose worker died or froze is found, run again, and has its effect once."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from senim.jobs import enqueue
from tests.runtime.conftest import PATIENCE, until
from tests.runtime.test_job_worker import Worker, start_worker, states, traces

__all__ = ["start_worker"]
FOUND_WITHIN_SECONDS = 30.0


@pytest.fixture
def effects(transactional_db: None) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE trial_effects (by integer)")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE trial_effects")


def carried_by() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT by FROM trial_effects")
        return [row[0] for row in cursor.fetchall()]


def test_a_frozen_workers_job_is_run_again_and_only_one_of_the_two_has_an_effect(
    start_worker: Worker, effects: None, tmp_path: Path
) -> None:
    file = tmp_path / "hang"
    frozen = start_worker()
    enqueue("trials.effect", queue="hanging", file=str(file))
    until(lambda: traces(file))
    os.kill(frozen.pid, signal.SIGSTOP)
    second = start_worker()
    until(lambda: f"began in {second.pid}" in traces(file))
    os.kill(frozen.pid, signal.SIGCONT)  # both are at it now, and neither has committed
    (tmp_path / "hang.go").touch()
    assert frozen.wait(PATIENCE) != 0, "a worker that was taken for dead goes on"
    until(lambda: not states())
    assert carried_by() == [second.pid]
    assert traces(file).count(f"began in {second.pid}") == 1


@pytest.mark.soak
def test_a_worker_that_wakes_too_late_spoils_nothing(
    start_worker: Worker, effects: None, tmp_path: Path
) -> None:
    """The other has long finished when the frozen one goes on."""
    file = tmp_path / "hang"
    frozen = start_worker()
    enqueue("trials.effect", queue="hanging", file=str(file))
    until(lambda: traces(file))
    os.kill(frozen.pid, signal.SIGSTOP)
    (tmp_path / "hang.go").touch()
    second = start_worker()
    until(lambda: not states())
    os.kill(frozen.pid, signal.SIGCONT)
    assert frozen.wait(PATIENCE) != 0
    assert carried_by() == [second.pid]
    assert second.poll() is None


@pytest.mark.parametrize(
    "blow",
    [
        pytest.param(signal.SIGKILL, id="killed", marks=pytest.mark.soak),
        pytest.param(signal.SIGSTOP, id="frozen", marks=pytest.mark.soak),
    ],
)
def test_with_the_real_patience_a_job_is_found_within_half_a_minute(
    start_worker: Worker, effects: None, tmp_path: Path, blow: signal.Signals
) -> None:
    file = tmp_path / "hang"
    first = start_worker(TRIALS_PATIENT="1")
    enqueue("trials.effect", queue="hanging", file=str(file))
    until(lambda: traces(file))
    began = time.monotonic()
    os.kill(first.pid, blow)
    (tmp_path / "hang.go").touch()
    second = start_worker(TRIALS_PATIENT="1")
    until(lambda: not states())
    assert time.monotonic() - began < FOUND_WITHIN_SECONDS
    assert carried_by() == [second.pid]
    first.kill()  # a frozen one would not hear that the test has ended


def test_what_runs_by_itself_is_run(start_worker: Worker, tmp_path: Path) -> None:
    start_worker(TRIALS_TICK="* * * * * */1", TRIALS_FILE=str(tmp_path / "ticks"))
    until(lambda: len(set(traces(tmp_path / "ticks"))) >= 2)
