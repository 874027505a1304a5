"""PostgreSQL servers that a killed supervisor left in a data folder: found by where they live, and ended."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

STOP_STEPS = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0))


def stop_leftover(data: Path) -> None:
    """End every server process that still lives in this data folder, from a supervisor that is gone."""
    for step, seconds in STOP_STEPS:
        found = _servers_in(data)
        if not found:
            break
        for pid in found if step is signal.SIGKILL else _postmaster(data) & found or found:
            with suppress(ProcessLookupError):
                os.kill(pid, step)
                os.kill(pid, signal.SIGCONT)  # a frozen one could not obey
        _wait_until_gone(data, seconds)
    (data / "postmaster.pid").unlink(missing_ok=True)


def _servers_in(data: Path) -> set[int]:
    """Servers change into their data folder; that names them more surely than a process id in a file."""
    if not data.exists():
        return set()
    if not Path("/proc/self").exists():
        return _postmaster(data)
    return {
        int(item.name) for item in Path("/proc").iterdir() if item.name.isdigit() and _lives_in(item, data)
    }


def _lives_in(process: Path, data: Path) -> bool:
    try:
        return (process / "cwd").samefile(data) and Path(os.readlink(process / "exe")).name.startswith(
            "postgres"
        )
    except OSError:
        return False


def _postmaster(data: Path) -> set[int]:
    try:
        pid = int((data / "postmaster.pid").read_text(encoding="ascii").split("\n")[0])
        os.kill(pid, 0)
    except (OSError, ValueError):
        return set()
    return {pid}


def _wait_until_gone(data: Path, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while _servers_in(data) and time.monotonic() < deadline:
        time.sleep(0.03)
