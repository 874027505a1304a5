"""``senim systems``: admitted information systems, the switch that stops one, and who decides about them.

Nobody is admitted here: that takes the signature of an official. Who may run the command may stop a system,
and says who the officials are; the journal names the account.
"""

import argparse
import getpass
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from senim.accounts.systems import officials
from senim.accounts.systems.register import SystemLine, system_file, systems
from senim.accounts.systems.suspending import suspend_from_console
from senim.errors import Refused
from senim.process import NotAllowed
from senim.runtime.console.certificate_facts import say, say_no, time

Verb = Callable[[argparse.Namespace, datetime], object]


def register(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser("systems", help="admitted information systems")
    verbs = parser.add_subparsers(required=True, metavar="verb")
    listed = _verb(verbs, "list", _list, "every system that was ever admitted")
    listed.add_argument("--search", default="", help="in the name, the organisation, or the BIN")
    _about(verbs, "show", _show, "one system: purposes, keys, history")
    stopped = _about(verbs, "suspend", _suspend, "stop a system now, whatever tokens it holds")
    stopped.add_argument("--reason", required=True, help="its organisation gets it by letter")
    named = _verb(verbs, "appoint", _appoint, "have somebody decide for the authorised body")
    for name, said in (("iin", "who"), ("bin", "the authorised body"), ("name", "as pages show it")):
        named.add_argument(name, help=said)
    _verb(verbs, "dismiss", _dismiss, "somebody decides no longer").add_argument("iin", help="who")


def _verb(verbs: Any, name: str, verb: Verb, said: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=said)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=_doing(verb))
    return parser


def _about(verbs: Any, name: str, verb: Verb, said: str) -> argparse.ArgumentParser:
    parser = _verb(verbs, name, verb, said)
    parser.add_argument("client_id", type=UUID, help="as senim systems list shows it")
    return parser


def _doing(verb: Verb) -> Callable[[argparse.Namespace], int]:
    def run(options: argparse.Namespace) -> int:
        try:
            facts = verb(options, timezone.now())
        except Refused as refusal:
            return say_no(refusal.reason.in_language("en"), options, clause=refusal.clause)
        except NotAllowed:
            return say_no("the system is in no state to do this", options)
        say(options, facts, _lines(facts))
        return 0

    return run


def _lines(facts: object) -> list[str]:
    if isinstance(facts, list):
        shown = [
            f"{one['client_id']}  {one['state']:10} {one['organisation']}: {one['name']}" for one in facts
        ]
        return shown or ["none"]
    return [f"{name}: {value}" for name, value in facts.items()] if isinstance(facts, dict) else []


def _list(options: argparse.Namespace, at: datetime) -> list[dict[str, object]]:
    return [_facts(line) for line in systems(search=options.search, at=at)]


def _facts(line: SystemLine) -> dict[str, object]:
    return {
        "client_id": str(line.id),
        "name": line.name,
        "organisation": line.organisation,
        "bin": line.bin,
        "kind": line.kind,
        "state": "expired" if line.expired else line.standing.value,
        "since": time(line.since_at),
        "expires_on": line.expires_on.isoformat() if line.expires_on else None,
    }


def _show(options: argparse.Namespace, at: datetime) -> dict[str, object]:
    file = system_file(options.client_id, at=at)
    return {
        **_facts(file.line),
        "purposes": list(file.facts.purposes),
        "document_types": list(file.facts.document_types),
        "keys": list(file.facts.keys),
        "admitted_at": time(file.admitted_at),
        "history": [
            {
                "at": time(one.at),
                "what": one.what.in_language("en"),
                "by": one.by,
                "note": one.note,
                "signed": one.signed,
            }
            for one in file.history
        ],
    }


def _suspend(options: argparse.Namespace, at: datetime) -> dict[str, object]:
    account = getpass.getuser()
    suspend_from_console(system_id=options.client_id, reason=options.reason, account=account, at=at)
    return {"client_id": str(options.client_id), "state": "suspended"}


def _appoint(options: argparse.Namespace, at: datetime) -> dict[str, object]:
    by = f"console:{getpass.getuser()}"
    made = officials.appoint(iin=options.iin, bin=options.bin, name=options.name, by=by, at=at)
    return {"official": str(made.id)}


def _dismiss(options: argparse.Namespace, at: datetime) -> dict[str, object]:
    officials.dismiss(iin=options.iin, by=f"console:{getpass.getuser()}", at=at)
    return {"dismissed": True}
