"""Whose a job is while it runs. Two workers never both carry the effect of one job.

A worker that froze does not know that its job was given to another. So a run holds an advisory lock in the
very session that does its work, and checks under it that the job is still its own; the sweeper ends the
session that holds the lock of a job it gives away, and with it whatever that session had not committed; and
how a job ended is written down only by the worker it belongs to.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import DatabaseError, InterfaceError, close_old_connections, connection
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

LOG = logging.getLogger("senim.runtime")
LOCKS = 0x534A4F42
"""The class of our advisory locks on jobs."""
KEYS = 2**31
_IS_OURS = """
SELECT EXISTS (SELECT FROM procrastinate_jobs WHERE id = %s AND status = 'doing' AND worker_id = %s)
"""
_FINISH = """
WITH mine AS (
    SELECT id FROM procrastinate_jobs
    WHERE id = %(job_id)s AND status = 'doing' AND worker_id = ANY(%(workers)s) FOR UPDATE
)
SELECT id, procrastinate_finish_job_v1(id, %(status)s, %(delete_job)s) FROM mine
"""
_RETRY = """
WITH mine AS (
    SELECT id FROM procrastinate_jobs
    WHERE id = %(job_id)s AND status = 'doing' AND worker_id = ANY(%(workers)s) FOR UPDATE
)
SELECT id, procrastinate_retry_job_v2(id, %(retry_at)s, %(priority)s, %(queue)s, %(lock)s) FROM mine
"""


class LeaseLost(Exception):
    """The job is another worker's by now: this one was taken for dead."""


@contextmanager
def lease(*, job_id: int, worker_id: int | None) -> Iterator[None]:
    """Hold the job for the length of the block. Raises LeaseLost."""
    close_old_connections()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCKS, job_id % KEYS])
        (held,) = cursor.fetchone()
    if not held:
        raise LeaseLost(job_id)
    try:
        _check(job_id, worker_id)
        yield
    finally:
        _release(job_id)


def _check(job_id: int, worker_id: int | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_IS_OURS, [job_id, worker_id])
        (ours,) = cursor.fetchone()
    if not ours:
        raise LeaseLost(job_id)


def _release(job_id: int) -> None:
    """A session that was ended holds no lock any more."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCKS, job_id % KEYS])
    except (DatabaseError, InterfaceError):
        connection.close()


class OwnJobs(JobManager):
    """Procrastinate's book of jobs, in which a worker writes about its own jobs only.

    ``give_up`` is called where the end of a job could not be written down: procrastinate would go on, and the
    job stay taken for as long as this process lives.
    """

    def __init__(self, connector: object, *, give_up: Callable[[], None]) -> None:
        super().__init__(connector)  # type: ignore[arg-type]
        self._workers: list[int] = []
        self._give_up = give_up

    async def register_worker(self) -> int:
        worker_id = await super().register_worker()
        self._workers.append(worker_id)
        return worker_id

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Job | None:
        """The next job. One whose arguments are no object would end the worker: it is set aside."""
        while job := await super().fetch_job(queues, worker_id):
            arguments: object = job.task_kwargs
            if isinstance(arguments, dict) or job.id is None:
                break
            LOG.error("%s has arguments nobody can read; it is set aside", job.task_name)
            await self.finish_job_by_id_async(job.id, Status.FAILED, delete_job=False)
        return job

    async def finish_job_by_id_async(self, job_id: int, status: Status, delete_job: bool) -> None:
        await self._write(_FINISH, job_id, status=status.value, delete_job=delete_job)

    async def retry_job_by_id_async(
        self,
        job_id: int,
        retry_at: datetime,
        priority: int | None = None,
        queue: str | None = None,
        lock: str | None = None,
    ) -> None:
        await self._write(_RETRY, job_id, retry_at=retry_at, priority=priority, queue=queue, lock=lock)

    async def _write(self, query: str, job_id: int, **arguments: object) -> None:
        try:
            rows = await self.connector.execute_query_all_async(
                query=query, job_id=job_id, workers=self._workers, **arguments
            )
        except Exception:
            self._give_up()
            raise
        if not rows:
            LOG.error("a job was another worker's when it ended here")
            self._give_up()
            raise LeaseLost(job_id)
