"""What mutmut found out, counted, and the page that says so."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from mutmut.stats import status_by_exit_code

NOTICED = {"killed", "timeout", "segfault", "caught by type check"}
UNNOTICED = {"survived", "no tests", "suspicious"}
HEAD = """# Do the tests notice?

Each line is a room whose code was changed on purpose, one small thing at a time (mutmut), and how many of
those changes a test noticed. Written by `make mutation`, which goes on where it was stopped; a share is of
what was tried, and the fastest are tried first. A room without a line was not run yet. Not counted: lines
outside functions, decorated functions, and constants of modules, which mutmut leaves alone.

| room | changes | tried | noticed | share | date | command |
|---|---|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Score:
    changes: int
    tried: int
    noticed: int

    @property
    def share(self) -> float:
        return self.noticed / self.tried if self.tried else 0.0


def outcomes(folder: Path) -> dict[str, str]:
    """Every change mutmut knows in this workplace, by name, and what became of it."""
    found: dict[str, str] = {}
    for file in (folder / "mutants").rglob("*.py.meta"):
        codes = json.loads(file.read_text(encoding="utf-8"))["exit_code_by_key"]
        found |= {name: status_by_exit_code[code] for name, code in codes.items()}
    return found


def score(folder: Path) -> Score:
    """A change that no test runs is tried and not noticed."""
    counted = Counter(outcomes(folder).values())
    waiting = counted["not checked"] + counted["check was interrupted by user"]
    return Score(counted.total(), counted.total() - waiting, sum(counted[status] for status in NOTICED))


def write(page: Path, name: str, found: Score, *, date: str, command: str) -> None:
    """Replace this room's line; the others stay as they were measured."""
    kept = {}
    if page.exists():
        lines = page.read_text(encoding="utf-8").splitlines()
        kept = {line.split("|")[1].strip(): line for line in lines if line.startswith("| ")}
        kept.pop("room", None)
    kept[name] = (
        f"| {name} | {found.changes} | {found.tried} | {found.noticed} | {found.share:.1%} "
        f"| {date} | `{command}` |"
    )
    page.write_text(HEAD + "\n".join(kept[name] for name in sorted(kept)) + "\n", encoding="utf-8")
