"""Connections of the responders: asyncio carries the bytes, answers go out in the order of their requests.

A server of threads of its own costs four times what an answer that lies ready does (decision 83). What a
stranger may take is bounded: how long a request may last, an answer be on its way, a connection rest; what
lies unsent; how many there are.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus

from senim.responders.exchange import PLAIN, Request, Response
from senim.responders.reading import Reader

REQUEST_WITHIN_SECONDS = 10.0
IDLE_SECONDS = 75.0
ANSWER_WITHIN_SECONDS = 30.0
TAKEN_AT_LEAST_BYTES_PER_SECOND = 4 * 1024
LINGER_SECONDS = 5.0
"""A client that still sends must read the answer before its connection is gone (RFC 9112 §9.6)."""
PART_BYTES = 64 * 1024
"""Of a long answer; the next lies unsent only once this one does not."""
LOOK_EVERY_SECONDS = 1.0
STOP_WITHIN_SECONDS = 5.0

CONTINUE, LAST, END = b"HTTP/1.1 100 Continue\r\n\r\n", b"connection: close\r\n", b"\r\n"
NOT_MODIFIED, BROKEN = 304, Response(500, PLAIN)
_STATUS_LINES = {each.value: f"HTTP/1.1 {each.value} {each.phrase}\r\n".encode() for each in HTTPStatus}

Answer = Callable[[Request], Response | Awaitable[Response]]

log = logging.getLogger("senim.responders")


class Connection(asyncio.Protocol):
    """One client's."""

    _transport: asyncio.Transport

    def __init__(self, all_of_them: "Connections") -> None:
        self._all, self._reader = all_of_them, Reader()
        self._is_full = self._is_paused = self._is_over = self._has_heard_all = False
        self._later: asyncio.Task[None] | None = None
        self._unsent = memoryview(b"")
        self.gone = asyncio.Event()
        self.asked_at = self._rests_since = time.monotonic()
        self._length = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment] # always one for streams
        self._all.add(self)

    def connection_lost(self, _: Exception | None) -> None:
        self._all.remove(self)
        self.gone.set()
        if self._later is not None:
            self._later.cancel()

    def data_received(self, data: bytes) -> None:
        self._reader.feed(data)
        self._go_on()
        if self._reader.owes_continue and not self._is_at_work:
            self._reader.owes_continue = False
            self._transport.write(CONTINUE)

    def eof_received(self) -> bool:
        """Whether the connection is still needed: who sends no more may be owed an answer."""
        self._has_heard_all = self._reader.is_done = True
        return self._is_at_work

    def pause_writing(self) -> None:
        self._is_full = True

    def resume_writing(self) -> None:
        self._is_full = False
        self._go_on()

    def is_late(self, now: float) -> bool:
        if self._is_over:
            left = self._transport.get_write_buffer_size() / TAKEN_AT_LEAST_BYTES_PER_SECOND
            return now > self._rests_since + LINGER_SECONDS + left
        if self._is_at_work:
            wanted = ANSWER_WITHIN_SECONDS + self._length / TAKEN_AT_LEAST_BYTES_PER_SECOND
            return now > self.asked_at + wanted
        if self._reader.is_reading:
            return now > max(self._reader.begun_at, self._rests_since) + REQUEST_WITHIN_SECONDS
        return now > self._rests_since + IDLE_SECONDS

    def finish(self) -> None:
        """What was asked is answered still."""
        self._reader.is_done = True
        if not self._is_at_work:
            self._transport.close()

    def abort(self) -> None:
        self._transport.abort()

    @property
    def _is_at_work(self) -> bool:
        return bool(self._reader.found or self._later or self._unsent or self._is_full)

    def _go_on(self) -> None:
        """Nothing more is read while answers wait: they would pile up."""
        self._send_on()
        while self._reader.found and not (self._later or self._unsent or self._is_full):
            self._answer(self._reader.found.popleft())
        if self._is_at_work:
            self._is_paused = True
            self._transport.pause_reading()
        elif self._reader.is_done:
            self._end()
        elif self._is_paused:
            self._is_paused = False
            self._transport.resume_reading()

    def _answer(self, asked: Request | Response) -> None:
        self.asked_at = time.monotonic()
        if isinstance(asked, Response):
            self._send(asked, with_body=True)
            return
        answer, with_body = self._all.answer(asked), asked.method != "HEAD"
        if isinstance(answer, Response):
            self._send(answer, with_body=with_body)
        else:
            self._later = asyncio.ensure_future(self._wait_for(answer, with_body=with_body))

    async def _wait_for(self, answer: Awaitable[Response], *, with_body: bool) -> None:
        try:
            found = await answer
        except Exception:
            log.exception("a request was not answered")
            found = BROKEN
        self._later = None
        self._send(found, with_body=with_body)
        self._go_on()

    def _send(self, answer: Response, *, with_body: bool) -> None:
        status, head, body = answer
        self._length = len(body) if with_body else 0
        is_last = self._reader.is_done and not self._reader.found
        length = b"" if status == NOT_MODIFIED else b"content-length: %d\r\n" % len(body)
        date = _date(int(time.time()))
        first = body[:PART_BYTES] if with_body else b""
        parts = (_STATUS_LINES[status], date, head, length, LAST if is_last else b"", END, first)
        self._transport.write(b"".join(parts))
        self._unsent = memoryview(body)[PART_BYTES:] if self._length > PART_BYTES else self._unsent
        self._rests_since = self.asked_at
        self._send_on()

    def _send_on(self) -> None:
        while self._unsent and not self._is_full:
            part, self._unsent = self._unsent[:PART_BYTES], self._unsent[PART_BYTES:]
            self._rests_since = time.monotonic()
            self._transport.write(part)

    def _end(self) -> None:
        """Said, and then listened for a moment: a client that is cut off while it sends reads nothing."""
        if self._is_over:
            return
        self._is_over, self._rests_since = True, time.monotonic()
        if self._has_heard_all:
            self._transport.close()
        else:
            self._transport.write_eof()
            self._transport.resume_reading()


class Connections:
    """All of them. Of too many, the one goes that asked nothing for the longest time."""

    def __init__(self, answer: Answer, *, at_most: int) -> None:
        self._answer, self._at_most = answer, at_most
        self._open: set[Connection] = set()

    def one(self) -> Connection:
        return Connection(self)

    def add(self, connection: Connection) -> None:
        if len(self._open) >= self._at_most:
            min(self._open, key=lambda each: each.asked_at).abort()
        self._open.add(connection)

    def remove(self, connection: Connection) -> None:
        self._open.discard(connection)

    def answer(self, request: Request) -> Response | Awaitable[Response]:
        try:
            return self._answer(request)
        except Exception:
            log.exception("a request was not answered")
            return BROKEN

    async def watch(self) -> None:
        """Cut off whoever takes too long."""
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            now = time.monotonic()
            for each in [one for one in self._open if one.is_late(now)]:
                each.abort()

    async def stop(self) -> None:
        """What is asked already is answered; whoever takes too long is cut off."""
        for each in tuple(self._open):
            each.finish()
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_WITHIN_SECONDS):
                await self._wait_for_the_last()
        for each in tuple(self._open):
            each.abort()

    async def _wait_for_the_last(self) -> None:
        for each in tuple(self._open):
            await each.gone.wait()


@lru_cache(maxsize=2)
def _date(second: int) -> bytes:
    return f"date: {formatdate(second, usegmt=True)}\r\n".encode()
