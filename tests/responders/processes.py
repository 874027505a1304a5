"""Starting the responders as the process they are."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

from senim.settings import settings

PATIENCE = 60.0
LATER = """
import datetime, runpy, sys, time_machine
now = datetime.datetime.now(datetime.UTC)
time_machine.travel(now + datetime.timedelta(hours=float(sys.argv.pop(1))), tick=True).start()
runpy.run_module("senim.runtime.supervision.child", run_name="__main__", alter_sys=True)
"""


def start(*, hours_ahead: float = 0) -> "subprocess.Popen[bytes]":
    """``hours_ahead``: by a clock that is wrong by so much."""
    command = (
        ["-m", "senim.runtime.supervision.child"] if not hours_ahead else ["-c", LATER, str(hours_ahead)]
    )
    return subprocess.Popen(
        [sys.executable, *command, "responders"], env=os.environ | {"SENIM_PROCESS": "responders"}
    )


def ready(process: "subprocess.Popen[bytes]") -> None:
    """Wait until it says so."""
    until(process, 200)


def until(process: "subprocess.Popen[bytes]", wanted: int) -> None:
    """Wait until ``/healthz`` says this."""
    deadline, said = time.monotonic() + PATIENCE, 0
    while time.monotonic() < deadline and process.poll() is None:
        said = healthz()
        if said == wanted:
            return
        time.sleep(0.05)
    raise AssertionError(f"the responders say {said} ({process.poll()})")


def healthz() -> int:
    """0 while nobody answers."""
    try:
        with urllib.request.urlopen(f"{settings.responders_origin}/healthz", timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code
    except (urllib.error.URLError, ConnectionError):
        return 0
