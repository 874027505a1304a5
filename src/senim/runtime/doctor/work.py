"""Work that waits: jobs of each queue, jobs that failed or lost their worker, records without a leaf."""

from collections.abc import Iterator

from django.db import connection

from senim.journal import condition
from senim.runtime.doctor.findings import Case, Finding, broken, warning

WAITING_WARNING, WAITING_BROKEN = 60.0, 900.0
"""Seconds a job may be due; workers take one up within two."""
WORKER_DEAD_AFTER = 30.0
UNSEQUENCED_WARNING, UNSEQUENCED_BROKEN = 10.0, 60.0
"""The sequencer works once a second."""

DUE = """
SELECT job.queue_name,
       max(extract(epoch FROM now() - greatest(coalesce(job.scheduled_at, event.at), event.at)))::float
  FROM procrastinate_jobs job
  JOIN LATERAL (SELECT max(at) AS at FROM procrastinate_events WHERE job_id = job.id) event ON true
 WHERE job.status = 'todo' AND coalesce(job.scheduled_at, event.at) <= now()
 GROUP BY job.queue_name ORDER BY job.queue_name
"""
FAILED = """
SELECT queue_name, task_name, count(*) FROM procrastinate_jobs
 WHERE status = 'failed' GROUP BY queue_name, task_name ORDER BY queue_name, task_name
"""
STALLED = """
SELECT job.queue_name, count(*) FROM procrastinate_jobs job
  LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
 WHERE job.status = 'doing'
   AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => %s))
 GROUP BY job.queue_name ORDER BY job.queue_name
"""


def queues(_: Case) -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(DUE)
        for queue, seconds in cursor.fetchall():
            if seconds > WAITING_WARNING:
                said = broken if seconds > WAITING_BROKEN else warning
                yield said("queues.waiting", queue=queue, seconds=round(seconds))
        cursor.execute(FAILED)
        for queue, task, number in cursor.fetchall():
            yield warning("queues.failed", queue=queue, task=task, number=number)
        cursor.execute(STALLED, [WORKER_DEAD_AFTER])
        for queue, number in cursor.fetchall():
            yield broken("queues.stalled", queue=queue, number=number)


def journal(case: Case) -> Iterator[Finding]:
    waiting = condition.waiting()
    if waiting is None:
        return
    seconds = (case.at - waiting.since_at).total_seconds()
    if seconds > UNSEQUENCED_WARNING:
        said = broken if seconds > UNSEQUENCED_BROKEN else warning
        yield said("journal.waiting", number=waiting.count, seconds=round(seconds))
