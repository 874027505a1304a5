"""The raw limit of an HTTP answer on this machine: granian replying a constant of the same size.

``python -m tools.bench.raw PORT BYTES rsgi|wsgi`` serves until it is told to stop.
"""

import sys
from collections.abc import Callable, Iterable
from typing import Any

from granian import Granian
from granian.constants import Interfaces

_size = int(sys.argv[2]) if len(sys.argv) > 2 else 0
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


if __name__ == "__main__":
    main()
