"""A screen of its own for windows of real programs, and a keyboard (Xvfb, xdotool)."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.token.program import until

# Without -noreset the server begins anew, and throws out whoever is just arriving, each time the last of its
# clients leaves: and every look for a window is a client that comes and leaves.
HOW = ("-screen", "0", "1024x768x24", "-nolisten", "tcp", "-noreset")
NEEDED = {"Xvfb": "xvfb", "xdotool": "xdotool", "pinentry-gtk-2": "pinentry-gtk2"}


class Screen:
    """Each question is a window of a process of its own; the screen may give two of them one number."""

    def __init__(self, display: str) -> None:
        self.display = display
        self._seen: set[str] = set()

    def window(self, title: str, *, within: float) -> bool:
        """Whether a new window of this title stands within so many seconds; it has the keyboard then."""
        give_up = time.monotonic() + within
        while not (new := self._new(title)):
            if time.monotonic() > give_up:
                return False
            time.sleep(0.1)
        window, process = new[0]
        self._seen.add(process)
        self._xdotool("windowfocus", "--sync", window)
        return True

    def type(self, text: str) -> None:
        self._xdotool("type", "--delay", "30", text)

    def press(self, *keys: str) -> None:
        self._xdotool("key", "--delay", "50", *keys)

    def _new(self, title: str) -> list[tuple[str, str]]:
        """Windows of this title with their processes, but for those seen before."""
        found = self._xdotool("search", "--onlyvisible", "--name", title).split()
        known = [(window, self._xdotool("getwindowpid", window).strip()) for window in found]
        return [(window, process) for window, process in known if process and process not in self._seen]

    def _xdotool(self, *said: str) -> str:
        """What it printed; nothing where a window has gone meanwhile or none was found."""
        done = subprocess.run(
            ["xdotool", *said],
            env={**os.environ, "DISPLAY": self.display},
            capture_output=True,
            text=True,
            timeout=60,
        )
        return done.stdout if done.returncode == 0 else ""


@contextmanager
def screen(folder: Path) -> Iterator[Screen]:
    missing = [package for program, package in NEEDED.items() if not shutil.which(program)]
    assert not missing, f"missing: apt-get install {' '.join(missing)}"
    number = folder / "display"
    with number.open("wb") as where:
        started = subprocess.Popen(
            ["Xvfb", "-displayfd", str(where.fileno()), *HOW],
            pass_fds=(where.fileno(),),
            stderr=subprocess.DEVNULL,
        )
    try:
        until("the screen is there", lambda: number.read_text().strip())
        yield Screen(f":{number.read_text().strip()}")
    finally:
        started.terminate()
        started.wait(60)
