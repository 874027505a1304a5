"""Runs the jobs that verbs enqueued: one worker for each queue, and a sweeper for jobs whose worker died.

A queue that hangs on somebody outside does not hold up another. A job found with a dead worker is run again
(``stalled_jobs``), and only one run of it can have an effect (``job_lease``); yet a worker may die between a
job's effect and writing down its end, so every task must bear being run twice. When the database goes away
this process ends, and is started again. See docs/decisions/0028-jobs-once-in-effect.md.

The workers keep their books over connections of their own. What a job enqueues goes over Django's, in the
job's own transaction, like everybody's: the two apps share nothing but the database.
"""

import asyncio
import inspect
import logging
import os
import signal
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils.module_loading import autodiscover_modules
from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.contrib.django import connector_params
from procrastinate.jobs import DeleteJobCondition, Job
from psycopg import AsyncConnection

from senim import pulse
from senim.jobs import TASKS, NeverRight, Task
from senim.runtime.jobs import stalled_jobs
from senim.runtime.jobs.job_lease import LeaseLost, OwnJobs, lease

LOG = logging.getLogger("senim.runtime")
JOBS_AT_ONCE = 4
HEARTBEAT_SECONDS = 2.0
DEAD_AFTER_SECONDS = 10.0
SWEEP_SECONDS = 3.0
POLL_SECONDS = 2.0
"""Jobs due at a later time are not notified; they wait for the next poll."""
FINISH_WITHIN_SECONDS = 6.0
CUT_OFF_AFTER_SECONDS = FINISH_WITHIN_SECONDS + 2.0


class OwnSchedule(BaseRetryStrategy):
    """Tries again after the seconds the task itself names, then gives up; the job stays, marked as failed."""

    def __init__(self, task: Task) -> None:
        self._task = task

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        wait = self._task.seconds_until_next(job.attempts + 1)
        if wait is None or isinstance(exception, NeverRight | LeaseLost):
            LOG.error("%s is set aside after %d attempts", self._task.name, job.attempts + 1)
            return None
        LOG.warning("%s failed (%s); again in %d s", self._task.name, type(exception).__name__, wait)
        return RetryDecision(retry_at=datetime.now(UTC) + timedelta(seconds=wait))


def wire() -> dict[str, list[Task]]:
    """Import every room's tasks; the tasks of each queue."""
    autodiscover_modules("tasks")
    queues: dict[str, list[Task]] = defaultdict(list)
    for task in TASKS.values():
        queues[task.queue].append(task)
    return dict(queues)


def main() -> int:
    queues = wire()
    app = App(connector=_connector(len(queues)))
    for task in TASKS.values():
        _declare(app, task)
    LOG.info("working on %s", ", ".join(sorted(queues)))
    return asyncio.run(_run(app, sorted(queues)))


def _declare(app: App, task: Task) -> None:
    """One that runs by itself waits once, however long nobody came to run it."""
    waits_once = task.name if task.cron else None
    run = app.task(
        name=task.name,
        queue=task.queue,
        retry=OwnSchedule(task),
        queueing_lock=waits_once,
        pass_context=True,
    )(_leased(task))
    if task.cron:
        app.periodic(cron=task.cron)(run)


def _leased(task: Task) -> Callable[..., None]:
    signature = inspect.signature(task.run)

    def run(context: JobContext, **arguments: Any) -> None:
        try:
            signature.bind(**arguments)
        except TypeError as wrong:
            raise NeverRight(task.name) from wrong
        with lease(job_id=context.job.id or 0, worker_id=context.job.worker_id):
            task.run(**arguments)

    return run


async def _run(app: App, queues: list[str]) -> int:
    """Until told to stop: 0. When a worker or the sweeper ends by itself: 1."""
    told, broken = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(max_workers=JOBS_AT_ONCE * len(queues) + 2))
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)

    def unheard(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """What nobody waits for is heard of only here: whatever it was, this process is no longer whole."""
        LOG.error("%s", context["message"])
        broken.set()

    loop.set_exception_handler(unheard)
    app.job_manager = OwnJobs(app.connector, give_up=broken.set)
    async with app.open_async():
        running = [asyncio.create_task(_work(app, queue), name=queue) for queue in queues]
        running += [asyncio.create_task(sweep(), name="sweeper")]
        running += [asyncio.create_task(show_life(), name="sign of life")]
        stops = [asyncio.create_task(told.wait()), asyncio.create_task(broken.wait())]
        await asyncio.wait([*running, *stops], return_when=asyncio.FIRST_COMPLETED)
        for stop in stops:
            stop.cancel()
        return await _end(running, told=told.is_set())


def _connector(queues: int) -> PsycopgConnector:
    """Every statement commits by itself: a worker that freezes between one and its commit would hold locks
    that all others wait for. A connection for each queue, or one that waits would hold up the rest."""
    return PsycopgConnector(
        kwargs=connector_params(), configure=_commit_at_once, min_size=2, max_size=queues + 2
    )


async def _commit_at_once(connection: AsyncConnection[Any]) -> None:
    await connection.set_autocommit(True)


async def _end(running: list[asyncio.Task[None]], *, told: bool) -> int:
    code = 0 if told else 1
    if not told:
        ended = ", ".join(each.get_name() for each in running if each.done()) or "a job's bookkeeping"
        LOG.error("%s failed; starting anew", ended)
    for each in running:
        each.cancel()
    _, hanging = await asyncio.wait(running, timeout=CUT_OFF_AFTER_SECONDS)
    if hanging:
        LOG.warning("jobs that do not end are cut off; another worker runs them again")
        logging.shutdown()
        os._exit(code)
    return code


async def _work(app: App, queue: str) -> None:
    await app.run_worker_async(
        queues=[queue],
        name=queue,
        concurrency=JOBS_AT_ONCE,
        install_signal_handlers=False,
        fetch_job_polling_interval=POLL_SECONDS,
        update_heartbeat_interval=HEARTBEAT_SECONDS,
        stalled_worker_timeout=DEAD_AFTER_SECONDS,
        shutdown_graceful_timeout=FINISH_WITHIN_SECONDS,
        delete_jobs=DeleteJobCondition.SUCCESSFUL.value,
    )


async def show_life() -> None:
    """From the loop that hands out jobs; a job that hangs in its thread is no reason to end the others."""
    while True:
        pulse.beat()
        await asyncio.sleep(1)


async def sweep() -> None:
    """Give jobs whose worker has died back to their queue. A database that is away is the workers' affair."""
    while True:
        try:
            await asyncio.to_thread(_sweep_once)
        except (OperationalError, InterfaceError) as away:
            LOG.warning("could not look for stalled jobs: %s", type(away).__name__)
        await asyncio.sleep(SWEEP_SECONDS)


def _sweep_once() -> None:
    close_old_connections()
    stalled_jobs.sweep(dead_after=DEAD_AFTER_SECONDS)
