"""What stands in the queues, for operators and for ``senim doctor``; and the two things one may do about it.

A job is ``waiting`` (due), ``later`` (due at a moment to come), ``running``, ``stalled`` (its worker is dead
and no sweeper has come by) or ``set aside`` (it failed for good, or ended worker after worker). Arguments are
ids; nothing here is about a person.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from senim.journal import record
from senim.runtime.jobs.job_worker import DEAD_AFTER_SECONDS, wire

CLAUSE = "own"
STATES = ("waiting", "later", "running", "stalled", "set aside")
_JOBS = """
SELECT job.id, job.queue_name, job.task_name, job.args, job.attempts, job.scheduled_at,
    CASE job.status
        WHEN 'todo' THEN CASE WHEN job.scheduled_at > now() THEN 'later' ELSE 'waiting' END
        WHEN 'doing' THEN CASE
            WHEN worker.last_heartbeat >= now() - make_interval(secs => %(dead_after)s) THEN 'running'
            ELSE 'stalled' END
        ELSE 'set aside' END AS state,
    (SELECT count(*) FROM procrastinate_events WHERE job_id = job.id AND type = 'aborted') AS lost_workers,
    (SELECT min(at) FROM procrastinate_events WHERE job_id = job.id) AS enqueued_at
FROM procrastinate_jobs AS job LEFT JOIN procrastinate_workers AS worker ON worker.id = job.worker_id
WHERE job.status <> 'succeeded'
"""
_RETRY = """
UPDATE procrastinate_jobs SET status = 'todo', attempts = 0, scheduled_at = now(), worker_id = NULL
WHERE id = %s AND status NOT IN ('doing', 'succeeded') RETURNING task_name
"""
_FORGET_DEATHS = "DELETE FROM procrastinate_events WHERE job_id = %s AND type = 'aborted'"
_DROP = """
DELETE FROM procrastinate_jobs WHERE id = %s AND status NOT IN ('doing', 'succeeded') RETURNING task_name
"""


class NoSuchJob(LookupError):
    """There is no such job, it has succeeded, or it is running now."""


@dataclass(frozen=True)
class QueuedJob:
    """``lost_workers``: how many workers died while they ran it."""

    id: int
    queue: str
    task: str
    arguments: Any
    attempts: int
    due_at: datetime | None
    state: str
    lost_workers: int
    enqueued_at: datetime | None


@dataclass(frozen=True)
class QueueStanding:
    """``is_served``: a worker is started for this queue. ``waits_since``: when the oldest due job was due."""

    queue: str
    is_served: bool
    waiting: int
    later: int
    running: int
    stalled: int
    set_aside: int
    waits_since: datetime | None


def jobs(*, queue: str = "", state: str = "") -> tuple[QueuedJob, ...]:
    """Every job that has not succeeded, the oldest first."""
    found = _read(f"{_JOBS} ORDER BY job.id")
    return tuple(job for job in found if queue in {"", job.queue} and state in {"", job.state})


def job(job_id: int) -> QueuedJob:
    """Raises NoSuchJob."""
    found = _read(f"{_JOBS} AND job.id = %(job_id)s", job_id=job_id)
    if not found:
        raise NoSuchJob
    return found[0]


def standing() -> tuple[QueueStanding, ...]:
    """Every queue that has a worker or a job."""
    served, everything = set(wire()), jobs()
    names = sorted(served | {job.queue for job in everything})
    return tuple(_standing(name, name in served, everything) for name in names)


def retry(*, job_id: int, at: datetime) -> None:
    """Run it at once, its attempts and the workers it cost forgotten. Raises NoSuchJob."""
    with transaction.atomic(), connection.cursor() as cursor:
        _do(cursor, "retry", _RETRY, job_id, at)
        cursor.execute(_FORGET_DEATHS, [job_id])


def drop(*, job_id: int, at: datetime) -> None:
    """Give it up for good: what it was to do is not done. Raises NoSuchJob."""
    with transaction.atomic(), connection.cursor() as cursor:
        _do(cursor, "drop", _DROP, job_id, at)


def _do(cursor: Any, verb: str, query: str, job_id: int, at: datetime) -> None:
    arguments = job(job_id).arguments
    cursor.execute(query, [job_id])
    if (row := cursor.fetchone()) is None:
        raise NoSuchJob
    record(
        verb=f"jobs.{verb}",
        clause=CLAUSE,
        subject=f"job:{job_id}",
        actor="command",
        at=at,
        facts={"task": row[0], "arguments": arguments},
    )


def _standing(name: str, is_served: bool, everything: tuple[QueuedJob, ...]) -> QueueStanding:
    here = [job for job in everything if job.queue == name]
    count = {state: sum(job.state == state for job in here) for state in STATES}
    since = [job.due_at or job.enqueued_at for job in here if job.state == "waiting"]
    return QueueStanding(
        queue=name,
        is_served=is_served,
        waiting=count["waiting"],
        later=count["later"],
        running=count["running"],
        stalled=count["stalled"],
        set_aside=count["set aside"],
        waits_since=min((moment for moment in since if moment), default=None),
    )


def _read(query: str, **arguments: int) -> list[QueuedJob]:
    with connection.cursor() as cursor:
        cursor.execute(query, {"dead_after": DEAD_AFTER_SECONDS, **arguments})
        return [_queued(row) for row in cursor.fetchall()]


def _queued(row: tuple[Any, ...]) -> QueuedJob:
    key, queue, task, args, attempts, due_at, state, lost_workers, enqueued_at = row
    arguments = json.loads(args) if isinstance(args, str) else args
    return QueuedJob(key, queue, task, arguments, attempts, due_at, state, lost_workers, enqueued_at)
