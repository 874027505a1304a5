"""``senim journal verify``: the journal's verdict on itself, for a person or as JSON."""

import argparse
import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from senim.journal.verification import Verification, verify


def register(commands: "argparse._SubParsersAction[Any]") -> None:
    journal = commands.add_parser("journal", help="check the journal")
    verbs = journal.add_subparsers(required=True)
    check = verbs.add_parser("verify", help="find records changed, removed, added or cut off")
    check.add_argument("--json", action="store_true", help="print JSON")
    check.set_defaults(run=run_verify)


def run_verify(options: argparse.Namespace) -> int:
    verdict = verify(at=datetime.now(UTC))
    print(_as_json(verdict) if options.json else _as_text(verdict))
    return 0 if verdict.ok else 1


def _as_json(verdict: Verification) -> str:
    return json.dumps({"ok": verdict.ok, **asdict(verdict)}, default=str, indent=2)


def _as_text(verdict: Verification) -> str:
    horizon = f"{verdict.covered} records vouched for, signed {verdict.signed_at or 'never'}; "
    horizon += f"{verdict.waiting} younger than the newest checkpoint"
    findings = [f"{finding.kind}: {finding.where}: {finding.fact}" for finding in verdict.findings]
    return "\n".join([*findings, horizon, "the journal is whole" if verdict.ok else "TAMPERED WITH"])
