"""The responders' HTTP: a table of paths, small bodies only, answers that say how long they may be kept."""

import asyncio
import hashlib
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from granian.rsgi import Scope

from senim.certification import time_stamp_spool
from senim.certification.status_files import GenerationRefused, Shown
from senim.certification.trusted_clock import TrustedClock
from senim.pki import keys
from senim.pki.certificates import new_serial_number
from senim.pki.ocsp import AT_MOST_BYTES, TRY_LATER
from senim.pki.timestamps import (
    PkiFailureInfo,
    TimeStampAuthority,
    TimeStampRefused,
    TimeStampRequest,
    read_request,
    refuse,
    token_of,
)
from senim.responders.caching import NOT_KEPT, NOT_SNIFFED, Headers, Reply, etag_of, is_known
from senim.responders.delegates import Delegates
from senim.responders.key_watch import ASK_EVERY_SECONDS as ASK_KEYS_EVERY_SECONDS
from senim.responders.key_watch import KeyWatch
from senim.responders.own_files import OwnFiles
from senim.responders.status_answers import StatusAnswers, from_path
from senim.responders.watermark import ASK_EVERY_SECONDS, Database

NOT_A_REQUEST = b""
LOOK_EVERY_SECONDS = 0.5
SIGN_AHEAD_EVERY_SECONDS = 5.0
TIME_STAMP: Headers = [("content-type", "application/timestamp-reply"), NOT_KEPT, NOT_SNIFFED]
JSON: Headers = [("content-type", "application/json"), NOT_KEPT, NOT_SNIFFED]
CRL: Headers = [
    ("content-type", "application/pkix-crl"),
    ("cache-control", "max-age=30, public"),
    NOT_SNIFFED,
]
CERTIFICATE: Headers = [
    ("content-type", "application/pkix-cert"),
    ("cache-control", "max-age=3600, public"),
    NOT_SNIFFED,
]

log = logging.getLogger("senim.responders")


class HTTPProtocol(Protocol):
    """The part of RSGI that we use."""

    async def __call__(self) -> bytes: ...

    def __aiter__(self) -> AsyncIterator[bytes]: ...

    def response_empty(self, status: int, headers: Headers) -> None: ...

    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None: ...


class TooLarge(ValueError):
    """No honest request has such a body."""


class Responders:
    """An RSGI application. ``files`` are the authorities' certificates and the root's list, by path."""

    def __init__(
        self,
        *,
        shown: Shown,
        answers: StatusAnswers,
        time_stamps: TimeStampAuthority,
        spool: Path,
        files: OwnFiles,
        database: Database | None,
        clock: TrustedClock,
        key_watch: KeyWatch | None = None,
        delegates: Delegates | None = None,
    ) -> None:
        self._clock = clock
        self._shown, self._answers, self._time_stamps, self._files = shown, answers, time_stamps, files
        self._spool, self._database, self._looking = spool, database, asyncio.Lock()
        self._key_watch, self._delegates = key_watch or KeyWatch(), delegates
        self._doors: dict[str, Callable[[Scope, HTTPProtocol], Awaitable[None]]] = {
            "ocsp": self._ocsp,
            "tsa": self._tsa,
            "crl": self._file,
            "ca": self._file,
            "healthz": self._healthz,
        }
        self._said_refused = ""

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.refresh()
        beside = (
            self._watch(),
            self._compare(),
            self._watch_keys(),
            self._sign_ahead(),
            self._ask_for_the_time(),
        )
        self._beside = [loop.create_task(each) for each in beside]

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        door = self._doors.get(scope.path.split("/", 2)[1])
        if door is None:
            protocol.response_empty(404, [NOT_SNIFFED])
            return
        await door(scope, protocol)

    async def _ocsp(self, scope: Scope, protocol: HTTPProtocol) -> None:
        try:
            request = await self._status_request(scope, protocol)
        except ValueError:
            request = NOT_A_REQUEST
        if request is None:
            protocol.response_empty(405, [("allow", "GET, HEAD, POST"), NOT_SNIFFED])
            return
        now = time.time()
        reply = self._answers.kept(request, now)
        if reply is None:
            reply = self._answered(request, at=datetime.fromtimestamp(now, UTC))
        if scope.method != "POST" and is_known(reply.etag, scope.headers.get("if-none-match")):
            protocol.response_empty(304, reply.headers(now))
        else:
            protocol.response_bytes(200, reply.headers(now), reply.der)

    def _answered(self, request: bytes, *, at: datetime) -> Reply:
        try:
            return self._answers.answer(request, at=at)
        except keys.UNUSABLE:  # the watch over them has said why
            return Reply(TRY_LATER)

    async def _status_request(self, scope: Scope, protocol: HTTPProtocol) -> bytes | None:
        """The request's DER; None for a method that asks nothing. Raises ValueError, TooLarge."""
        if scope.method == "POST":
            return await _body(scope, protocol)
        if scope.method not in {"GET", "HEAD"}:
            return None
        encoded = scope.path.removeprefix("/ocsp")
        if len(encoded) > 3 * AT_MOST_BYTES:
            raise TooLarge
        return from_path(encoded)

    async def _tsa(self, scope: Scope, protocol: HTTPProtocol) -> None:
        if scope.method != "POST":
            protocol.response_empty(405, [("allow", "POST"), NOT_SNIFFED])
            return
        try:
            stamped = await self._stamped(read_request(await _body(scope, protocol)))
        except TooLarge:
            stamped = refuse(PkiFailureInfo.BAD_REQUEST)
        except TimeStampRefused as refused:
            stamped = refuse(refused.failure)
        except keys.UNUSABLE:  # the watch over them has said why
            stamped = refuse(PkiFailureInfo.SYSTEM_FAILURE)
        except OSError as full:
            log.error("a time-stamp was not given, because it could not be noted: %s", full)  # noqa: TRY400
            stamped = refuse(PkiFailureInfo.SYSTEM_FAILURE)
        protocol.response_bytes(200, TIME_STAMP, stamped)

    async def _stamped(self, request: TimeStampRequest) -> bytes:
        """No token leaves before it is noted on disk. Raises TimeStampRefused, OSError."""
        if self._clock.doubt():
            raise TimeStampRefused(PkiFailureInfo.TIME_NOT_AVAILABLE)
        serial_number, at = new_serial_number(), datetime.now(UTC)
        stamped = self._time_stamps.grant(request, serial_number=serial_number, at=at)
        noted = time_stamp_spool.Token(serial_number, at, hashlib.sha256(token_of(stamped)).digest())
        await asyncio.get_running_loop().run_in_executor(None, time_stamp_spool.put, self._spool, noted)
        return stamped

    async def _file(self, scope: Scope, protocol: HTTPProtocol) -> None:
        name = scope.path.removeprefix("/")
        content, etag = self._files.get(name), ""
        if content is None and name.startswith("crl/"):
            content, etag = self._list(name.removeprefix("crl/"))
        if content is None or scope.method not in {"GET", "HEAD"}:
            protocol.response_empty(404, [NOT_SNIFFED])
            return
        headers = CRL if name.endswith(".crl") else CERTIFICATE
        headers = [*headers, ("etag", etag)] if etag else headers
        if is_known(etag, scope.headers.get("if-none-match")):
            protocol.response_empty(304, headers)
        else:
            protocol.response_bytes(200, headers, content)

    def _list(self, name: str) -> tuple[bytes | None, str]:
        """A revocation list of the generation that is shown, and its ETag."""
        generation = self._shown.generation
        if generation is None or name not in generation.lists:
            return None, ""
        return generation.lists[name], etag_of(generation.manifest.files[name])

    async def _healthz(self, _: Scope, protocol: HTTPProtocol) -> None:
        """Ready means able to say ``good``, and to sign it."""
        generation, ready = self._shown.generation, self._answers.hold(datetime.now(UTC))
        ready = ready and not self._key_watch.trouble
        facts: dict[str, Any] = {"ok": ready, "generation": generation.number if generation else None}
        protocol.response_bytes(200 if ready else 503, JSON, json.dumps(facts).encode())

    async def _watch(self) -> None:
        """Look for a new generation; reading a large one must not hold up answers."""
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            await self._look()

    async def _watch_keys(self) -> None:
        while self._key_watch.watched:
            await asyncio.sleep(ASK_KEYS_EVERY_SECONDS)
            await asyncio.get_running_loop().run_in_executor(None, self._key_watch.look)

    async def _compare(self) -> None:
        """How far is the database? The files are looked at after it answered: they may have caught up."""
        while self._database is not None:
            mark = await self._database.mark()
            if mark is not None:
                await self._look()
                shown = self._shown.generation.number if self._shown.generation else 0
                self._answers.lag.judge(mark, shown=shown, now=time.monotonic())
            await asyncio.sleep(ASK_EVERY_SECONDS)

    async def _sign_ahead(self) -> None:
        while True:
            await asyncio.sleep(SIGN_AHEAD_EVERY_SECONDS)
            try:
                self._answers.sign_ahead(at=datetime.now(UTC))
            except keys.UNUSABLE:  # the watch over them has said why
                continue
            except Exception:
                log.exception("answers were not signed ahead")

    async def _ask_for_the_time(self) -> None:
        while True:
            await asyncio.get_running_loop().run_in_executor(None, self._clock.look)
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def _look(self) -> None:
        async with self._looking:
            await asyncio.get_running_loop().run_in_executor(None, self.refresh)

    def refresh(self) -> None:
        """A generation that is refused leaves the one before in place until that is stale."""
        self._take_up_certificates()
        try:
            if self._shown.refresh() and self._shown.generation:
                log.info("status generation %d is shown", self._shown.generation.number)
        except (GenerationRefused, OSError, ValueError, KeyError, TypeError) as refused:
            if str(refused) != self._said_refused:
                self._said_refused = str(refused)
                log.error("a status generation is refused: %s", refused)  # noqa: TRY400

    def _take_up_certificates(self) -> None:
        """One that cannot be used leaves the one before in place."""
        try:
            if self._delegates is not None and self._delegates.refresh():
                self._answers.take_up(self._delegates.answering)
                self._time_stamps, self._shown.issuing = self._delegates.time_stamps, self._delegates.issuing
                self._files.refresh()
                log.info("a renewed certificate is taken up")
        except (OSError, ValueError) as refused:
            log.error("a certificate of ours is refused: %s", refused)  # noqa: TRY400


async def _body(scope: Scope, protocol: HTTPProtocol) -> bytes:
    """At most as much as the largest honest request. Raises TooLarge, without reading on."""
    told = scope.headers.get("content-length")
    if told is not None and told.isdigit():
        if int(told) > AT_MOST_BYTES:
            raise TooLarge
        return await protocol()
    whole = b""
    async for part in protocol:
        whole += part
        if len(whole) > AT_MOST_BYTES:
            raise TooLarge
    return whole
