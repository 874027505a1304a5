from senim.jobs import TASKS
from senim.runtime.job_worker import wire
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
    assert {queue for _, queue, _ in ENQUEUED} <= set(wire())


def test_every_task_is_enqueued_by_somebody() -> None:
    wire()
    assert {name for name in TASKS if not name.startswith("trials.")} == {name for name, _, _ in ENQUEUED}
