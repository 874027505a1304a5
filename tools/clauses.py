"""A pytest plugin that ties test results to clauses of law and writes ``conformance.json``.

``{id: {"kind": …, "tests": {name: {"outcome", "doors", "refusals"}}, "holds": bool | null}}`` for every
clause of ``docs/regulation/requirements.csv``; null where no test is marked with it. The session fails where
a claimed clause does not hold, or where none of its tests went through a door. Load: ``-p tools.clauses``.
"""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tools import doors

REGULATION = Path(__file__).parent.parent / "docs" / "regulation"
OUTPUT = Path(__file__).parent.parent / "conformance.json"


def requirements() -> dict[str, str]:
    with (REGULATION / "requirements.csv").open(encoding="utf-8") as file:
        return {row["id"]: row["kind"] for row in csv.DictReader(file)}


def claimed() -> set[str]:
    lines = (REGULATION / "claimed.txt").read_text(encoding="utf-8").splitlines()
    return {line.strip() for line in lines if line.strip() and not line.startswith("#")}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    known = requirements()
    for item in items:
        for mark in item.iter_markers("clause"):
            for clause in mark.args:
                if clause not in known:
                    raise pytest.UsageError(f"{item.nodeid} cites {clause}, which no regulation has")
                item.user_properties.append(("clause", clause))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:  # noqa: ARG001
    doors.watch()  # not before: what it imports reads settings that the tests' conftest prepares
    doors.begin()
    return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    try:
        return (yield)
    finally:
        if item.get_closest_marker("clause"):
            item.user_properties.append(("went through", doors.seen()))


class Ledger:
    """Outcomes by clause, gathered in the process that prints the summary (xdist's controller too)."""

    def __init__(self) -> None:
        self.tests: dict[str, dict[str, dict[str, Any]]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call" and report.outcome == "passed":
            return
        told = dict(report.user_properties)
        passed, refused = told.get("went through", ((), ()))
        entry = {"outcome": report.outcome, "doors": list(passed), "refusals": list(refused)}
        for name, clause in report.user_properties:
            if name == "clause":
                self.tests.setdefault(str(clause), {})[report.nodeid] = entry

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if hasattr(session.config, "workerinput"):
            return
        verdict = self.verdict()
        OUTPUT.write_text(json.dumps(verdict, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        missing = sorted(clause for clause in claimed() if not verdict[clause]["holds"])
        shown = sum(1 for entry in verdict.values() if entry["holds"])
        print(f"\nconformance: {shown} of {len(verdict)} clauses shown, {len(claimed())} claimed")
        inside = sorted(clause for clause in claimed() - set(missing) if not self.doors_of(clause))
        if missing:
            print("claimed, but not shown: " + ", ".join(missing))
        if inside:
            print("claimed, but shown through no door: " + ", ".join(inside))
        if missing or inside:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def doors_of(self, clause: str) -> set[str]:
        return {door for entry in self.tests.get(clause, {}).values() for door in entry["doors"]}

    def verdict(self) -> dict[str, Any]:
        return {
            clause: {
                "kind": kind,
                "tests": self.tests.get(clause, {}),
                "holds": all(entry["outcome"] == "passed" for entry in self.tests[clause].values())
                if clause in self.tests
                else None,
            }
            for clause, kind in requirements().items()
        }


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Ledger(), "senim-clauses")
