"""Asking a door whether it is there, without waiting for the answer: a frozen one must freeze nobody else."""

import os
import re
import socket
import ssl
from contextlib import suppress
from pathlib import Path

ASKS_FOR_TLS = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"
"""PostgreSQL's SSLRequest: a server that lives answers one letter, and logs nothing."""
ANSWERS_ABOUT_TLS = re.compile(rb"[NS]")
ANSWERS_IN_HTTP = re.compile(rb"HTTP/1\.[01] (200|503) ")
"""A door that says 503 lives, and knows that something it needs does not."""
WAITS = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Probe:
    """One question after another to one address: a port of this machine, or a socket's file."""

    def __init__(
        self,
        address: tuple[str, int] | Path,
        question: bytes,
        lives: re.Pattern[bytes] = ANSWERS_IN_HTTP,
        *,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._address, self._question, self._lives, self._tls = address, question, lives, tls
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
        except WAITS:
            return False
        except OSError:
            found = b""
        self.forget()
        return self._lives.match(found) is not None

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
        """Raises one of WAITS while the connection is not there yet; the first write greets over TLS too."""
        if self._asked or self._socket is None:
            return
        if self._tls and not isinstance(self._socket, ssl.SSLSocket):
            self._socket = self._tls.wrap_socket(self._socket, do_handshake_on_connect=False)
        self._socket.send(self._question)
        self._asked = True


def http_question(host: str) -> bytes:
    return f"GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
