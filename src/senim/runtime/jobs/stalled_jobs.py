"""Jobs whose worker died or froze: given back to their queue, or set aside when they keep ending workers.

A clock that was ahead and is right again leaves signs of life and further tries in what is still to come:
such a worker counts as dead, and such a job is tried now.
"""

import logging
from dataclasses import dataclass

from django.db import connection, transaction

from senim.runtime.jobs.job_lease import KEYS, LOCKS

LOG = logging.getLogger("senim.runtime")
LIVES_AT_MOST = 3
"""So many workers may die over one job; then it is taken to be what kills them."""
PUT_OFF_AT_MOST_SECONDS = 86_400
"""No task waits so long between two tries."""
SUSPECTS_APART_SECONDS = 10
"""After a second death its jobs run one by one, so that the innocent ones get through."""
_STALLED = """
SELECT job.id, job.task_name FROM procrastinate_jobs AS job
LEFT JOIN procrastinate_workers AS worker ON worker.id = job.worker_id
WHERE job.status = 'doing'
  AND (worker.id IS NULL OR abs(extract(epoch FROM now() - worker.last_heartbeat)) > %s)
ORDER BY job.id FOR UPDATE OF job SKIP LOCKED
"""
_END_ITS_SESSION = """
SELECT pg_terminate_backend(pid, 2000) FROM pg_locks
WHERE locktype = 'advisory' AND classid = %s AND objid = %s AND granted AND pid <> pg_backend_pid()
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_COUNT_DEATH = "INSERT INTO procrastinate_events (job_id, type) VALUES (%s, 'aborted')"
_DEATHS = "SELECT count(*) FROM procrastinate_events WHERE job_id = %s AND type = 'aborted'"
_GIVE_BACK = """
UPDATE procrastinate_jobs
SET status = %s::procrastinate_job_status, attempts = attempts + 1, worker_id = NULL,
    scheduled_at = now() + make_interval(secs => %s)
WHERE id = %s
"""
_FORGET = "DELETE FROM procrastinate_workers WHERE abs(extract(epoch FROM now() - last_heartbeat)) > %s"
_CALL_BACK = """
UPDATE procrastinate_jobs SET scheduled_at = now()
WHERE status = 'todo' AND attempts > 0 AND scheduled_at > now() + make_interval(secs => %s)
"""


@dataclass(frozen=True)
class Found:
    """A job that was stalled. ``set_aside``: it is not run again by itself."""

    job_id: int
    task_name: str
    set_aside: bool


def sweep(*, dead_after: float) -> list[Found]:
    """Take every job from a worker without a heartbeat for ``dead_after`` seconds."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_STALLED, [dead_after])
        found = [_take(job_id, name, place) for place, (job_id, name) in enumerate(cursor.fetchall())]
        cursor.execute(_FORGET, [dead_after])
        cursor.execute(_CALL_BACK, [PUT_OFF_AT_MOST_SECONDS])
    for job in found:
        LOG.warning(
            "%s was left by a worker that died; it is %s",
            job.task_name,
            "set aside" if job.set_aside else "run again",
        )
    return found


def _take(job_id: int, task_name: str, place: int) -> Found:
    with connection.cursor() as cursor:
        cursor.execute(_END_ITS_SESSION, [LOCKS, job_id % KEYS])
        cursor.execute(_COUNT_DEATH, [job_id])
        cursor.execute(_DEATHS, [job_id])
        deaths = cursor.fetchone()[0]
        set_aside, apart = deaths >= LIVES_AT_MOST, SUSPECTS_APART_SECONDS * place if deaths > 1 else 0
        cursor.execute(_GIVE_BACK, ["failed" if set_aside else "todo", apart, job_id])
    return Found(job_id, task_name, set_aside)
