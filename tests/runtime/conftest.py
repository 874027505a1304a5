"""Instances in a home of their own, as root or as somebody else, ended whatever a test does."""

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 60.0


def until(true: Callable[[], Any], *, within: float = PATIENCE) -> Any:
    """Wait for something to become true; the test fails if it does not."""
    deadline = time.monotonic() + within
    while not (found := true()):
        assert time.monotonic() < deadline, f"waited {within} s in vain"
        time.sleep(0.05)
    return found


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def python_for(user: str | None) -> list[str]:
    """An interpreter this user may run, with our packages; as the user."""
    if user is None:
        return [sys.executable]
    found = (
        sys.executable
        if _others_reach(Path(sys.executable).resolve())
        else f"/usr/bin/python3.{sys.version_info[1]}"
    )
    entry = pwd.getpwnam(user)
    as_user = ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups"]
    return [*as_user, found]


def _others_reach(file: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in file.parents)


@dataclass
class Running:
    """A supervisor process and what it says of itself."""

    home: Path
    process: subprocess.Popen[bytes]

    def state(self) -> dict[str, Any]:
        try:
            return json.loads((self.home / "run" / "state.json").read_text())
        except (OSError, ValueError):
            return {}

    def ready(self) -> bool:
        assert self.process.poll() is None, "the supervisor has ended"
        return self.state().get("supervisor") == self.process.pid and self.state()["ready"]

    def pid_of(self, name: str) -> int:
        return self.state()["processes"][name]["pid"]

    def everything(self) -> list[int]:
        """The supervisor and all it started, directly or not, PostgreSQL's own processes among them."""
        process = psutil.Process(self.process.pid)
        return [process.pid, *(each.pid for each in process.children(recursive=True))]


@pytest.fixture
def home() -> Iterator[Path]:
    """A new folder that any user may enter."""
    folder = Path(tempfile.mkdtemp(prefix="senim-home-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def start_stand_in(home: Path) -> Iterator[Callable[..., Running]]:
    """Start an instance of stand-ins; all of it is ended after the test."""
    started: list[Running] = []

    def start(*names: str, user: str | None = None, **environment: str) -> Running:
        if user is not None:
            os.chown(home, pwd.getpwnam(user).pw_uid, -1)
        process = subprocess.Popen(
            [*python_for(user), str(ROOT / "tests" / "runtime" / "stand_in.py"), *names],
            env=environment_of(home) | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        started.append(Running(home, process))
        return started[-1]

    yield start
    for each in started:
        end(each.process)


def environment_of(home: Path) -> dict[str, str]:
    packages = [path for path in sys.path if path.endswith("site-packages")]
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "SENIM_HOME": str(home),
        "SENIM_PORTAL_PORT": os.environ["SENIM_PORTAL_PORT"],
        "PYTHONPATH": ":".join([str(ROOT), str(ROOT / "src"), *packages]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process.stdout:
        process.stdout.close()
