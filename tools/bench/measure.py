"""How a benchmark is run: rounds of ours and of its limit in turn, medians, a ratio."""

import re
import shutil
import statistics
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROUNDS = 5
SECONDS = 3
CONNECTIONS = 16


class CannotMeasure(RuntimeError):
    """Something the measurement needs is missing; the message says what."""


@dataclass(frozen=True)
class Figure:
    """One line of ``bench.json``. ``at_least`` is the ratio asked for, or None where none is.

    ``ratio`` is ours over the peer's for rates, and the other way round for times and sizes, where less is
    better: more than 1 is always ours.
    """

    name: str
    ours: float
    unit: str
    peer: str
    peers: float
    ratio: float
    at_least: float | None
    holds: bool


def side_by_side(
    *,
    name: str,
    unit: str,
    peer: str,
    ours: Callable[[], float],
    peers: Callable[[], float],
    at_least: float | None = None,
) -> Figure:
    """Ours and the peer's in turn, so that a busy moment of the machine falls on both."""
    rounds = tuple((ours(), peers()) for _ in range(ROUNDS))
    our_rate = statistics.median(mine for mine, _ in rounds)
    peer_rate = statistics.median(theirs for _, theirs in rounds)
    ratio = round(our_rate / peer_rate, 3)
    holds = at_least is None or ratio >= at_least
    return Figure(name, round(our_rate, 1), unit, peer, round(peer_rate, 1), ratio, at_least, holds)


def within(*, name: str, unit: str, measured: Sequence[float], promise: str, at_most: float) -> Figure:
    """Something promised: the median of what was measured, and whether the worst of it kept the promise."""
    typical = statistics.median(measured)
    holds = max(measured) <= at_most
    return Figure(name, round(typical, 2), unit, promise, at_most, round(at_most / typical, 3), 1.0, holds)


def requests_per_second(
    url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None, folder: Path
) -> float:
    """What wrk counts in a few seconds; every answer must be a 200. Raises CannotMeasure."""
    if shutil.which("wrk") is None:
        raise CannotMeasure("wrk is missing: apt-get install wrk")
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s"]
    for header, value in (headers or {}).items():
        command += ["-H", f"{header}: {value}"]
    if body is not None:
        command += ["-s", str(_script(body, folder))]
    said = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if rate is None or "Non-2xx" in said or "Socket errors" in said:
        raise CannotMeasure(f"not every request was answered: {said}")
    return float(rate[1])


def _script(body: bytes, folder: Path) -> Path:
    """wrk sends a body from a small Lua file."""
    content, script = folder / "body.bin", folder / "post.lua"
    content.write_bytes(body)
    script.write_text(
        f'local file = io.open("{content}", "rb")\n'
        'wrk.method = "POST"\nwrk.body = file:read("*a")\nfile:close()\n',
        encoding="utf-8",
    )
    return script
