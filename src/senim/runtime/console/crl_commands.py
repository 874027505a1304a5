"""``senim crl``: the revocation lists as they are shown, and all of them signed anew at once."""

import argparse
import time
from typing import Any

from django.db import transaction

from senim.certification import condition, orders
from senim.certification.status_files import Generation, GenerationRefused
from senim.pki.crl import ListInvalid
from senim.runtime.console.certificate_facts import say, say_no
from senim.runtime.console.certificate_facts import time as spelled

PATIENCE_SECONDS = 30.0
LOOK_EVERY_SECONDS = 0.2


def register(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser("crl", help="revocation lists: show, publish")
    verbs = parser.add_subparsers(required=True, metavar="verb")
    for name, run, said in (
        ("show", run_show, "every list as responders show it: number, times, entries"),
        ("publish", run_publish, "have the authority sign every list anew, and wait until they are shown"),
    ):
        verb = verbs.add_parser(name, help=said)
        verb.add_argument("--json", action="store_true", help="print JSON")
        verb.set_defaults(run=run)


def run_show(options: argparse.Namespace) -> int:
    try:
        return _say(condition.shown(), options)
    except (GenerationRefused, ListInvalid, OSError, ValueError) as reason:
        return say_no(f"nothing is shown that could be read: {reason}", options)


def run_publish(options: argparse.Namespace) -> int:
    """The command itself cannot open the issuing key: it asks the process that holds it."""
    before = condition.number_shown()
    with transaction.atomic():
        orders.call_the_authority(orders.ANEW)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if condition.number_shown() > before and _is_anew(generation := condition.shown()):
            return _say(generation, options)
        time.sleep(LOOK_EVERY_SECONDS)
    return say_no("the authority's process did not publish; does it run?", options)


def _is_anew(generation: Generation) -> bool:
    return all(scope.complete.number == generation.number for scope in generation.manifest.scopes.values())


def _say(generation: Generation, options: argparse.Namespace) -> int:
    facts = {
        name: {
            "number": one.number,
            "base": one.base_number,
            "this_update": spelled(one.this_update),
            "next_update": spelled(one.next_update) if one.next_update else None,
            "entries": sum(1 for _ in one.revocations()),
            "bytes": len(one.der),
        }
        for name, one in sorted(condition.lists(generation).items())
    }
    lines = [
        f"{name:24} number {said['number']:<6} {said['entries']:>7} entries, until {said['next_update']}"
        for name, said in facts.items()
    ]
    say(options, facts, lines)
    return 0
