"""``make soak``: an instance whose processes are killed at random for a while; all must come back each time.

Prints a line a kill and what memory it took; exit 0 only if every process was ready again after every kill
and the journal is whole at the end.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.demo.instance import PORTS
from tools.ports import free_ports

READY_WITHIN = 180.0
BETWEEN_KILLS = (1.0, 8.0)
COMMAND = [sys.executable, "-m", "senim.runtime.console.command_line"]


def main(minutes: float) -> int:
    with TemporaryDirectory(prefix="senim-soak-") as folder:
        environment = {**os.environ, "SENIM_HOME": folder}
        ports = zip(PORTS, free_ports(len(PORTS)), strict=True)
        environment |= {f"SENIM_{name.upper()}_PORT": str(port) for name, port in ports}
        with (Path(folder) / "terminal.txt").open("wb") as terminal:
            running = subprocess.Popen([*COMMAND, "up"], env=environment, stdout=terminal, stderr=terminal)
        try:
            return soak(Path(folder), environment, minutes=minutes)
        finally:
            running.send_signal(signal.SIGTERM)
            running.wait(60)


def soak(home: Path, environment: dict[str, str], *, minutes: float) -> int:
    """Kill, wait until all are ready, and again; then ask the journal."""
    wait(lambda: state(home).get("ready", False), "the first start")
    until, chance, kills = time.monotonic() + minutes * 60, random.Random(1), 0
    while time.monotonic() < until:
        time.sleep(chance.uniform(*BETWEEN_KILLS))
        alive = {name: facts for name, facts in state(home)["processes"].items() if facts["pid"]}
        name = chance.choice(sorted(alive))
        os.kill(alive[name]["pid"], signal.SIGKILL)
        began, kills = time.monotonic(), kills + 1
        wait(lambda name=name, before=alive[name]: came_back(home, name, before["restarts"]), name)
        said = status(environment)
        took, memory = time.monotonic() - began, said["pss_kilobytes"] // 1024
        print(f"{kills:>4} {name:<11} back in {took:5.1f} s, {memory} MB", flush=True)
    verdict = subprocess.run([*COMMAND, "journal", "verify"], env=environment, check=False)
    return verdict.returncode


def came_back(home: Path, name: str, restarts: int) -> bool:
    now = state(home)
    return bool(now.get("ready")) and now["processes"][name]["restarts"] > restarts


def state(home: Path) -> dict[str, object]:
    try:
        return dict(json.loads((home / "run" / "state.json").read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def status(environment: dict[str, str]) -> dict[str, int]:
    said = subprocess.run([*COMMAND, "status", "--json"], env=environment, capture_output=True, check=False)
    return dict(json.loads(said.stdout))


def wait(true: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while not true():
        if time.monotonic() > deadline:
            raise SystemExit(f"{what}: not ready within {READY_WITHIN:.0f} s")
        time.sleep(0.2)


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0))
