"""How long an instance takes to start, first and again, and how much memory it then holds."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.bench.measure import ROUNDS, CannotMeasure, Figure, within
from tools.demo.instance import fresh

COLD_SECONDS, WARM_SECONDS, MEGABYTES = 120.0, 20.0, 1200.0


def measure() -> Iterator[Figure]:
    """Each round has a home of its own, started once cold and once more warm. Raises CannotMeasure."""
    cold, warm, memory = zip(*(_round() for _ in range(ROUNDS)), strict=True)
    yield within(
        name="start cold: an empty home until every /healthz is 200",
        unit="s",
        measured=cold,
        promise="promised at most",
        at_most=COLD_SECONDS,
    )
    yield within(
        name="start warm: the same home again",
        unit="s",
        measured=warm,
        promise="promised at most",
        at_most=WARM_SECONDS,
    )
    yield within(
        name="memory of everything started (summed PSS)",
        unit="MB",
        measured=memory,
        promise="promised at most",
        at_most=MEGABYTES,
    )


def _round() -> tuple[float, float, float]:
    with TemporaryDirectory(prefix="senim-bench-") as folder:
        cold, _ = _start(Path(folder))
        warm, memory = _start(Path(folder))
        return cold, warm, memory


def _start(home: Path) -> tuple[float, float]:
    """Seconds until ready, and megabytes once it is."""
    began = time.monotonic()
    try:
        with fresh(home):
            return time.monotonic() - began, _memory(home)
    except RuntimeError as reason:
        raise CannotMeasure(str(reason)) from reason


def _memory(home: Path) -> float:
    said = subprocess.run(
        [sys.executable, "-m", "senim.runtime.console.command_line", "status", "--json"],
        env={**os.environ, "SENIM_HOME": str(home)},
        capture_output=True,
        check=False,
    )
    return float(json.loads(said.stdout)["pss_kilobytes"]) * 1024 / 1e6
