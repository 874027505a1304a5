"""How much memory an instance takes: shared pages counted once (PSS), summed over everything it started."""

from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")


def descendants(pid: int) -> list[int]:
    """This process and everything it started, directly or not."""
    parents = _parents()
    found, fresh = [pid], [pid]
    while fresh:
        fresh = [child for child, parent in parents.items() if parent in fresh]
        found += fresh
    return found


def pss_kilobytes(pids: list[int]) -> int:
    """Proportional set size; processes that ended meanwhile count nothing."""
    return sum(_pss(pid) for pid in pids)


def _pss(pid: int) -> int:
    with suppress(OSError):
        for line in (PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def _parents() -> dict[int, int]:
    found: dict[int, int] = {}
    for folder in PROC.glob("[0-9]*"):
        with suppress(OSError, IndexError):
            # The name in parentheses may hold spaces and parentheses itself.
            rest = (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            found[int(folder.name)] = int(rest[1])
    return found
