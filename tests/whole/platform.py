"""One whole platform under ``senim up``, on free ports and in a home of its own, for tests from outside."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from senim.runtime.supervision import lifeline

ROOT = Path(__file__).parent.parent.parent
READY_WITHIN = 180.0
PATIENCE = 60.0
PORTS = ("PORTAL", "DESK", "PARTNERS", "RESPONDERS", "SANDBOX", "SMSC", "SMSC_SECOND", "SMTP")


@dataclass(frozen=True)
class Person:
    """A sandbox person who has certificates from the start."""

    slug: str
    name: str
    iin: str
    file: Path
    password: str


def _ends_with_the_tests() -> list[str]:
    """A test run that is cut off must not leave a platform running on the developer's machine."""
    return [sys.executable, lifeline.__file__, str(os.getpid()), "SIGTERM", "--"]


class Platform:
    """A running ``senim up``. Everything is asked over HTTP, the command line, or read from the home."""

    up: tuple[str, ...] = ("up",)

    def __init__(self, home: Path, ports: dict[str, int], **settings: str) -> None:
        self.home, self.ports = home, ports
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith("SENIM_")
        }
        self.environment |= {f"SENIM_{name}_PORT": str(port) for name, port in ports.items()}
        self.environment |= {"SENIM_HOME": str(home), **settings}
        self.portal = f"http://localhost:{ports['PORTAL']}"
        self.desk = f"http://desk.localhost:{ports['DESK']}"
        self.partners = f"http://localhost:{ports['PARTNERS']}"
        self.responders = f"http://localhost:{ports['RESPONDERS']}"
        self.sandbox = f"http://localhost:{ports['SANDBOX']}"
        self._running: subprocess.Popen[bytes] | None = None

    @property
    def doors(self) -> tuple[str, ...]:
        return (self.portal, self.desk, self.partners, self.responders, self.sandbox)

    @property
    def supervisor(self) -> subprocess.Popen[bytes]:
        assert self._running is not None, "not started"
        return self._running

    @property
    def output(self) -> str:
        """What a person would have read on the terminal."""
        return (self.home / "terminal.txt").read_text(encoding="utf-8", errors="replace")

    def start(self) -> None:
        with (self.home / "terminal.txt").open("ab") as terminal:
            self._running = subprocess.Popen(
                [
                    *_ends_with_the_tests(),
                    sys.executable,
                    "-m",
                    "senim.runtime.console.command_line",
                    *self.up,
                ],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=terminal,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def stop(self) -> None:
        if self.supervisor.poll() is None:
            self.supervisor.send_signal(signal.SIGTERM)
            self.supervisor.wait(PATIENCE)

    def wait_until_ready(self, within: float = READY_WITHIN) -> None:
        """Fails with what the terminal said last."""
        deadline = time.monotonic() + within
        while not self.ready():
            waiting = self.supervisor.poll() is None and time.monotonic() < deadline
            assert waiting, f"not ready:\n{self.output[-4000:]}"
            time.sleep(0.1)

    def ready(self) -> bool:
        state = self.state()
        return bool(state.get("ready")) and state["supervisor"] == self.supervisor.pid

    def state(self) -> dict[str, Any]:
        """What the supervisor last wrote about its processes."""
        try:
            return dict(json.loads((self.home / "run" / "state.json").read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return {}

    def pid_of(self, name: str) -> int:
        return int(self.state()["processes"][name]["pid"] or 0)

    def restarts_of(self, name: str) -> int:
        return int(self.state()["processes"][name]["restarts"])

    def kill(self, name: str) -> None:
        """``kill -9`` of one process."""
        os.kill(self.pid_of(name), signal.SIGKILL)

    def senim(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The command line of this instance."""
        return subprocess.run(
            [sys.executable, "-m", "senim.runtime.console.command_line", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def person(self, slug: str) -> Person:
        folder = self.home / "sandbox" / "people"
        said = json.loads((folder / "passwords.json").read_text(encoding="utf-8"))[slug]
        return Person(slug, said["name"], said["iin"], folder / said["file"], said["password"])

    def log(self, process: str) -> list[dict[str, Any]]:
        """The events of one process."""
        file = self.home / "log" / f"{process}.jsonl"
        return [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line]

    def messages(self, number: str) -> list[dict[str, Any]]:
        """What this phone received and sent, newest first."""
        return list(self._world(f"/phones/{number}.json")["messages"])

    def mails(self, address: str) -> list[dict[str, Any]]:
        """What this mailbox received, newest first."""
        return list(self._world(f"/mail/{address}.json")["mails"])

    def wait_for_message(self, number: str, count: int = 1) -> dict[str, Any]:
        return waited(lambda: self.messages(number)[: -count + 1 or None], f"a message to {number}")[0]

    def wait_for_mail(self, address: str, count: int = 1) -> dict[str, Any]:
        return waited(lambda: self.mails(address)[: -count + 1 or None], f"a mail to {address}")[0]

    def fault(self, service: str, mode: str, seconds: float = 3.0) -> None:
        """From here on the service of the world outside is ``ok``, ``slow``, ``down``, or answers wrongly."""
        body = {service: {"mode": mode, "seconds": seconds}}
        httpx.put(f"{self.sandbox}/faults.json", json=body, timeout=PATIENCE).raise_for_status()

    def well(self) -> None:
        """No faults, no messages, no mails."""
        httpx.post(f"{self.sandbox}/reset", timeout=PATIENCE).raise_for_status()

    def client(self, **options: Any) -> httpx.Client:
        """An HTTP client that finds ``desk.localhost``, as browsers do and resolvers may not."""
        return httpx.Client(transport=_Loopback(), timeout=PATIENCE, **options)

    def _world(self, path: str) -> dict[str, Any]:
        return dict(httpx.get(f"{self.sandbox}{path}", timeout=PATIENCE).raise_for_status().json())


class _Loopback(httpx.HTTPTransport):
    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(host="127.0.0.1")
        return super().handle_request(request)


def family(platform: Platform, name: str) -> list[int]:
    """The process and all it started, itself first."""
    process = psutil.Process(platform.pid_of(name))
    return [process.pid, *(each.pid for each in process.children(recursive=True))]


def waited(look: Callable[[], Any], what: str, *, within: float = PATIENCE) -> Any:
    """What ``look`` finds, once it finds something."""
    deadline = time.monotonic() + within
    while not (found := look()):
        assert time.monotonic() < deadline, f"{what} did not come within {within:.0f} s"
        time.sleep(0.1)
    return found
