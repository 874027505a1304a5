"""Poison: jobs that can never be done are set aside, shown, and one may run them again or drop them."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from senim.jobs import TASKS, NeverRight, enqueue, reference
from senim.journal.models import Entry
from senim.runtime.console import commands
from senim.runtime.jobs import job_board, stalled_jobs
from senim.runtime.jobs.job_board import NoSuchJob
from senim.runtime.jobs.job_worker import wire
from tests.runtime.conftest import PATIENCE, until
from tests.runtime.test_job_worker import Worker, start_worker, states, traces

__all__ = ["start_worker"]


def put(task: str, queue: str, arguments: str = "{}", status: str = "todo") -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (task_name, queue_name, args, status) VALUES (%s, %s, %s, %s) "
            "RETURNING id",
            [task, queue, arguments, status],
        )
        return int(cursor.fetchone()[0])


def state_of(job_id: int) -> str:
    return job_board.job(job_id).state


def senim(*arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = commands.parser(commands.MODULES["jobs"]).parse_args(["jobs", *arguments])
    return code.run(code), capsys.readouterr().out


UNREADABLE = [
    ("trials.note", "trials", "[]"),
    ("trials.note", "trials", '"words"'),
    ("trials.note", "trials", '{"file": "a", "colour": "red"}'),
    ("trials.nobody_knows", "trials", "{}"),
    ("notices.deliver_sms", "notices.sms", '{"notice": "none"}'),
    ("enrolment.order_settled", "enrolment", '{"order": 7}'),
]


def test_what_nobody_can_read_is_set_aside_at_once_and_the_worker_goes_on(
    start_worker: Worker, tmp_path: Path
) -> None:
    worker, poison = start_worker(), [put(*one) for one in UNREADABLE]
    enqueue("trials.note", queue="trials", file=str(tmp_path / "note"), text="passed by")
    until(lambda: traces(tmp_path / "note") == ["passed by"])
    until(lambda: [state_of(job) for job in poison] == ["set aside"] * len(UNREADABLE))
    assert worker.poll() is None


def test_a_job_that_ends_worker_after_worker_is_set_aside(start_worker: Worker, tmp_path: Path) -> None:
    file = tmp_path / "crashes"
    enqueue("trials.crash", queue="trials", file=str(file))
    for number in range(stalled_jobs.LIVES_AT_MOST):
        assert start_worker().wait(PATIENCE) != 0
        until(lambda wanted=number + 1: len(traces(file)) == wanted)
    start_worker()
    until(lambda: states() == ["failed"])
    (job,) = job_board.jobs(state="set aside")
    assert (job.task, job.lost_workers) == ("trials.crash", 3)
    assert len(traces(file)) == 3


@pytest.mark.django_db
def test_the_board_counts_every_queue_also_one_that_nobody_serves() -> None:
    put("enrolment.order_settled", "enrolment")
    put("enrolment.order_settled", "enrolment", status="failed")
    put("enrolment.order_settled", "enrolment", status="doing")
    put("who.knows", "nowhere")
    enqueue("enrolment.order_settled", queue="enrolment", at=timezone.now() + timezone.timedelta(hours=1))
    found = {one.queue: one for one in job_board.standing()}
    enrolment = found["enrolment"]
    assert (enrolment.waiting, enrolment.later, enrolment.stalled, enrolment.set_aside) == (1, 1, 1, 1)
    assert enrolment.is_served
    assert enrolment.waits_since is not None
    assert not found["nowhere"].is_served
    assert found["notices.mail"].waiting == 0


@pytest.mark.django_db
def test_a_stalled_job_is_given_back_whether_or_not_its_workers_row_is_there() -> None:
    """Where the row of a dead worker was removed first, procrastinate itself finds its job no more."""
    job = put("enrolment.order_settled", "enrolment", status="doing")
    assert [found.job_id for found in stalled_jobs.sweep(dead_after=10)] == [job]
    assert state_of(job) == "waiting"
    assert job_board.job(job).lost_workers == 1
    assert stalled_jobs.sweep(dead_after=10) == []


@pytest.mark.django_db
def test_what_a_clock_that_was_ahead_left_waits_for_nobody() -> None:
    """A try that was put off until that day, and a worker that showed its last sign of life on it."""
    put_off, left = (put("enrolment.order_settled", "enrolment", status=one) for one in ("todo", "doing"))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() + interval '40 days')"
            " RETURNING id"
        )
        worker = cursor.fetchone()[0]
        cursor.execute(
            "UPDATE procrastinate_jobs SET attempts = 1, scheduled_at = now() + interval '40 days'"
            " WHERE status = 'todo'"
        )
        cursor.execute("UPDATE procrastinate_jobs SET worker_id = %s WHERE status = 'doing'", [worker])
    assert [found.job_id for found in stalled_jobs.sweep(dead_after=10)] == [left]
    assert [state_of(put_off), state_of(left)] == ["waiting", "waiting"]


@pytest.mark.django_db
def test_what_was_first_wanted_for_a_later_day_waits_for_it() -> None:
    enqueue("enrolment.order_settled", queue="enrolment", at=timezone.now() + timezone.timedelta(days=40))
    assert stalled_jobs.sweep(dead_after=10) == []
    assert [job.state for job in job_board.jobs()] == ["later"]


def test_no_task_waits_as_long_between_two_tries_as_a_wrong_clock_is_taken_to_say() -> None:
    wire()
    assert max(max(task.retry_seconds) for task in TASKS.values()) < stalled_jobs.PUT_OFF_AT_MOST_SECONDS


@pytest.mark.django_db
def test_who_stood_beside_a_job_that_ends_workers_is_run_apart_from_it() -> None:
    """Both are suspects after the first death; after the second they no longer run together."""
    first, second = (put("enrolment.order_settled", "enrolment", status="doing") for _ in range(2))
    stalled_jobs.sweep(dead_after=10)
    assert (state_of(first), state_of(second)) == ("waiting", "waiting")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    stalled_jobs.sweep(dead_after=10)
    assert (state_of(first), state_of(second)) == ("waiting", "later")


@pytest.mark.django_db
def test_the_command_lists_shows_runs_again_and_drops(capsys: pytest.CaptureFixture[str]) -> None:
    failed = put("enrolment.order_settled", "enrolment", '{"order": "x"}', status="failed")
    code, said = senim("list", capsys=capsys)
    assert code == 0
    assert "set aside 1" in said
    assert f"{failed}" in said
    listed = json.loads(senim("list", "--json", "--state", "set aside", capsys=capsys)[1])
    assert [job["id"] for job in listed["jobs"]] == [failed]
    shown = json.loads(senim("show", str(failed), "--json", capsys=capsys)[1])
    assert (shown["task"], shown["arguments"]) == ("enrolment.order_settled", {"order": "x"})
    assert senim("retry", str(failed), capsys=capsys)[0] == 0
    assert (state_of(failed), job_board.job(failed).attempts) == ("waiting", 0)
    assert senim("drop", str(failed), capsys=capsys)[0] == 0
    with pytest.raises(NoSuchJob):
        job_board.job(failed)
    assert list(Entry.objects.order_by("at").values_list("verb", "facts__task")) == [
        ("jobs.retry", "enrolment.order_settled"),
        ("jobs.drop", "enrolment.order_settled"),
    ]


@pytest.mark.django_db
def test_what_runs_now_is_left_to_its_worker(capsys: pytest.CaptureFixture[str]) -> None:
    running = put("enrolment.order_settled", "enrolment", status="doing")
    for verb in ("retry", "drop"):
        assert senim(verb, str(running), capsys=capsys)[0] == 1
        assert senim(verb, "0", capsys=capsys)[0] == 1
    assert states() == ["doing"]
    assert not Entry.objects.exists()


def test_an_id_among_arguments_is_read_or_never_right() -> None:
    assert str(reference("0b5bd2ac-8d2c-4d0e-9c36-3f3d6f6fb0a1")).startswith("0b5bd2ac")
    for wrong in ("", "none", 7, None, {}):
        with pytest.raises(NeverRight):
            reference(wrong)
