"""A user id for each process where Senim is started as root, so that none can open another's files or memory.

The ids follow ``SENIM_FIRST_USER_ID``: the first is the group all of them share, which may pass through the
home and read what is nobody's secret. They need no entry in ``/etc/passwd``. Where they cannot be had (not
started as root, or in a container that maps too few) everything runs under one id, and why is said.
"""

import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from senim.runtime.supervision import lifeline

ORDER = (
    "postgres",
    "portal",
    "desk",
    "messages",
    "jobs",
    "authority",
    "sequencer",
    "responders",
    "sandbox",
    "partners",
)
"""A process keeps its place for ever, since its files bear its id: new ones are added at the end."""
PROBE = "import os, sys; sys.exit(not all(os.access(path, os.R_OK | os.X_OK) for path in sys.argv[1:]))"


@dataclass(frozen=True)
class UserIds:
    """``first`` is 0 where all share one id, and then ``why_shared`` says why."""

    first: int = 0
    why_shared: str = ""
    view: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Folders the ids may not pass through, each with what they need inside it."""

    @property
    def apart(self) -> bool:
        return self.first > 0

    @property
    def group(self) -> int:
        return self.first

    def of(self, process: str) -> int:
        """Whoever starts Senim, for steps and where all share one id."""
        if not self.apart or process not in ORDER:
            return os.geteuid()
        return self.first + 1 + ORDER.index(process)

    def steps(self, process: str) -> tuple[str, ...]:
        """What ``lifeline`` is told, to become this process's user."""
        if self.of(process) == os.geteuid():
            return ()
        user = str(self.of(process))
        shown = [word for blocked, needed in self.view for word in ("view", blocked, *needed, ",")]
        return (*shown, "user", user, user, str(self.group))


def choose(*, first: int, home: Path) -> UserIds:
    """The ids of this instance's processes, ``first`` and the next ones where they can be had."""
    if os.geteuid() != 0:
        return UserIds(why_shared="Senim was not started as root")
    if first <= 0:
        return UserIds(why_shared="SENIM_FIRST_USER_ID is 0")
    needed = needed_paths()
    chosen = UserIds(first, view=view_of([*needed, home.absolute()]))
    if wrong := _tried(chosen, needed):
        return UserIds(why_shared=f"other user ids cannot run it here: {wrong}")
    return chosen


def needed_paths() -> list[Path]:
    """The interpreter and every folder that modules come from."""
    places = [sys.prefix, sys.base_prefix, os.path.realpath(sys.base_prefix), *sys.path]
    return sorted({Path(place).absolute() for place in places if place and Path(place).is_dir()})


def view_of(needed: Iterable[Path]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The folders on the way that others may not pass through, with what is needed inside each."""
    found: dict[str, set[str]] = {}
    for path in needed:
        if blocked := _blocked_on_the_way(path):
            found.setdefault(str(blocked), set()).add(str(path))
    return tuple((blocked, _outermost(paths)) for blocked, paths in sorted(found.items()))


def _blocked_on_the_way(path: Path) -> Path | None:
    on_the_way = (step for step in reversed(path.parents) if step.exists())
    return next((step for step in on_the_way if not step.stat().st_mode & 0o001), None)


def _outermost(paths: set[str]) -> tuple[str, ...]:
    """Without those that lie inside another."""
    return tuple(sorted(path for path in paths if not any(str(up) in paths for up in Path(path).parents)))


def _tried(ids: UserIds, needed: Iterable[Path]) -> str:
    """Why a process under such an id would not run; empty where it would."""
    own = [sys.executable, "-I", lifeline.__file__, str(os.getpid()), "SIGKILL", *ids.steps("portal"), "--"]
    program = [sys.executable, "-I", "-c", PROBE, *map(str, needed)]
    said = subprocess.run([*own, *program], capture_output=True, text=True, cwd="/", check=False)
    if said.returncode == 0:
        return ""
    return (said.stderr.strip().splitlines() or ["they may not read the program's files"])[-1]
