"""Starting the responders as the process they are."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

from senim.settings import settings

PATIENCE = 60.0


def start() -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "senim.runtime.supervision.child", "responders"],
        env=os.environ | {"SENIM_PROCESS": "responders"},
    )


def ready(process: "subprocess.Popen[bytes]") -> None:
    """Wait until it says so."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{settings.responders_origin}/healthz", timeout=5) as answer:
                assert answer.status == 200
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
    raise AssertionError(f"the responders are not ready ({process.poll()})")
