from senim.jobs import TASKS
from senim.runtime.jobs.job_worker import wire
from tests.guards.sources import argument, calls, constant, own_files, where

ENQUEUED = [
    (constant(call.args[0]) if call.args else None, constant(argument(call, "queue")), where(file, call))
    for file in own_files()
    if file.name != "jobs.py"
    for call in calls(file, "enqueue")
]


def test_every_job_that_is_enqueued_has_a_task_in_the_queue_it_goes_to() -> None:
    wire()
    assert ENQUEUED
    for name, queue, place in ENQUEUED:
        assert name in TASKS, f"{place} enqueues {name}, which no task declares"
        assert TASKS[name].queue == queue, f"{place}: {name} belongs to the queue {TASKS[name].queue}"


def test_every_queue_has_a_worker() -> None:
    assert {queue for _, queue, _ in ENQUEUED} | {task.queue for task in TASKS.values()} <= set(wire())


def test_every_task_is_enqueued_by_somebody_or_runs_by_itself() -> None:
    wire()
    ours = {name: task for name, task in TASKS.items() if not name.startswith("trials.")}
    enqueued = {name for name, _, _ in ENQUEUED}
    assert {name for name, task in ours.items() if not task.cron} == enqueued
    assert {name for name, task in ours.items() if task.cron} & enqueued == set()
