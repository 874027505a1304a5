"""One instance in its home folder: is it running, as which processes, and what do its processes get told."""

import fcntl
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from senim.runtime import soft_tokens
from senim.runtime.supervision import ports
from senim.runtime.supervision.processes import Process
from senim.settings import Settings


class InstanceRuns(RuntimeError):
    """Another supervisor runs this home."""


class PortTaken(RuntimeError):
    """Somebody else listens where one of ours must."""


def make_home(home: Path) -> None:
    """The home, which only its owner may enter; one that exists is left as it is."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)


def lock(home: Path) -> IO[str]:
    """Hold the home for as long as the returned file is open. Raises InstanceRuns."""
    (home / "run").mkdir(exist_ok=True)
    file = (home / "run" / "supervisor.lock").open("a+", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as held:
        file.seek(0)
        holder = file.read().strip()
        file.close()
        raise InstanceRuns(f"Senim already runs in {home} (process {holder}).") from held
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file


def is_running(home: Path) -> bool:
    if not (home / "run" / "supervisor.lock").exists():
        return False
    try:
        lock(home).close()
    except InstanceRuns:
        return True
    return False


def state(home: Path) -> dict[str, Any]:
    """What the supervisor last wrote; empty where none ever ran."""
    try:
        written: dict[str, Any] = json.loads((home / "run" / "state.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return written


def check_ports(processes: Iterable[Process], settings: Settings) -> None:
    """Every port is free. Raises PortTaken naming the port, who holds it, and the variable that moves it."""
    for process in processes:
        if found := ports.taken(process, settings):
            raise PortTaken(found.said_for(process.name))


def environment(settings: Settings, database_url: str) -> dict[str, str]:
    """What the supervisor knows; a process is told less (``handing``): the URL here is the owner's.

    Raises soft_tokens.SoftHsmMissing.
    """
    return {
        **os.environ,
        **soft_tokens.environment(settings),
        "SENIM_HOME": str(settings.home.absolute()),
        "SENIM_DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "senim.runtime.django_settings",
        "PYTHONUNBUFFERED": "1",
    }
