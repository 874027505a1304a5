"""The real job worker, with tasks that leave traces in files.

As patient as the real one where TRIALS_PATIENT is set.
"""

import os
import signal
import sys
import time
from pathlib import Path

import django

django.setup()

from django.db import connection, transaction  # noqa: E402

from senim.jobs import enqueue, task  # noqa: E402
from senim.runtime.jobs import job_worker  # noqa: E402


@task("trials.note", queue="trials")
def note(file: str, text: str) -> None:
    _trace(file, text)


@task("trials.fail_twice", queue="trials", retry_seconds=(0, 0, 0))
def fail_twice(file: str) -> None:
    _trace(file, "tried")
    if len(Path(file).read_text().splitlines()) < 3:
        raise RuntimeError("not yet")


@task("trials.fail_always", queue="trials", retry_seconds=(0,))
def fail_always(file: str) -> None:
    _trace(file, "tried")
    raise RuntimeError("never")


@task("trials.hang", queue="hanging")
def hang(file: str) -> None:
    """Hangs until somebody writes the word go beside it."""
    _trace(file, f"began in {os.getpid()}")
    while not Path(f"{file}.go").exists():
        time.sleep(0.05)
    _trace(file, "ended")


@task("trials.hang_too", queue="hanging too")
def hang_too(file: str) -> None:
    hang(file)


@task("trials.crash", queue="trials", retry_seconds=())
def crash(file: str) -> None:
    _trace(file, "crashed")
    os.kill(os.getpid(), signal.SIGKILL)


@task("trials.effect", queue="hanging")
def effect(file: str) -> None:
    """One row, committed only once somebody has written the word go."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO trial_effects (by) VALUES (%s)", [os.getpid()])
        hang(file)


@task("trials.pass_on", queue="hanging")
def pass_on(file: str, commits: bool) -> None:
    """Enqueues first and commits last, if it does, with time between for another worker to come too early."""
    with transaction.atomic():
        enqueue("trials.note", queue="trials", file=file, text="passed on")
        time.sleep(1)
        _trace(file, "still inside")
        transaction.set_rollback(not commits)


@task("trials.tick", queue="trials", cron=os.environ.get("TRIALS_TICK", ""))
def tick(timestamp: int) -> None:
    _trace(os.environ["TRIALS_FILE"], str(timestamp))


def _trace(file: str, text: str) -> None:
    with open(file, "a", encoding="utf-8") as out:
        out.write(f"{text}\n")


if "TRIALS_PATIENT" not in os.environ:
    job_worker.HEARTBEAT_SECONDS, job_worker.DEAD_AFTER_SECONDS, job_worker.SWEEP_SECONDS = 0.3, 3.0, 0.3
sys.exit(job_worker.main())
