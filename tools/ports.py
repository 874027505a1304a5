"""Free ports for an instance that is about to start."""

import os
import socket
from itertools import count as counted

FIRST, COUNT = 20_000, 12_000
"""Below the ports that a system lends to whoever connects (from 32768): what is free now is free in a minute,
when the instance at last listens."""
_places = counted(os.getpid() * 1_009)
"""Processes that look at the same time look far from each other, and none looks twice at one port soon."""


def free_ports(count: int) -> list[int]:
    """So many different ports that nobody listens on."""
    found: list[int] = []
    while len(found) < count:
        port = FIRST + next(_places) % COUNT
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        found.append(port)
    return found
