"""What mutmut found out, counted, and the line of the page that says so."""

import json
import math
from dataclasses import dataclass
from pathlib import Path

from mutmut.stats import status_by_exit_code

from tools.mutation.in_order import place

WAITING = "not checked"
NOTICED = {"killed", "timeout", "segfault", "caught by type check"}
LATE = "late.json"
"""Names of the changes that were noticed only after tests had been added for them."""


@dataclass(frozen=True)
class Score:
    """``noticed`` at the first trial; ``late`` are those that tests added since then notice too."""

    changes: int
    tried: int
    noticed: int
    late: int

    @property
    def margin(self) -> float:
        """Half the 95 % interval of the share of all changes; nothing where all were tried."""
        share, left = self.noticed / self.tried, self.changes - self.tried
        return 1.96 * math.sqrt(share * (1 - share) / self.tried * left / max(self.changes - 1, 1))

    def cells(self) -> list[str]:
        share = f"{self.noticed / self.tried:.1%}" + (f" ± {self.margin:.1%}" if self.margin else "")
        since = f"{(self.noticed + self.late) / self.tried:.1%}" if self.late else ""
        return [str(self.changes), str(self.tried), str(self.noticed), share, since]


def outcomes(folder: Path) -> dict[str, str]:
    """What became of the changes tried, by name: those at the beginning of the order, and no others."""
    tried: dict[str, str] = {}
    for name, outcome in _all(folder):
        if outcome == WAITING:
            break
        tried[name] = outcome
    return tried


def _all(folder: Path) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for file in (folder / "mutants").rglob("*.py.meta"):
        if (folder / file.relative_to(folder / "mutants").with_suffix("")).exists():
            codes = json.loads(file.read_text(encoding="utf-8"))["exit_code_by_key"]
            found |= {name: status_by_exit_code[code] for name, code in codes.items()}
    return sorted(found.items(), key=lambda change: place(change[0]))


def unnoticed(folder: Path) -> tuple[str, ...]:
    """Changes that were tried, and that no test noticed; one that no test runs is such a one."""
    return tuple(sorted(name for name, outcome in outcomes(folder).items() if outcome not in NOTICED))


def note_late(folder: Path, before: tuple[str, ...]) -> None:
    """Of those nobody noticed before, remember which are noticed now."""
    now = set(before) - set(unnoticed(folder))
    (folder / LATE).write_text(json.dumps(sorted(_late(folder) | now), indent=1), encoding="utf-8")


def _late(folder: Path) -> set[str]:
    file = folder / LATE
    return set(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else set()


def score(folder: Path) -> Score:
    tried = outcomes(folder)
    noticed = {name for name, outcome in tried.items() if outcome in NOTICED}
    late = noticed & _late(folder)
    return Score(len(_all(folder)), len(tried), len(noticed - late), len(late))


def write(page: Path, name: str, found: Score, *, date: str, command: str) -> None:
    """Replace this room's line, or add it below the others; whatever else the page says stays.

    Without a command the line keeps the one it has.
    """
    lines = page.read_text(encoding="utf-8").splitlines()
    table = [number for number, line in enumerate(lines) if line.startswith("|")]
    there = next((number for number in table if lines[number].startswith(f"| {name} |")), None)
    said = f"`{command}`" if command or there is None else lines[there].split("|")[-2].strip()
    fresh = f"| {' | '.join([name, *found.cells(), date, said])} |"
    if there is None:
        lines.insert(table[-1] + 1, fresh)
    else:
        lines[there] = fresh
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")
