import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction

from senim.jobs import enqueue
from senim.runtime.supervision.processes import PROCESSES
from tests.runtime.conftest import ROOT, end, until

Worker = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start_worker(transactional_db: None) -> Iterator[Worker]:
    started: list[subprocess.Popen[bytes]] = []

    def start(**more: str) -> subprocess.Popen[bytes]:
        environment = os.environ | {"SENIM_PROCESS": "jobs", "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"} | more
        started.append(
            subprocess.Popen(
                [sys.executable, "-m", "tests.runtime.programs.worker"], env=environment, cwd=ROOT
            )
        )
        return started[-1]

    yield start
    for each in started:
        end(each)


def traces(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


def states() -> list[str]:
    """Of the jobs this test enqueued: the sweeps enqueue themselves when a worker starts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text FROM procrastinate_jobs WHERE queue_name <> 'sweep' ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def test_a_job_runs_once_its_transaction_has_committed_and_never_otherwise(
    start_worker: Worker, tmp_path: Path
) -> None:
    start_worker()
    file = tmp_path / "notes"
    with transaction.atomic():
        enqueue("trials.note", queue="trials", file=str(file), text="rolled back")
        transaction.set_rollback(True)
    with transaction.atomic():
        enqueue("trials.note", queue="trials", file=str(file), text="committed")
    until(lambda: traces(file) and not states())
    assert traces(file) == ["committed"]


def test_what_a_job_enqueues_waits_for_the_jobs_own_transaction(start_worker: Worker, tmp_path: Path) -> None:
    start_worker()
    for name, commits in (("kept", True), ("dropped", False)):
        enqueue("trials.pass_on", queue="hanging", file=str(tmp_path / name), commits=commits)
    until(lambda: traces(tmp_path / "dropped") and not states())
    assert traces(tmp_path / "kept") == ["still inside", "passed on"]
    assert traces(tmp_path / "dropped") == ["still inside"]


def test_a_failing_task_is_tried_again_by_its_own_schedule(start_worker: Worker, tmp_path: Path) -> None:
    start_worker()
    enqueue("trials.fail_twice", queue="trials", file=str(tmp_path / "twice"))
    enqueue("trials.fail_always", queue="trials", file=str(tmp_path / "always"))
    until(lambda: states() == ["failed"])
    assert len(traces(tmp_path / "twice")) == 3
    assert len(traces(tmp_path / "always")) == 2


def test_a_queue_that_hangs_does_not_hold_up_another(start_worker: Worker, tmp_path: Path) -> None:
    start_worker()
    for number in range(8):
        enqueue("trials.hang", queue="hanging", file=str(tmp_path / f"hang{number}"))
    enqueue("trials.note", queue="trials", file=str(tmp_path / "note"), text="passed by")
    until(lambda: traces(tmp_path / "note") == ["passed by"])
    for number in range(8):
        (tmp_path / f"hang{number}.go").touch()


def test_the_job_of_a_killed_worker_is_found_and_run_again(start_worker: Worker, tmp_path: Path) -> None:
    file = tmp_path / "hang"
    first = start_worker()
    enqueue("trials.hang", queue="hanging", file=str(file))
    until(lambda: traces(file))
    os.kill(first.pid, signal.SIGKILL)
    (tmp_path / "hang.go").touch()
    second = start_worker()
    until(lambda: not states())
    assert traces(file) == [f"began in {first.pid}", f"began in {second.pid}", "ended"]


def test_queues_that_hang_together_leave_threads_for_the_others(start_worker: Worker, tmp_path: Path) -> None:
    """Two hanging queues fill more threads than a pool of Python's own size has."""
    start_worker()
    hanging = [tmp_path / f"hang{number}" for number in range(8)]
    for number, file in enumerate(hanging):
        if number % 2:
            enqueue("trials.hang", queue="hanging", file=str(file))
        else:
            enqueue("trials.hang_too", queue="hanging too", file=str(file))
    until(lambda: all(traces(file) for file in hanging))
    enqueue("trials.note", queue="trials", file=str(tmp_path / "note"), text="passed by")
    until(lambda: traces(tmp_path / "note") == ["passed by"])
    for file in hanging:
        Path(f"{file}.go").touch()


def test_a_worker_told_to_stop_finishes_what_it_does(start_worker: Worker, tmp_path: Path) -> None:
    worker = start_worker()
    enqueue("trials.hang", queue="hanging", file=str(tmp_path / "hang"))
    until(lambda: traces(tmp_path / "hang"))
    worker.send_signal(signal.SIGTERM)
    (tmp_path / "hang.go").touch()
    assert worker.wait(20) == 0
    assert traces(tmp_path / "hang")[-1] == "ended"
    assert states() == []


def test_jobs_outlive_the_loss_of_every_database_connection(start_worker: Worker, tmp_path: Path) -> None:
    worker = start_worker()
    file = tmp_path / "hang"
    enqueue("trials.hang", queue="hanging", file=str(file))
    until(lambda: traces(file))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    (tmp_path / "hang.go").touch()
    until(lambda: traces(file)[-1] == "ended")

    def settled() -> bool:
        nonlocal worker
        if worker.poll() is not None:  # as the supervisor would
            worker = start_worker()
        return not states()

    until(settled)


def test_the_job_worker_is_one_of_the_instances_processes() -> None:
    assert "senim.runtime.jobs.job_worker:main" in {process.entry for process in PROCESSES}
