"""Programs on Node that others wrote, as peers of ours; their packages are those of ``package-lock.json``."""

import fcntl
import json
import queue
import subprocess
import threading
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
MODULES = FOLDER / "node_modules"
LOCK_FILE = FOLDER / "package-lock.json"
PATIENCE_SECONDS = 20.0


def install() -> None:
    """Have the locked packages, installed by one process at a time, and only when the lock file changed."""
    with (FOLDER / ".installing").open("a") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        done = MODULES / ".installed"
        if done.exists() and done.read_bytes() == LOCK_FILE.read_bytes():
            return
        npm = ["npm", "ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(npm, cwd=FOLDER, check=True, timeout=240)
        done.write_bytes(LOCK_FILE.read_bytes())


def told_by(script: str, *arguments: str) -> dict[str, Any]:
    """What a script prints in one line of JSON."""
    install()
    ended = subprocess.run(
        ["node", str(FOLDER / script), *arguments],
        capture_output=True,
        check=True,
        timeout=PATIENCE_SECONDS,
    )
    return dict(json.loads(ended.stdout))


class Peer:
    """A script that goes on: it is told lines of JSON and tells what it heard."""

    def __init__(self, script: str, *arguments: str) -> None:
        install()
        self._heard: queue.Queue[dict[str, Any]] = queue.Queue()
        self._aside: list[dict[str, Any]] = []
        self._process = subprocess.Popen(
            ["node", str(FOLDER / script), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        threading.Thread(target=self._listen, daemon=True).start()

    def tell(self, **thing: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{json.dumps(thing)}\n".encode())
        self._process.stdin.flush()

    def hear(self, what: str) -> dict[str, Any]:
        """The next thing of this name; what comes before it is kept for later."""
        for place, thing in enumerate(self._aside):
            if thing["heard"] == what:
                return self._aside.pop(place)
        while (thing := self._heard.get(timeout=PATIENCE_SECONDS))["heard"] != what:
            self._aside.append(thing)
        return thing

    def ask(self, command: str, **fields: Any) -> dict[str, Any]:
        """Send a request, return its answer."""
        self.tell(send=command, fields=fields)
        return self.hear(f"{command}_resp")

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE_SECONDS)
        self._process.stdout.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._heard.put(json.loads(line))
