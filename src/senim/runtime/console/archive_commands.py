"""``senim archive``: are papers still what was put away, which are due, destroy those."""

import argparse
import getpass
from typing import Any

from django.utils import timezone

from senim.archive import condition, retention
from senim.runtime.console.certificate_facts import say, say_no, time


def register(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser("archive", help="accepted papers: verify, due, destroy")
    verbs = parser.add_subparsers(required=True, metavar="verb")
    for name, run, said in (
        ("verify", run_verify, "compare every sealed body with its digest on record"),
        ("due", run_due, "papers whose term is over; nothing is touched"),
        ("destroy", run_destroy, "show papers whose term is over; with --confirm, destroy them"),
    ):
        verb = verbs.add_parser(name, help=said)
        verb.add_argument("--json", action="store_true", help="print JSON")
        verb.set_defaults(run=run)
        if name == "destroy":
            verb.add_argument("--confirm", type=int, metavar="NUMBER", help="how many you were shown")


def run_verify(options: argparse.Namespace) -> int:
    damaged = condition.unlike_their_digests(all_of_them=True)
    lines = [f"application {one.number}: paper {one.paper_id} is not what was put away" for one in damaged]
    facts = {"papers": condition.count(), "damaged": [vars(one) for one in damaged]}
    say(options, facts, lines or [f"{facts['papers']} papers, each as it was put away"])
    return 1 if damaged else 0


def run_due(options: argparse.Namespace) -> int:
    found = retention.due(at=timezone.now())
    facts = [
        {
            "paper": one.paper_id,
            "number": one.number,
            "kind": one.kind,
            "accepted_at": time(one.accepted_at),
            "keep_until": one.keep_until.isoformat(),
        }
        for one in found
    ]
    lines = [f"{one['number']}  {one['keep_until']}  {one['kind']:24} {one['paper']}" for one in facts]
    say(options, facts, [*lines, f"{len(found)} papers are due"])
    return 0


def run_destroy(options: argparse.Namespace) -> int:
    """Nobody destroys what they have not been shown: the number has to be that of the list."""
    if options.confirm is None:
        return run_due(options)
    try:
        number = retention.destroy(
            shown=options.confirm, actor=f"console:{getpass.getuser()}", at=timezone.now()
        )
    except retention.NotWhatWasShown as refusal:
        return say_no(str(refusal.reason), options)
    say(options, {"destroyed": number}, [f"{number} papers destroyed"])
    return 0
