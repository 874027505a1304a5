"""How a benchmark is run: rounds of ours and of its limit in turn, medians, a ratio."""

import re
import shutil
import statistics
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
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


@dataclass(frozen=True)
class Peer:
    """Whom ours is compared with; ``at_least`` is the ratio asked for."""

    name: str
    measured: Callable[[], float]
    at_least: float | None = None


def side_by_side(
    *,
    name: str,
    unit: str,
    ours: Callable[[], float],
    peers: Sequence[Peer],
    less_is_better: bool = False,
    rounds: int = ROUNDS,
) -> Iterator[Figure]:
    """Ours and every peer's in turn, so that a busy moment of the machine falls on all: a figure for each."""
    measured = [(ours(), *(peer.measured() for peer in peers)) for _ in range(rounds)]
    mine, *theirs = (statistics.median(column) for column in zip(*measured, strict=True))
    for peer, value in zip(peers, theirs, strict=True):
        ratio = _shortened(value / mine if less_is_better else mine / value)
        holds = peer.at_least is None or ratio >= peer.at_least
        yield Figure(name, _shortened(mine), unit, peer.name, _shortened(value), ratio, peer.at_least, holds)


def _shortened(value: float) -> float:
    """To four digits that count."""
    return float(f"{value:.4g}")


def within(*, name: str, unit: str, measured: Sequence[float], promise: str, at_most: float) -> Figure:
    """Something promised: the median of what was measured, and whether the worst of it kept the promise."""
    typical = statistics.median(measured)
    holds = max(measured) <= at_most
    return Figure(name, round(typical, 2), unit, promise, at_most, round(at_most / typical, 3), 1.0, holds)


def requests_per_second(
    url: str, *, headers: Mapping[str, str] | None = None, bodies: Sequence[bytes] = (), folder: Path
) -> float:
    """What wrk counts in a few seconds; every answer must be a 200. Of several bodies each is sent in turn.
    Raises CannotMeasure."""
    if shutil.which("wrk") is None:
        raise CannotMeasure("wrk is missing: apt-get install wrk")
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s"]
    for header, value in (headers or {}).items():
        command += ["-H", f"{header}: {value}"]
    if bodies:
        command += ["-s", str(_script(bodies, folder))]
    said = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if rate is None or "Non-2xx" in said or "Socket errors" in said:
        raise CannotMeasure(f"not every request was answered: {said}")
    return float(rate[1])


def _script(bodies: Sequence[bytes], folder: Path) -> Path:
    """wrk sends bodies by a small Lua file; they are in one file, each behind its length."""
    content, script = folder / "bodies.bin", folder / "post.lua"
    content.write_bytes(b"".join(b"%05d" % len(body) + body for body in bodies))
    script.write_text(
        'wrk.method = "POST"\n'
        f'local file = io.open("{content}", "rb")\n'
        "local bodies, turn = {}, 0\n"
        "while true do\n"
        "  local length = file:read(5)\n"
        "  if not length then break end\n"
        "  bodies[#bodies + 1] = file:read(tonumber(length))\n"
        "end\n"
        "file:close()\n"
        "function request()\n"
        "  turn = turn % #bodies + 1\n"
        "  return wrk.format(nil, nil, nil, bodies[turn])\n"
        "end\n"
        if len(bodies) > 1
        else f'local file = io.open("{content}", "rb")\nfile:read(5)\n'
        'wrk.method = "POST"\nwrk.body = file:read("*a")\nfile:close()\n',
        encoding="utf-8",
    )
    return script
