"""Work done later, by another process: enqueued in the caller's transaction, found by name.

Rooms on one row never import each other; they meet through a task's name. A room declares
``@task("enrolment.tell", queue="enrolment")`` in its ``tasks.py``; ``runtime`` wires the modules and starts a
worker for each queue. A task enqueued in a transaction that rolls back never runs. The only module that knows
procrastinate; what runs jobs is ``runtime.jobs.job_worker``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Task:
    """A declared task: its name, its queue, what to run, and after how many seconds to try again.

    One that never gives up goes on at the last of these.
    """

    name: str
    queue: str
    run: Callable[..., None]
    retry_seconds: tuple[int, ...]
    gives_up: bool = True
    cron: str = ""
    """When it runs by itself (UTC); it is then given the ``timestamp`` it was due at."""

    def seconds_until_next(self, attempts: int) -> int | None:
        """How long to wait after this many failed attempts; None when it is set aside."""
        if attempts <= len(self.retry_seconds):
            return self.retry_seconds[attempts - 1]
        return None if self.gives_up else self.retry_seconds[-1]


TASKS: dict[str, Task] = {}

EVERY_TEN_MINUTES = "*/10 * * * *"
DEFAULT_RETRIES = (1, 2, 5, 15, 30, 60, 120, 300, 600, 1800, 3600)


class NeverRight(Exception):
    """A job whose arguments cannot be read, now or later: it is set aside at once and shown."""


def reference(text: object) -> UUID:
    """An id among the arguments of a job. Raises NeverRight."""
    try:
        return UUID(str(text))
    except ValueError as wrong:
        raise NeverRight("not an id") from wrong


def task(
    name: str,
    *,
    queue: str,
    retry_seconds: tuple[int, ...] = DEFAULT_RETRIES,
    gives_up: bool = True,
    cron: str = "",
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declare the function below as the task of this name. It must bear being run twice."""

    def declare(run: Callable[..., None]) -> Callable[..., None]:
        if name in TASKS and TASKS[name].run.__qualname__ != run.__qualname__:
            raise ValueError(f"two tasks are called {name}")
        TASKS[name] = Task(name, queue, run, retry_seconds, gives_up, cron)
        return run

    return declare


def enqueue(name: str, *, queue: str, at: datetime | None = None, **arguments: Any) -> None:
    """Have the task run once this transaction commits; not before ``at``. Arguments must be JSON."""
    from procrastinate.contrib.django import app

    app.configure_task(name, queue=queue, schedule_at=at, allow_unknown=True).defer(**arguments)
