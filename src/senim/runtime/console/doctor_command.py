"""``senim doctor``: what is wrong and how to mend it; exit code 0, 1 or 2 for ok, warning, broken."""

import argparse
import json
from datetime import UTC, datetime
from typing import Any

from senim.runtime import terminal
from senim.runtime.doctor.checks import examine, worst
from senim.runtime.doctor.findings import Case, Check, Finding
from senim.settings import settings
from senim.texts import speaking


def register(commands: "argparse._SubParsersAction[Any]") -> None:
    doctor = commands.add_parser("doctor", help="say what is wrong and how to mend it")
    doctor.add_argument("--json", action="store_true", help="print JSON")
    doctor.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    found = list(examine(Case(settings, datetime.now(UTC))))
    with speaking(terminal.language()):
        print(_as_json(found) if options.json else _as_text(found))
    return int(worst(found))


def _as_json(found: list[tuple[Check, Finding]]) -> str:
    findings = [
        {
            "check": check.name,
            "level": finding.level.name.lower(),
            "id": finding.id,
            "what": str(finding.what),
            "mend": str(finding.mend) if finding.mend else None,
            "facts": {name: str(value) for name, value in finding.facts.items()},
        }
        for check, finding in found
    ]
    return json.dumps(
        {"level": worst(found).name.lower(), "findings": findings}, ensure_ascii=False, indent=2
    )


def _as_text(found: list[tuple[Check, Finding]]) -> str:
    lines = []
    for check, finding in found:
        lines.append(f"{finding.level.name.lower():<8} {check.name:<20} {finding.what}")
        if finding.mend:
            lines.append(f"{'':<29} → {finding.mend}")
    return "\n".join(lines)
