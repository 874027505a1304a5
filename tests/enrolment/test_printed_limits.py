"""Every printed step of the five processes is a row, with the limit that is printed for it (CA-16, CA-17)."""

import csv
import re
from datetime import timedelta
from pathlib import Path

import pytest

from senim.enrolment.processes import PROCESSES, is_printed

REQUIREMENTS = Path(__file__).parents[2] / "docs" / "regulation" / "requirements.csv"
PARAGRAPHS = {"CA-6", "CA-7", "CA-8", "CA-9", "CA-10"}
UNITS = {"s": 1, "min": 60, "day": 24 * 3600}
CUT = {"CA-10.T6": timedelta(minutes=1)}
"""The upper bound is cut off in print; elsewhere the same range ends with a minute."""


def printed() -> dict[str, timedelta | None]:
    """Each clause of paragraphs 6–10 with its limit, of a range the upper end; None where none is printed."""
    with REQUIREMENTS.open(encoding="utf-8") as file:
        lines = [line for line in csv.DictReader(file) if line["id"].split(".")[0] in PARAGRAPHS]
    return {line["id"]: CUT.get(line["id"]) or _limit(line["deadline_limit"]) for line in lines}


def _limit(words: str) -> timedelta | None:
    found = re.findall(r"([\d.]+) (s|min|day)", re.sub(r"\(.*?\)", "", words))
    return timedelta(seconds=float(found[-1][0]) * UNITS[found[-1][1]]) if found else None


@pytest.mark.clause("CA-17")
def test_there_are_five_processes_and_a_row_for_every_printed_step():
    assert len(PROCESSES) == 5
    shown = {row.clause for one in PROCESSES for row in one.table.rows if is_printed(row)}
    assert [clause for clause in printed() if not any(clause in named for named in shown)] == []


@pytest.mark.clause("CA-16")
@pytest.mark.parametrize("clause", sorted(clause for clause, limit in printed().items() if limit))
def test_the_limit_of_a_step_is_the_printed_one(clause):
    rows = [row for one in PROCESSES for row in one.table.rows if row.clause == clause]
    limits = {row.within for row in rows if row.within}
    assert limits == {printed()[clause]}
