"""One instance in its home folder: is it running, as which processes, and what do its processes get told."""

import fcntl
import json
import os
import socket
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from senim.runtime.processes import Process, ports_of
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
    """Every port is free. Raises PortTaken naming the port and the variable that moves it."""
    for process in processes:
        for variable, port in ports_of(process, settings).items():
            if not _is_free(settings.bind, port):
                other = port + 10000 if port < 50000 else port - 10000
                raise PortTaken(
                    f"Port {port} is taken by another program, and {process.name} needs it. "
                    f"Stop that program, or choose another port: {variable}={other}"
                )


def _is_free(address: str, port: int) -> bool:
    with socket.socket(socket.AF_INET) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((address, port))
            attempt.listen(1)
        except OSError:
            return False
    return True


def environment(settings: Settings, database_url: str) -> dict[str, str]:
    """What every process is started with; it holds no secret that the caller did not put in."""
    return {
        **os.environ,
        "SENIM_HOME": str(settings.home.absolute()),
        "SENIM_DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "senim.runtime.django_settings",
        "PYTHONUNBUFFERED": "1",
    }
