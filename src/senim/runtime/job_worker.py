"""Runs the jobs that verbs enqueued: one worker for each queue, and a sweeper for jobs whose worker died.

A queue that hangs on somebody outside does not hold up another. A job found with a dead worker is run again,
so every task must bear being run twice. When the database goes away this process ends, and is started again.
"""

import asyncio
import logging
import signal
from collections import defaultdict
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from django.utils.module_loading import autodiscover_modules
from procrastinate import App, BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app as declared
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import DeleteJobCondition, Job

from senim import pulse
from senim.jobs import TASKS, Task

LOG = logging.getLogger("senim.runtime")
JOBS_AT_ONCE = 4
HEARTBEAT_SECONDS = 2.0
DEAD_AFTER_SECONDS = 10.0
SWEEP_SECONDS = 3.0
POLL_SECONDS = 2.0
"""Jobs due at a later time are not notified; they wait for the next poll."""
FINISH_WITHIN_SECONDS = 6.0


class OwnSchedule(BaseRetryStrategy):
    """Tries again after the seconds the task itself names, then gives up; the job stays, marked as failed."""

    def __init__(self, task: Task) -> None:
        self._task = task

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        wait = self._task.seconds_until_next(job.attempts + 1)
        if wait is None:
            LOG.error("%s is given up after %d attempts", self._task.name, job.attempts + 1)
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
    for task in TASKS.values():
        if task.name not in declared.tasks:
            _declare(task)
    LOG.info("working on %s", ", ".join(sorted(queues)))
    return asyncio.run(_run(sorted(queues)))


def _declare(task: Task) -> None:
    """One that runs by itself waits once, however long nobody came to run it."""
    waits_once = task.name if task.cron else None
    run = declared.task(name=task.name, queue=task.queue, retry=OwnSchedule(task), queueing_lock=waits_once)(
        task.run
    )
    if task.cron:
        declared.periodic(cron=task.cron)(run)


async def _run(queues: list[str]) -> int:
    """Until told to stop: 0. When a worker or the sweeper ends by itself: 1."""
    told, broken = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)

    def unheard(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """A worker that could not write down how a job ended says so only here; its job would stay taken."""
        LOG.error("%s", context["message"])
        broken.set()

    loop.set_exception_handler(unheard)
    with declared.replace_connector(declared.connector.get_worker_connector()) as app:  # type: ignore[attr-defined]
        async with app.open_async():
            running = [asyncio.create_task(_work(app, queue), name=queue) for queue in queues]
            running += [asyncio.create_task(sweep(app), name="sweeper")]
            running += [asyncio.create_task(show_life(), name="sign of life")]
            stops = [asyncio.create_task(told.wait()), asyncio.create_task(broken.wait())]
            await asyncio.wait([*running, *stops], return_when=asyncio.FIRST_COMPLETED)
            for stop in stops:
                stop.cancel()
            return await _end(running, told=told.is_set())


async def _end(running: list[asyncio.Task[None]], *, told: bool) -> int:
    if not told:
        ended = ", ".join(each.get_name() for each in running if each.done()) or "a job's bookkeeping"
        LOG.error("%s failed; starting anew", ended)
    for each in running:
        each.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    return 0 if told else 1


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


async def sweep(app: App) -> None:
    """Give jobs whose worker has died back to their queue."""
    while True:
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER_SECONDS):
            LOG.warning("%s was left by a worker that died; it is run again", job.task_name)
            with suppress(ConnectorException, psycopg.Error):
                await app.job_manager.retry_job(job, retry_at=datetime.now(UTC))
        await asyncio.sleep(SWEEP_SECONDS)
