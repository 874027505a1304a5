"""The raw limit of an HTTP answer on this machine: granian replying a constant of the same size.

``python -m tools.bench.raw PORT BYTES rsgi|wsgi`` serves until it is told to stop.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from granian import Granian
from granian.constants import Interfaces

_size = int(sys.argv[2]) if len(sys.argv) > 2 and sys.argv[2].isdigit() else 0
BODY = b"0" * _size


class Rsgi:
    """Reads the request, replies the constant."""

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        await protocol()
        protocol.response_bytes(200, [("content-type", "application/octet-stream")], BODY)


rsgi = Rsgi()


def wsgi(_: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    start("200 OK", [("content-type", "text/html"), ("content-length", str(len(BODY)))])
    return [BODY]


def main() -> None:
    port, interface = int(sys.argv[1]), sys.argv[3]
    Granian(
        f"tools.bench.raw:{interface}",
        address="127.0.0.1",
        port=port,
        interface=Interfaces(interface),
        workers=1,
        log_enabled=False,
        websockets=False,
    ).serve()


@contextmanager
def serving_raw(interface: str, size: int, port: int = 18077) -> Iterator[str]:
    """granian with one worker, as ours; stopped at the end of the block."""
    command = [sys.executable, "-m", "tools.bench.raw", str(port), str(size), interface]
    running, url = subprocess.Popen(command), f"http://127.0.0.1:{port}/"
    try:
        for _ in range(100):
            try:
                httpx.get(url)
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield url
    finally:
        running.terminate()
        running.wait(20)


if __name__ == "__main__":
    main()
