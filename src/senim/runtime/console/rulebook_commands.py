"""``senim rulebook``: which rules this instance follows, by which clause, since when."""

import argparse
import json
from datetime import UTC, date, datetime
from typing import Any

from senim.rulebook import Rule, day_of, in_force, is_demonstrated, rules
from senim.settings import settings


def register(commands: "argparse._SubParsersAction[Any]") -> None:
    rulebook = commands.add_parser("rulebook", help="list the rules of law followed here, with their dates")
    rulebook.add_argument("--on", type=date.fromisoformat, help="a date, YYYY-MM-DD; today if not given")
    rulebook.add_argument("--json", action="store_true", help="print JSON")
    rulebook.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    day = options.on or day_of(datetime.now(UTC))
    found = [_facts(rule, day) for rule in rules()]
    if options.json:
        print(json.dumps(found, indent=2, ensure_ascii=False, default=str))
    else:
        print("\n".join(_line(facts) for facts in found))
    return 0


def _facts(rule: Rule, day: date) -> dict[str, Any]:
    demonstrated = settings.demonstrated_rules
    return {
        "name": rule.name,
        "order": rule.order,
        "clause": rule.clause,
        "since": rule.since,
        "until": rule.until,
        "followed": in_force(rule.name, on=day, demonstrated=demonstrated),
        "demonstrated": is_demonstrated(rule.name, on=day, demonstrated=demonstrated),
    }


def _line(facts: dict[str, Any]) -> str:
    how = (
        "for demonstration" if facts["demonstrated"] else "in force" if facts["followed"] else "not followed"
    )
    until = f" until {facts['until']}" if facts["until"] else ""
    return (
        f"{facts['name']:<32} {how:<18} {facts['clause']:<8} {facts['order']}, since {facts['since']}{until}"
    )
