"""Requests read from a connection's bytes by httptools, which is the parser of Node.js.

It bounds nothing by itself, so everything a stranger may send is bounded here. What contradicts itself (two
lengths, a length and chunks) it refuses.
"""

import time
from collections import deque

import httptools

from senim.pki import ocsp, timestamps
from senim.responders.exchange import PLAIN, Request, Response

BODY_AT_MOST_BYTES = max(ocsp.AT_MOST_BYTES, timestamps.AT_MOST_BYTES)
"""No honest request has a longer one."""
REQUEST_AT_MOST_BYTES = 128 * 1024
"""With its head, and with whatever its chunks are wrapped in."""
AHEAD_AT_MOST = 32
"""Requests sent before the answers to those in front of them."""


class Reader:
    """``found`` are requests to be answered in their order, and at their end perhaps the refusal of what
    cannot be read. Once it ``is_done`` the connection's bytes are no requests any more."""

    def __init__(self) -> None:
        self.found: deque[Request | Response] = deque()
        self.is_done = self.is_reading = False
        self.begun_at = 0.0
        self.owes_continue = False
        """The client waits for leave to send a body."""
        self._length = 0
        self._target = self._body = self._body_told = b""
        self._if_none_match, self._too_large = "", False
        self._parser = httptools.HttpRequestParser(self)

    def feed(self, data: bytes) -> None:
        if self.is_done:
            return
        self._length += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as wish:
            self._read_without_wish(data[wish.args[0] :])
        except httptools.HttpParserError:
            self._refuse(400)
        if self.is_reading and self._too_large:
            self._ask(is_last=True)  # answered before it has arrived
        elif self._length > REQUEST_AT_MOST_BYTES:
            self._refuse(431)

    def on_message_begin(self) -> None:
        self.is_reading, self.begun_at = True, time.monotonic()
        self._target = self._body = self._body_told = b""
        self._if_none_match, self._too_large = "", False

    def on_url(self, part: bytes) -> None:
        self._target += part

    def on_header(self, name: bytes, value: bytes) -> None:
        name = name.lower()
        if name in {b"content-length", b"transfer-encoding"}:
            self._body_told = b"%s: %s\r\n" % (name, value)
            self._too_large = value.isdigit() and int(value) > BODY_AT_MOST_BYTES
        elif name == b"if-none-match":
            self._if_none_match += value.decode("latin-1")
        elif name == b"expect":
            self.owes_continue = True

    def on_body(self, part: bytes) -> None:
        self._body += part
        if len(self._body) > BODY_AT_MOST_BYTES:
            self._body, self._too_large = b"", True

    def on_message_complete(self) -> None:
        changes, parser = self._parser.should_upgrade(), self._parser
        if not changes or parser.get_method() == b"CONNECT":
            stays = parser.should_keep_alive() and parser.get_http_version() == "1.1"
            self._ask(is_last=changes or not stays)

    def _read_without_wish(self, rest: bytes) -> None:
        """Nothing here changes the protocol, and the parser skips the body of whoever would like to: Java's
        client and ``curl --http2`` wish for HTTP/2 in the head of a POST (RFC 9110 §7.8)."""
        if not self.is_done:
            asked = self._parser.get_method(), self._target, self._body_told
            self._parser = httptools.HttpRequestParser(self)
            self.feed(b"%s %s HTTP/1.1\r\n%sConnection: close\r\n\r\n" % asked + rest)

    def _ask(self, *, is_last: bool) -> None:
        """The answer to the last one closes the connection."""
        if self.is_done:
            return
        method, path = self._parser.get_method().decode("ascii"), path_of(self._target)
        body = b"" if self._too_large else self._body
        self.found.append(Request(method, path, body, self._if_none_match, self._too_large))
        self._length, self.is_reading, self.owes_continue, self.is_done = 0, False, False, is_last
        if len(self.found) > AHEAD_AT_MOST:
            self._refuse(429)

    def _refuse(self, status: int) -> None:
        if not self.is_done:
            self.is_done, self.is_reading = True, False
            self.found.append(Response(status, PLAIN))


def path_of(target: bytes) -> str:
    """Of a request's target, which proxies write with scheme and host; ``/`` of one that is no path."""
    path = target.partition(b"?")[0].decode("latin-1")
    return path if path.startswith("/") else "/" + path.partition("://")[2].partition("/")[2]
