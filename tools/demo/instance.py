"""The instance the demo runs against: a fresh one of its own, or the one ``SENIM_URL`` names."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import httpx

from tools.ports import free_ports

READY_WITHIN_SECONDS = 180
PORTS = ("portal", "responders", "partners", "desk", "sandbox", "smsc", "smsc_second", "smtp")


class NoInstance(RuntimeError):
    """There is none to walk through."""


@dataclass(frozen=True)
class Instance:
    """Where its doors are, and the folder of its people's files."""

    portal: str
    desk: str
    partners: str
    responders: str
    sandbox: str
    people: Path

    def password(self, slug: str) -> str:
        listed = json.loads((self.people / "passwords.json").read_text(encoding="utf-8"))
        return str(listed[slug]["password"])


@contextmanager
def instance() -> Iterator[Instance]:
    """One that runs, for the length of the block."""
    url = os.environ.get("SENIM_URL", "")
    if url:
        there = named(url)
        _look_at(there)
        yield there
        return
    with TemporaryDirectory(prefix="senim-demo-") as folder, fresh(Path(folder)) as started:
        yield started


def named(url: str) -> Instance:
    """The instance at this portal; ``SENIM_DESK_URL`` and the like name its other doors where they moved."""
    parts = urlsplit(url)
    host, port = parts.hostname or "localhost", parts.port or 8000
    beside = {
        "desk": f"{parts.scheme}://desk.{host}:{port + 3}",
        "partners": f"{parts.scheme}://{host}:{port + 2}",
        "responders": f"http://{host}:{port + 1}",
        "sandbox": f"http://{host}:{port + 90}",
    }
    doors = {name: os.environ.get(f"SENIM_{name.upper()}_URL", usual) for name, usual in beside.items()}
    people = Path(os.environ.get("SENIM_PEOPLE", ".senim/sandbox/people"))
    return Instance(url, people=people, **doors)


@contextmanager
def fresh(home: Path) -> Iterator[Instance]:
    """One of its own in this home, on free ports, stopped at the end of the block. Raises NoInstance."""
    ports = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
    environment = {**os.environ, "SENIM_HOME": str(home)}
    environment |= {f"SENIM_{name.upper()}_PORT": str(port) for name, port in ports.items()}
    running = subprocess.Popen(
        [sys.executable, "-m", "senim.runtime.console.command_line", "up"], env=environment
    )
    try:
        here = Instance(
            f"http://localhost:{ports['portal']}",
            f"http://desk.localhost:{ports['desk']}",
            f"http://localhost:{ports['partners']}",
            f"http://localhost:{ports['responders']}",
            f"http://localhost:{ports['sandbox']}",
            home / "sandbox" / "people",
        )
        _wait(running, here)
        yield here
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(60)


def _look_at(there: Instance) -> None:
    """Raises NoInstance where one of its doors does not answer, or its people's files are elsewhere."""
    for door in (there.portal, there.desk, there.partners, there.responders, there.sandbox):
        if not _healthy(door):
            raise NoInstance(f"nothing answers at {door}: start it with make run, or leave SENIM_URL out")
    if not (there.people / "passwords.json").exists():
        raise NoInstance(f"no people in {there.people}: name the folder of their key files in SENIM_PEOPLE")


def _wait(running: "subprocess.Popen[bytes]", here: Instance) -> None:
    until = time.monotonic() + READY_WITHIN_SECONDS
    for door in (here.portal, here.desk, here.partners, here.responders, here.sandbox):
        while not _healthy(door):
            if running.poll() is not None or time.monotonic() > until:
                raise NoInstance(f"{door} did not become ready; what was said above tells why")
            time.sleep(0.3)


def _healthy(door: str) -> bool:
    port = urlsplit(door).port
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False
