"""``senim workers``: who serves at the counter of the State Corporation."""

import argparse
import getpass
from typing import Any

from django.utils import timezone

from senim.accounts.counter import workers
from senim.accounts.counter.workers import Worker
from senim.errors import Refused
from senim.runtime.console.certificate_facts import say, say_no


def register(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser("workers", help="workers of the State Corporation's counter")
    verbs = parser.add_subparsers(required=True, metavar="verb")
    listed = verbs.add_parser("list", help="everybody who is or was one")
    listed.set_defaults(run=run_list)
    appointed = verbs.add_parser("appoint", help="have somebody serve at a centre's counter")
    appointed.add_argument("iin", help="the worker's IIN")
    appointed.add_argument("--bin", required=True, help="the State Corporation's, as certificates name it")
    appointed.add_argument("--name", required=True, help="full name")
    appointed.add_argument("--office", required=True, help="id of the centre")
    appointed.set_defaults(run=run_appoint)
    dismissed = verbs.add_parser("dismiss", help="serves no more, from now on")
    dismissed.add_argument("iin", help="the worker's IIN")
    dismissed.set_defaults(run=run_dismiss)
    for verb in (listed, appointed, dismissed):
        verb.add_argument("--json", action="store_true", help="print JSON")


def run_list(options: argparse.Namespace) -> int:
    known = workers.everybody()
    lines = [f"{_standing(active):10} {one.office:8} {one.name}" for one, active in known]
    say(options, [{**_facts(one), "at_work": active} for one, active in known], lines or ["none"])
    return 0


def run_appoint(options: argparse.Namespace) -> int:
    try:
        worker = workers.appoint(
            iin=options.iin,
            bin=options.bin,
            name=options.name,
            office=options.office,
            at=timezone.now(),
            by=_console(),
        )
    except Refused as refusal:
        return say_no(refusal.reason.in_language("en"), options, clause=refusal.clause)
    return _say(worker, options)


def run_dismiss(options: argparse.Namespace) -> int:
    try:
        worker = workers.dismiss(iin=options.iin, at=timezone.now(), by=_console())
    except Refused as refusal:
        return say_no(refusal.reason.in_language("en"), options, clause=refusal.clause)
    return _say(worker, options)


def _console() -> str:
    return f"console:{getpass.getuser()}"


def _say(worker: Worker, options: argparse.Namespace) -> int:
    facts = _facts(worker)
    say(options, facts, [f"{name}: {value}" for name, value in facts.items()])
    return 0


def _standing(active: bool) -> str:
    return "at work" if active else "dismissed"


def _facts(worker: Worker) -> dict[str, object]:
    return {"id": str(worker.id), "name": worker.name, "office": worker.office}
