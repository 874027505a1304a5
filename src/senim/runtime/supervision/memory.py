"""What an instance started, and how much memory it takes: shared pages counted once (PSS)."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True)
class Families:
    """Every process of the machine at one moment: its parent, and its state in the kernel's letter."""

    known: dict[int, tuple[int, str]]

    def of(self, pid: int, *, in_state: str = "") -> list[int]:
        """This process and everything it started, directly or not; of them those in this state."""
        found, fresh = [pid], {pid}
        while fresh:
            fresh = {child for child, (parent, _) in self.known.items() if parent in fresh}
            found += fresh
        return [each for each in found if not in_state or self.known.get(each, (0, ""))[1] == in_state]


def families() -> Families:
    known: dict[int, tuple[int, str]] = {}
    for folder in PROC.glob("[0-9]*"):
        with suppress(OSError, IndexError):
            # The name in parentheses may hold spaces and parentheses itself.
            rest = (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            known[int(folder.name)] = (int(rest[1]), rest[0])
    return Families(known)


def descendants(pid: int) -> list[int]:
    """This process and everything it started, directly or not."""
    return families().of(pid)


def pss_kilobytes(pids: Iterable[int]) -> int:
    """Proportional set size; processes that ended meanwhile count nothing."""
    return sum(_said(pid, "Pss:") for pid in pids)


def own_kilobytes(pids: Iterable[int]) -> int:
    """Of that, what is no file's: mapped files are given back when memory is short."""
    return sum(_said(pid, "Pss_Anon:") for pid in pids)


def _said(pid: int, line_name: str) -> int:
    with suppress(OSError):
        for line in (PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith(line_name):
                return int(line.split()[1])
    return 0
