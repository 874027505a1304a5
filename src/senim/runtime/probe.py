"""Asking a door whether it is there, without waiting for the answer: a frozen one must freeze nobody else."""

import os
import re
import socket
from contextlib import suppress
from pathlib import Path

ASKS_FOR_TLS = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"
"""PostgreSQL's SSLRequest: a server that lives answers one letter, and logs nothing."""
LIVES = re.compile(rb"HTTP/1\.[01] (200|503) |[NS]")
"""A door that says 503 lives, and knows that something it needs does not."""


class Probe:
    """One question after another to one address: a port of this machine, or a socket's file."""

    def __init__(self, address: tuple[str, int] | Path, question: bytes) -> None:
        self._address, self._question = address, question
        self._socket: socket.socket | None = None
        self._asked = False

    def answered(self) -> bool:
        """Whether a good answer came to the question asked before; where none is open, one is asked."""
        if self._socket is None:
            self._ask()
            return False
        try:
            self._send()
            found = self._socket.recv(64)
        except BlockingIOError:
            return False
        except OSError:
            found = b""
        self.forget()
        return LIVES.match(found) is not None

    def forget(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _ask(self) -> None:
        family = socket.AF_UNIX if isinstance(self._address, Path) else socket.AF_INET
        address = os.fspath(self._address) if isinstance(self._address, Path) else self._address
        self._socket, self._asked = socket.socket(family), False
        self._socket.setblocking(False)
        self._socket.connect_ex(address)
        with suppress(OSError):
            self._send()

    def _send(self) -> None:
        """Raises BlockingIOError while the connection is not there yet."""
        if not self._asked and self._socket is not None:
            self._socket.send(self._question)
            self._asked = True


def http_question(host: str) -> bytes:
    return f"GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
