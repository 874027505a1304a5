"""An instance to do harm to, on a small disk of its own where that can be made."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from senim.runtime.supervision import memory
from tools.demo.instance import PORTS
from tools.ports import free_ports

READY_WITHIN = 240.0
STAYS = 4.0
"""Seconds: who needs what was away may end a moment after it is back."""
DISK_MEGABYTES = 900
COMMAND = [sys.executable, "-m", "senim.runtime.console.command_line"]


class NotBack(RuntimeError):
    """Something did not come back in time; the message holds what the terminal said last."""


class Place:
    """A running ``senim up`` in ``home``."""

    def __init__(self, home: Path, terminal: Path, *, own_disk: bool) -> None:
        self.home, self.own_disk, self._terminal = home, own_disk, terminal
        self.ports = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
        self.environment = {**os.environ, "SENIM_HOME": str(home)}
        self.environment |= {f"SENIM_{name.upper()}_PORT": str(port) for name, port in self.ports.items()}
        with terminal.open("wb") as out:
            self.supervisor = subprocess.Popen(
                [*COMMAND, "up"],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def stop(self) -> None:
        self.supervisor.send_signal(signal.SIGCONT)
        self.supervisor.send_signal(signal.SIGTERM)
        self.supervisor.wait(90)

    def state(self) -> dict[str, Any]:
        try:
            return dict(json.loads((self.home / "run" / "state.json").read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return {}

    def ready(self) -> bool:
        state = self.state()
        return bool(state.get("ready")) and state["supervisor"] == self.supervisor.pid

    def names(self) -> list[str]:
        """The processes that stay, in the order they start."""
        return [name for name, facts in self.state()["processes"].items() if facts["pid"]]

    def pids(self, name: str) -> list[int]:
        """The process and all it started."""
        return memory.descendants(self.state()["processes"][name]["pid"])

    def restarts(self, name: str) -> int:
        return int(self.state()["processes"][name]["restarts"])

    def wait(self, true: Callable[[], object], what: str, within: float = READY_WITHIN) -> float:
        """How many seconds it took. Raises NotBack, with what the terminal said last."""
        began = time.monotonic()
        while not true():
            if time.monotonic() - began > within or self.supervisor.poll() is not None:
                raise NotBack(f"{what}:\n{self.said_after(0)[-3000:]}")
            time.sleep(0.1)
        return time.monotonic() - began

    def back(self, name: str, restarts: int) -> float:
        """Seconds until ``name`` is replaced and everything is ready, and stays so. Raises NotBack."""
        began, since = time.monotonic(), 0.0

        def stays() -> bool:
            nonlocal since
            if not self.ready() or self.restarts(name) <= restarts or self.state()["troubles"]:
                since = 0.0
            elif not since:
                since = time.monotonic()
            return bool(since) and time.monotonic() - since > STAYS

        self.wait(stays, f"{name} is not back")
        return since - began

    def mark(self) -> int:
        return self._terminal.stat().st_size

    def said_after(self, mark: int) -> str:
        return self._terminal.read_bytes()[mark:].decode(errors="replace")

    def told(self, mark: int, wanted: str) -> str:
        """The supervisor's first line since then that has this in it, without the numbers of the day."""
        for line in self.said_after(mark).splitlines():
            said = re.match(r"\d\d:\d\d:\d\d supervisor +(.*)", line)
            if said and re.search(wanted, said[1]):
                text = said[1].replace(str(self.home), ".senim")
                return re.sub(r"process \d+", "process …", re.sub(r"(?<=[ =])\d{4,5}\b", "…", text))
        return ""


@contextmanager
def place() -> Iterator[Place]:
    """One that is ready, for the length of the block."""
    with TemporaryDirectory(prefix="senim-faults-") as folder, _home(Path(folder)) as (home, own_disk):
        Path(folder).chmod(0o755)
        here = Place(home, Path(folder) / "terminal.txt", own_disk=own_disk)
        try:
            here.wait(here.ready, "the first start")
            yield here
        finally:
            here.stop()


@contextmanager
def _home(folder: Path) -> Iterator[tuple[Path, bool]]:
    """Only root may mount; an ordinary user's instance shares the disk of everything else."""
    home = folder / "home"
    home.mkdir(mode=0o755)
    if os.geteuid() != 0:
        yield home, False
        return
    options = f"size={DISK_MEGABYTES}m,mode=755"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "senim-faults", str(home)], check=True)
    try:
        yield home, True
    finally:
        subprocess.run(["umount", "--lazy", str(home)], check=True)
