"""``senim jobs``: what stands in the queues; show a job, run it again, drop it."""

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from senim.runtime.console.certificate_facts import say_no
from senim.runtime.jobs import job_board
from senim.runtime.jobs.job_board import NoSuchJob, QueuedJob, QueueStanding


def register(commands: "argparse._SubParsersAction[Any]") -> None:
    jobs = commands.add_parser("jobs", help="jobs that wait, run, stall or are set aside")
    verbs = jobs.add_subparsers(required=True, metavar="verb")
    listing = _verb(verbs, "list", run_list, "every queue, and every job that has not succeeded")
    listing.add_argument("--queue", default="", help="this queue only")
    listing.add_argument("--state", default="", choices=job_board.STATES, help="jobs in this state only")
    for name, run, said in (
        ("show", run_show, "one job"),
        ("retry", run_retry, "run a job that was set aside, or one due later, at once"),
        ("drop", run_drop, "give a job up: what it was to do is not done"),
    ):
        _verb(verbs, name, run, said).add_argument("job", type=int, help="its number, as listed")


def _verb(verbs: Any, name: str, run: Any, said: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=said)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)
    return parser


def run_list(options: argparse.Namespace) -> int:
    found = job_board.jobs(queue=options.queue, state=options.state)
    queues = [one for one in job_board.standing() if options.queue in {"", one.queue}]
    if options.json:
        print(_json({"queues": [asdict(one) for one in queues], "jobs": [asdict(job) for job in found]}))
    else:
        print("\n".join([*map(_queue_line, queues), *map(_job_line, found)]))
    return 0


def run_show(options: argparse.Namespace) -> int:
    return _one(options, lambda: job_board.job(options.job))


def run_retry(options: argparse.Namespace) -> int:
    return _one(options, lambda: _done(options, job_board.retry))


def run_drop(options: argparse.Namespace) -> int:
    return _one(options, lambda: _done(options, job_board.drop))


def _done(options: argparse.Namespace, verb: Callable[..., None]) -> QueuedJob:
    before = job_board.job(options.job)
    verb(job_id=options.job, at=datetime.now(UTC))
    return before


def _one(options: argparse.Namespace, act: Callable[[], QueuedJob]) -> int:
    try:
        job = act()
    except NoSuchJob:
        return say_no(f"there is no job {options.job}, or it is running now", options)
    print(_json(asdict(job)) if options.json else f"{_job_line(job)}\n{_json(job.arguments)}")
    return 0


def _queue_line(queue: QueueStanding) -> str:
    served = "" if queue.is_served else "  no worker serves it"
    since = f"  waiting since {queue.waits_since:%Y-%m-%d %H:%M:%S}" if queue.waits_since else ""
    return (
        f"{queue.queue:<16} waiting {queue.waiting:<5} later {queue.later:<5} running {queue.running:<3}"
        f" stalled {queue.stalled:<3} set aside {queue.set_aside}{since}{served}"
    )


def _job_line(job: QueuedJob) -> str:
    due = f"  due {job.due_at:%Y-%m-%d %H:%M:%S}" if job.due_at else ""
    lost = f"  ended {job.lost_workers} workers" if job.lost_workers else ""
    return f"{job.id:<8} {job.task:<28} {job.state:<10} attempts {job.attempts}{lost}{due}"


def _json(facts: Any) -> str:
    return json.dumps(facts, indent=2, ensure_ascii=False, default=str)
