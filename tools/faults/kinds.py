"""The five faults. Each is done to one process and ends; it says for how long, and what a person was told."""

import json
import os
import resource
import signal
import socket
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

from senim.pki.timestamps import TimeStampRequest, build_request
from senim.runtime.supervision.processes import PROCESSES, ports_of
from senim.settings import Settings
from tools.faults.place import Place

ON_A_FULL_DISK = 10.0
WORKS_ON_AFTER = 60.0
LET_GO_WITHIN = 10.0
CGROUPS = (
    (Path("/sys/fs/cgroup/memory"), "memory.limit_in_bytes"),
    (Path("/sys/fs/cgroup"), "memory.max"),
)


@dataclass(frozen=True)
class Outcome:
    """``seconds`` until everything was ready again; None where the fault cannot happen to this process."""

    seconds: float | None
    told: str


def killed(here: Place, name: str) -> Outcome:
    """kill -9."""
    mark, before = here.mark(), here.restarts(name)
    os.kill(here.state()["processes"][name]["pid"], signal.SIGKILL)
    seconds = here.back(name, before)
    return Outcome(seconds, here.told(mark, rf"^{name} ended"))


def frozen(here: Place, name: str) -> Outcome:
    """SIGSTOP, to the process and all it started."""
    mark, before = here.mark(), here.restarts(name)
    for pid in reversed(here.pids(name)):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
    seconds = here.back(name, before)
    return Outcome(seconds, here.told(mark, rf"^{name} is frozen"))


def port_taken(here: Place, name: str) -> Outcome:
    """It ends, and another program takes its port. Counted from when the port is free again."""
    table = next((process for process in PROCESSES if process.name == name), None)
    settings = Settings.from_environment(
        {k: v for k, v in here.environment.items() if k.startswith("SENIM_")}
    )
    ports = list(ports_of(table, settings).values()) if table else []
    if not ports:
        return Outcome(None, "It listens on no port.")
    mark, before, pids = here.mark(), here.restarts(name), here.pids(name)
    here.supervisor.send_signal(signal.SIGSTOP)
    _end(pids)
    with _taken(ports[0]):
        here.supervisor.send_signal(signal.SIGCONT)
        here.wait(lambda: here.state().get("troubles"), f"somebody to say that the port of {name} is taken")
    seconds = here.back(name, before)
    return Outcome(seconds, here.told(mark, r"^Port"))


def _taken(port: int) -> socket.socket:
    """The port as ours, as soon as whoever has just been killed lets it go."""
    began = time.monotonic()
    while True:
        try:
            return socket.create_server(("127.0.0.1", port))
        except OSError:
            if time.monotonic() - began > LET_GO_WITHIN:
                raise
        time.sleep(0.1)


def disk_full(here: Place, name: str) -> Outcome:
    """No room at all; it ends and has to start there. Counted from when there is room again."""
    if not here.own_disk:
        return Outcome(None, "Not measured: only root can give an instance a small disk.")
    mark, before = here.mark(), here.restarts(name)
    with _no_room(here.home):
        here.wait(lambda: here.told(mark, "disk"), "somebody to say that the disk is full")
        os.kill(here.state()["processes"][name]["pid"], signal.SIGKILL)
        time.sleep(ON_A_FULL_DISK)
    seconds = here.back(name, before)
    return Outcome(seconds, here.told(mark, r"^The disk of"))


def memory_exhausted(here: Place, name: str) -> Outcome:
    """Not a page more for the process and all it started; then it is asked to work."""
    mark, before = here.mark(), here.restarts(name)
    with _no_memory(here.pids(name)):
        began = time.monotonic()
        while here.restarts(name) == before:
            if time.monotonic() - began > WORKS_ON_AFTER:
                return Outcome(0.0, "It goes on with the memory it has.")
            _ask_all_doors(here)
            time.sleep(0.1)
    seconds = time.monotonic() - began
    seconds += here.back(name, before)
    return Outcome(seconds, here.told(mark, rf"^{name} (ended|gave|took)"))


FAULTS: dict[str, Callable[[Place, str], Outcome]] = {
    "kill -9": killed,
    "frozen": frozen,
    "port taken": port_taken,
    "disk full": disk_full,
    "memory exhausted": memory_exhausted,
}


def _end(pids: list[int]) -> None:
    """And wait until their sockets are closed."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    while any(_lives(pid) for pid in pids):
        time.sleep(0.05)


def _lives(pid: int) -> bool:
    """A dead child of the frozen supervisor stays a zombie."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    return False


@contextmanager
def _no_room(home: Path) -> Iterator[None]:
    """Filled to the last byte, again and again: what others give up is taken too."""
    filling = home / "filling"
    try:
        with filling.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(b"\0" * 4096):
                continue
        yield
    finally:
        filling.unlink()


@contextmanager
def _no_memory(pids: list[int]) -> Iterator[None]:
    """The kernel's own limit on a group where we may set one, else on each process's address space."""
    root, limit = next(((root, limit) for root, limit in CGROUPS if _may_limit(root)), (None, ""))
    if root is None:
        for pid in pids:
            _freeze_size(pid)
        yield
        return
    group = root / f"senim-faults-{os.getpid()}"
    group.mkdir()
    (group / limit).write_text("65536")
    for pid in pids:
        with suppress(OSError):
            (group / "cgroup.procs").write_text(str(pid))
    try:
        yield
    finally:
        _remove(group)


def _may_limit(root: Path) -> bool:
    """Version 2 has the file in every group but the uppermost; version 1 in a tree of its own."""
    trial = root / "senim-faults-trial"
    try:
        trial.mkdir()
    except OSError:
        return False
    found = any((trial / limit).exists() for _, limit in CGROUPS)
    trial.rmdir()
    return found


def _remove(group: Path) -> None:
    """Who is still in it goes back to everybody else's."""
    while group.exists():
        for pid in (group / "cgroup.procs").read_text().split():
            with suppress(OSError):
                (group.parent / "cgroup.procs").write_text(pid)
        with suppress(OSError):
            group.rmdir()
        time.sleep(0.1)


def _freeze_size(pid: int) -> None:
    with suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
        size = 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmSize:"))
        resource.prlimit(pid, resource.RLIMIT_AS, (size, resource.prlimit(pid, resource.RLIMIT_AS)[1]))


def _ask_all_doors(here: Place) -> None:
    """Work for everybody: pages, a time-stamp (which must be journalled), and a message from a phone."""
    stamp = build_request(TimeStampRequest("sha256", bytes(32)))
    sms = json.dumps({"to": "1414", "text": "?"}).encode()
    for name, path, body in (
        ("portal", "/kk/", None),
        ("desk", "/kk/", None),
        ("responders", "/tsa", stamp),
        ("sandbox", "/phones/77011234567/messages.json", sms),
    ):
        host = "desk.localhost" if name == "desk" else "localhost"
        address, headers = (
            f"http://127.0.0.1:{here.ports[name]}{path}",
            {"Host": f"{host}:{here.ports[name]}"},
        )
        asked = urllib.request.Request(address, body, headers)
        # A door that has no memory left may end in the middle of what it says.
        with suppress(OSError, HTTPException), urllib.request.urlopen(asked, timeout=2) as answer:
            answer.read()
