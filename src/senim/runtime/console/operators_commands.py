"""``senim operators``: the register, letters and their scans, absence, leaving, lost keys.

Who may run it may do what the provider's responsible staff does; the journal names the account.
"""

import argparse
import tomllib
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from senim.errors import Refused
from senim.operators import absence, applications, leaving, loss, papers, violations
from senim.operators.entrusting import entrust
from senim.operators.extract import give
from senim.operators.packets import Packet
from senim.operators.register import Line, file_of
from senim.operators.register import register as everybody
from senim.operators.standing import OperatorUnknown, operator_by_iin
from senim.operators.steps import name_of
from senim.process import NotAllowed
from senim.runtime.console.certificate_facts import say, say_no, time

Verb = Callable[[argparse.Namespace, datetime], dict[str, object]]


def register(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser("operators", help="operators of the registration authority")
    verbs = parser.add_subparsers(required=True, metavar="verb")
    _verb(verbs, "list", run_list, "everybody who is or was an operator")
    extract = _verb(verbs, "extract", _doing(_extract), "a copy of the register, to print and hand over")
    extract.add_argument("file", type=Path, help="where to put the PDF")
    _about(verbs, "show", run_show, "one operator: standing, certificates, history")
    apply = _verb(verbs, "apply", _doing(_apply), "take in a letter for an operator's certificates")
    apply.add_argument("packet", type=Path, help="TOML: what the letter says, and where its files are")
    _verb(verbs, "seal", _doing(_seal), "put scans of letters of before 0.6.0 into the archive")
    suspend = _about(verbs, "suspend", _doing(_suspend), "away for more than 15 days: acts no more, now")
    suspend.add_argument("--from", dest="absent_from", type=date.fromisoformat, help="first day away")
    suspend.add_argument("--until", dest="absent_until", type=date.fromisoformat, help="last day away")
    _about(verbs, "return", _doing(_take_back), "whoever was suspended acts again")
    dismiss = _about(verbs, "dismiss", _doing(_dismiss), "acts no more; the certificates are revoked")
    dismiss.add_argument(
        "--on", dest="leaves_on", type=date.fromisoformat, help="notice for that day, instead of now"
    )
    entrust = _about(verbs, "entrust", _doing(_entrust), "of the responsible staff, who decide about others")
    entrust.add_argument("--no-longer", action="store_true", help="take it back")
    _about(verbs, "lost", _doing(_lost), "a key is lost or in other hands: stop, revoke, tell, now")
    found = _about(verbs, "violation", _doing(_violation), "record a violation and tell the head")
    found.add_argument("--found", dest="found_on", type=date.fromisoformat, help="the day, today unless said")


def _verb(verbs: Any, name: str, run: Any, said: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=said)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)
    return parser


def _about(verbs: Any, name: str, run: Any, said: str) -> argparse.ArgumentParser:
    parser = _verb(verbs, name, run, said)
    parser.add_argument("iin", help="the operator's IIN")
    parser.add_argument("--note", default="", help="what to say about it in the history")
    return parser


def run_list(options: argparse.Namespace) -> int:
    lines = everybody()
    said = [f"{one.standing.value:10} {one.operator.office:8} {one.operator.name}" for one in lines]
    say(options, [_facts(one) for one in lines], said or ["none"])
    return 0


def run_show(options: argparse.Namespace) -> int:
    known = operator_by_iin(options.iin)
    if known is None:
        return say_no(OperatorUnknown().reason.in_language("en"), options, clause=OperatorUnknown.clause)
    file = file_of(known.id)
    facts = {
        **_facts(file.line),
        "appointed_at": time(file.appointed_at),
        "certificates": [f"{one.serial_number:040x} {one.status.value}" for one in file.certificates],
        "history": [
            {"at": time(one.at), "what": one.what.in_language("en"), "by": one.by, "note": one.note}
            for one in file.history
        ],
        "violations": [{"found_on": one.found_on.isoformat(), "said": one.said} for one in file.violations],
    }
    say(options, facts, [f"{name}: {value}" for name, value in facts.items()])
    return 0


def _facts(line: Line) -> dict[str, object]:
    return {
        "id": str(line.operator.id),
        "name": line.operator.name,
        "office": line.operator.office,
        "responsible": line.operator.responsible,
        "standing": line.standing.value,
        "since": time(line.since_at),
        "absent_until": line.absent_until.isoformat() if line.absent_until else None,
        "leaves_on": line.leaves_on.isoformat() if line.leaves_on else None,
    }


def _doing(verb: Verb) -> Callable[[argparse.Namespace], int]:
    """A command that takes one step, or says why not."""

    def run(options: argparse.Namespace) -> int:
        try:
            facts = verb(options, timezone.now())
        except Refused as refusal:
            return say_no(refusal.reason.in_language("en"), options, clause=refusal.clause)
        except (OSError, ValueError, TypeError, KeyError) as wrong:
            return say_no(f"the file cannot be read or written: {wrong}", options)
        except NotAllowed:
            return say_no("the operator's standing does not allow this step", options)
        say(options, facts, [f"{name}: {value}" for name, value in facts.items()])
        return 0

    return run


def _apply(options: argparse.Namespace, at: datetime) -> dict[str, object]:
    """``sign_request``, ``auth_request`` and each of ``scans`` name files beside the packet's own."""
    said = tomllib.loads(options.packet.read_text(encoding="utf-8"))
    folder: Path = options.packet.parent
    files = {name: (folder / said.pop(name)).read_bytes() for name in ("sign_request", "auth_request")}
    scans = {kind: (folder / name).read_bytes() for kind, name in said.pop("scans", {}).items()}
    examined = applications.examine(packet=Packet(**said, **files, scans=scans), by=None)
    received = applications.receive(examined=examined, at=at)
    return {"application": str(received.application_id), "stage": received.stage.value}


def _seal(_: argparse.Namespace, at: datetime) -> dict[str, object]:
    return {"sealed": papers.seal_all(by=name_of(None), at=at)}


def _extract(options: argparse.Namespace, at: datetime) -> dict[str, object]:
    made = give(by=None, at=at)
    options.file.write_bytes(made.pdf)
    return {"number": made.number, "sha256": made.digest}


def _suspend(options: argparse.Namespace, at: datetime) -> dict[str, object]:
    done = absence.suspend(
        iin=options.iin,
        absent_from=options.absent_from or timezone.localdate(at),
        absent_until=options.absent_until,
        by=None,
        at=at,
        note=options.note,
    )
    return {"standing": done.standing.value}


def _take_back(options: argparse.Namespace, at: datetime) -> dict[str, object]:
    done = absence.take_back(iin=options.iin, by=None, at=at, note=options.note)
    return {"standing": done.standing.value}


def _dismiss(options: argparse.Namespace, at: datetime) -> dict[str, object]:
    if options.leaves_on is None:
        done = leaving.dismiss(iin=options.iin, by=None, at=at, note=options.note)
        return {"standing": done.standing.value}
    notice = leaving.give_notice(
        iin=options.iin, leaves_on=options.leaves_on, by=None, at=at, note=options.note
    )
    return {"standing": notice.changed.standing.value, "late_notice": notice.late}


def _entrust(options: argparse.Namespace, at: datetime) -> dict[str, object]:
    done = entrust(iin=options.iin, responsible=not options.no_longer, by=None, at=at)
    return {"standing": done.standing.value, "responsible": done.operator.responsible}


def _lost(options: argparse.Namespace, at: datetime) -> dict[str, object]:
    done = loss.report(iin=options.iin, by=None, at=at, note=options.note)
    return {"standing": done.changed.standing.value, "revoked": done.revoked, "letters": done.told}


def _violation(options: argparse.Namespace, at: datetime) -> dict[str, object]:
    found_on = options.found_on or timezone.localdate(at)
    told = violations.record_violation(iin=options.iin, found_on=found_on, said=options.note, by=None, at=at)
    return {"letters": told.letters}
