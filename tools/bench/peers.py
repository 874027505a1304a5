"""The programs ours are compared with. None is a dependency: they live in an environment of their own.

``.tools/peers`` is made at the first measurement that needs it, from ``peers.txt`` with its hashes; what
cannot be had is said and not measured. cfssl is Debian's package golang-cfssl.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tools.bench.measure import CannotMeasure

HERE = Path(__file__).parent
FOLDER, WANTED = Path(".tools/peers").absolute(), HERE / "peers.txt"
STARTS_WITHIN_SECONDS = 30


def python() -> Path:
    """The interpreter of the peers' environment. Raises CannotMeasure."""
    stamp = FOLDER / "done"
    if not stamp.exists() or stamp.read_bytes() != WANTED.read_bytes():
        _make()
        stamp.write_bytes(WANTED.read_bytes())
    return FOLDER / "bin" / "python"


def _make() -> None:
    uv = Path(".tools/uv/bin/uv")
    commands = (
        [[uv, "venv", "--quiet", "--clear", FOLDER], [uv, "pip", "install", "--quiet", "--python", FOLDER]]
        if uv.exists()
        else [
            [sys.executable, "-m", "venv", "--clear", FOLDER],
            [FOLDER / "bin" / "pip", "install", "--quiet"],
        ]
    )
    commands[1] += ["--require-hashes", "--requirement", WANTED]
    for command in commands:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise CannotMeasure(f"django-ca cannot be installed beside us: {done.stderr[-500:]}")


@dataclass(frozen=True)
class DjangoCa:
    """One at work (``djca.py``)."""

    running: "subprocess.Popen[str]"
    folder: Path

    def answer(self, *words: object) -> str:
        """Raises CannotMeasure."""
        if self.running.stdin is None or self.running.stdout is None:
            raise CannotMeasure("django-ca hears nothing")
        print(*words, file=self.running.stdin, flush=True)
        said = self.running.stdout.readline().strip()
        if not said:
            raise CannotMeasure("django-ca ended")
        return said


@contextmanager
def django_ca(folder: Path) -> Iterator[DjangoCa]:
    """Raises CannotMeasure."""
    folder.mkdir(exist_ok=True)
    running = subprocess.Popen(
        [python(), HERE / "djca.py", folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        if running.stdout is None or running.stdout.readline().strip() != "ready":
            raise CannotMeasure("django-ca does not start")
        yield DjangoCa(running, folder)
    finally:
        running.terminate()
        running.wait(20)


@contextmanager
def serving(
    command: list[str | Path], url: str, *, environment: dict[str, str] | None = None, folder: Path = HERE
) -> Iterator[str]:
    """A server to compare with, started in this folder, once it takes connections. Raises CannotMeasure."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    running = subprocess.Popen(command, env=os.environ | (environment or {}), cwd=folder, **quiet)  # type: ignore[call-overload]
    try:
        until = time.monotonic() + STARTS_WITHIN_SECONDS
        while not _answers(url):
            if running.poll() is not None or time.monotonic() > until:
                raise CannotMeasure(f"{Path(command[0]).name} does not start")
            time.sleep(0.1)
        yield url
    finally:
        running.terminate()
        running.wait(20)


def _answers(url: str) -> bool:
    try:
        httpx.get(url, timeout=5)
    except httpx.HTTPError:
        return False
    return True


def cfssl() -> str:
    """Raises CannotMeasure."""
    found = shutil.which("cfssl")
    if found is None:
        raise CannotMeasure("cfssl is missing: apt-get install golang-cfssl")
    return found
