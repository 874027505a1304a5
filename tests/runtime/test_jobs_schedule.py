"""After how long a task is tried again, and when it is set aside."""

from senim.jobs import TASKS, Task
from senim.runtime.jobs.job_worker import wire


def a_task(**more) -> Task:
    return Task(name="t", queue="q", run=lambda: None, **{"retry_seconds": (1, 60), "gives_up": True, **more})


def test_a_task_is_tried_again_after_its_own_seconds_and_then_set_aside() -> None:
    assert [a_task().seconds_until_next(attempts) for attempts in (1, 2, 3)] == [1, 60, None]


def test_a_task_that_never_gives_up_goes_on_at_its_last_pause() -> None:
    forever = a_task(gives_up=False)
    assert [forever.seconds_until_next(attempts) for attempts in (1, 2, 3, 1000)] == [1, 60, 60, 60]


def test_an_applicant_is_told_of_a_settled_order_however_long_it_takes() -> None:
    wire()
    told = TASKS["enrolment.order_settled"]
    assert told.seconds_until_next(100_000) == 3600
