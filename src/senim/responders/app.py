"""What the responders answer: a table of paths, small bodies only, how long each answer may be kept."""

import asyncio
import hashlib
import json
import logging
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from senim.certification import time_stamp_spool
from senim.certification.status_files import Shown
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
from senim.responders.caching import Reply, etag_of, is_known
from senim.responders.delegates import Delegates
from senim.responders.exchange import NOT_FOUND, NOT_KEPT, Request, Response, only, spelled
from senim.responders.key_watch import ASK_EVERY_SECONDS as ASK_KEYS_EVERY_SECONDS
from senim.responders.key_watch import KeyWatch
from senim.responders.own_files import OwnFiles
from senim.responders.status_answers import NotReadYet, StatusAnswers, from_path
from senim.responders.watermark import ASK_EVERY_SECONDS, Database

NOT_A_REQUEST = b""
LOOK_EVERY_SECONDS = 0.5
LOOK_WITHIN_SECONDS = 2.0
SIGN_AHEAD_EVERY_SECONDS = 5.0
TIME_STAMP = spelled(("content-type", "application/timestamp-reply"), NOT_KEPT)
JSON = spelled(("content-type", "application/json"), NOT_KEPT)
CRL = (("content-type", "application/pkix-crl"), ("cache-control", "max-age=30, public"))
CERTIFICATE = (("content-type", "application/pkix-cert"), ("cache-control", "max-age=3600, public"))
SPOOLED_AT_ONCE = 4
"""Time-stamps. Threads of their own: however many are asked for, new statuses are still read."""

log = logging.getLogger("senim.responders")


class Responders:
    """``files`` are the authorities' certificates and the root's list, by path."""

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
        self._spool, self._database = spool, database
        self._spoolers = ThreadPoolExecutor(SPOOLED_AT_ONCE, thread_name_prefix="spool")
        self._looking: asyncio.Future[None] | None = None
        self._key_watch, self._delegates = key_watch or KeyWatch(), delegates
        self._doors: dict[str, Callable[[Request], Response | Awaitable[Response]]] = {
            "ocsp": self._ocsp,
            "tsa": self._tsa,
            "crl": self._file,
            "ca": self._file,
            "healthz": self._healthz,
        }
        self._said_refused = ""

    def answer(self, request: Request) -> Response | Awaitable[Response]:
        """By the first part of the path."""
        door = self._doors.get(request.path.split("/", 2)[1])
        return NOT_FOUND if door is None else door(request)

    def _ocsp(self, request: Request) -> Response | Awaitable[Response]:
        try:
            asked = _status_request(request)
        except ValueError:
            asked = NOT_A_REQUEST
        if asked is None:
            return only("GET", "HEAD", "POST")
        now = time.time()
        reply = self._answers.kept(asked, now)
        try:
            return _response(request, reply or self._answered(asked), now)
        except NotReadYet:
            return self._answered_after_a_look(request, asked)

    def _answered(self, asked: bytes, *, looked: bool = False) -> Reply:
        """Raises NotReadYet."""
        try:
            return self._answers.answer(asked, at=datetime.now(UTC), looked=looked)
        except keys.UNUSABLE:  # the watch over them has said why
            return Reply(TRY_LATER)

    async def _answered_after_a_look(self, request: Request, asked: bytes) -> Response:
        await self._look()
        if self._shown.is_behind:  # that look had begun before
            await self._look()
        return _response(request, self._answered(asked, looked=True), time.time())

    def _tsa(self, request: Request) -> Response | Awaitable[Response]:
        return self._time_stamp(request) if request.method == "POST" else only("POST")

    async def _time_stamp(self, request: Request) -> Response:
        try:
            stamped = await self._stamped(_time_stamp_request(request))
        except TimeStampRefused as refused:
            stamped = refuse(refused.failure)
        except keys.UNUSABLE:  # the watch over them has said why
            stamped = refuse(PkiFailureInfo.SYSTEM_FAILURE)
        except OSError as full:
            log.error("a time-stamp was not given, because it could not be noted: %s", full)  # noqa: TRY400
            stamped = refuse(PkiFailureInfo.SYSTEM_FAILURE)
        return Response(200, TIME_STAMP, stamped)

    async def _stamped(self, request: TimeStampRequest) -> bytes:
        """No token leaves before it is noted on disk. Raises TimeStampRefused, OSError."""
        if self._clock.doubt():
            raise TimeStampRefused(PkiFailureInfo.TIME_NOT_AVAILABLE)
        serial_number, at = new_serial_number(), datetime.now(UTC)
        stamped = self._time_stamps.grant(request, serial_number=serial_number, at=at)
        noted = time_stamp_spool.Token(serial_number, at, hashlib.sha256(token_of(stamped)).digest())
        await asyncio.get_running_loop().run_in_executor(
            self._spoolers, time_stamp_spool.put, self._spool, noted
        )
        return stamped

    def _file(self, request: Request) -> Response:
        name = request.path.removeprefix("/")
        content, etag = self._files.get(name), ""
        if content is None and name.startswith("crl/"):
            content, etag = self._list(name.removeprefix("crl/"))
        if content is None or request.method not in {"GET", "HEAD"}:
            return NOT_FOUND
        kind = CRL if name.endswith(".crl") else CERTIFICATE
        head = spelled(*kind, ("etag", etag)) if etag else spelled(*kind)
        return Response(304, head) if is_known(etag, request.if_none_match) else Response(200, head, content)

    def _list(self, name: str) -> tuple[bytes | None, str]:
        """A revocation list of the generation that is shown, and its ETag."""
        generation = self._shown.generation
        if generation is None or name not in generation.lists:
            return None, ""
        return generation.lists[name], etag_of(generation.manifest.files[name])

    def _healthz(self, _: Request) -> Response:
        """Ready means able to say ``good``, and to sign it."""
        generation, ready = self._shown.generation, self._answers.hold(datetime.now(UTC))
        ready = ready and not self._key_watch.trouble
        facts: dict[str, Any] = {"ok": ready, "generation": generation.number if generation else None}
        return Response(200 if ready else 503, JSON, json.dumps(facts).encode())

    async def watch(self) -> None:
        """All that is done beside requests, for ever."""
        async with asyncio.TaskGroup() as together:
            for step, seconds in (
                (self._look, LOOK_EVERY_SECONDS),
                (self._compare, ASK_EVERY_SECONDS),
                (self._look_for_keys, ASK_KEYS_EVERY_SECONDS),
                (self._sign_ahead, SIGN_AHEAD_EVERY_SECONDS),
                (self._ask_for_the_time, LOOK_EVERY_SECONDS),
            ):
                together.create_task(again_and_again(step, every=seconds))

    async def _look(self) -> None:
        """For a new generation; reading a large one must not hold up answers, nor a disk that is silent the
        comparison with the database."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.get_running_loop().run_in_executor(None, self.refresh)
        await asyncio.wait([self._looking], timeout=LOOK_WITHIN_SECONDS)

    async def _compare(self) -> None:
        """How far is the database? The files are looked at after it answered: they may have caught up."""
        mark = await self._database.mark() if self._database is not None else None
        if mark is not None:
            await self._look()
            shown = self._shown.generation.number if self._shown.generation else 0
            self._answers.lag.judge(mark, shown=shown, now=time.monotonic())

    async def _look_for_keys(self) -> None:
        await asyncio.get_running_loop().run_in_executor(None, self._key_watch.look)

    async def _sign_ahead(self) -> None:
        with suppress(*keys.UNUSABLE):  # the watch over them has said why
            self._answers.sign_ahead(at=datetime.now(UTC))

    async def _ask_for_the_time(self) -> None:
        await asyncio.get_running_loop().run_in_executor(None, self._clock.look)

    def refresh(self) -> None:
        """A generation that is refused leaves the one before in place until that is stale."""
        self._take_up_certificates()
        try:
            if self._shown.refresh() and self._shown.generation:
                log.info("status generation %d is shown", self._shown.generation.number)
        except Exception as refused:  # noqa: BLE001 - whatever is in it, who looks must go on looking
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
        except Exception as refused:  # noqa: BLE001 - as above
            log.error("a certificate of ours is refused: %s", refused)  # noqa: TRY400


def _status_request(request: Request) -> bytes | None:
    """The request's DER; None for a method that asks nothing. Raises ValueError."""
    if request.method == "POST":
        return NOT_A_REQUEST if request.too_large else request.body
    if request.method not in {"GET", "HEAD"}:
        return None
    encoded = request.path.removeprefix("/ocsp")
    return NOT_A_REQUEST if len(encoded) > 3 * AT_MOST_BYTES else from_path(encoded)


def _response(request: Request, reply: Reply, now: float) -> Response:
    if request.if_none_match and request.method != "POST" and is_known(reply.etag, request.if_none_match):
        return Response(304, reply.head(now))
    return Response(200, reply.head(now), reply.der)


def _time_stamp_request(request: Request) -> TimeStampRequest:
    """Raises TimeStampRefused."""
    if request.too_large:
        raise TimeStampRefused(PkiFailureInfo.BAD_REQUEST)
    return read_request(request.body)


async def again_and_again(step: Callable[[], Awaitable[None]], *, every: float) -> None:
    """A step that fails is said once and tried again: nobody would notice that it is not done any more."""
    said = ""
    while True:
        try:
            await step()
        except Exception as wrong:
            if repr(wrong) != said:
                said = repr(wrong)
                log.exception("%s failed, and is tried again", getattr(step, "__name__", step))
        await asyncio.sleep(every)
