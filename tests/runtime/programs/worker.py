"""The real job worker, with tasks that leave traces in files."""

import os
import sys
import time
from pathlib import Path

import django

django.setup()

from senim.jobs import task  # noqa: E402
from senim.runtime import job_worker  # noqa: E402


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


def _trace(file: str, text: str) -> None:
    with open(file, "a", encoding="utf-8") as out:
        out.write(f"{text}\n")


sys.exit(job_worker.main())
