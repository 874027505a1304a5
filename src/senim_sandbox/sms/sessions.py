"""One connection of one system: bind, submit, be given messages, unbind (SMPP 3.4 §2.2)."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from itertools import count
from typing import Any

from senim_sandbox.faults import Mode
from senim_sandbox.sms.centre import Centre
from senim_sandbox.sms.pdu import (
    HEADER,
    LARGEST,
    RESPONSE,
    BadPdu,
    Bind,
    Command,
    Deliver,
    Pdu,
    Status,
    Submit,
    Tag,
    c_string,
    optional,
)
from senim_sandbox.tasks import Tasks

SYSTEM_ID = "sandbox"
BIND_WITHIN_SECONDS = 10.0
IDLE_SECONDS = 300.0
ANSWER_WITHIN_SECONDS = 10.0
WINDOW = 100
"""How many requests a peer may have unanswered."""

NO_PDU = b"\xff" * HEADER.size
"""A header that announces four gigabytes."""
SENDS, RECEIVES = "sends", "receives"
RIGHTS = {
    Command.BIND_TRANSMITTER: {SENDS},
    Command.BIND_RECEIVER: {RECEIVES},
    Command.BIND_TRANSCEIVER: {SENDS, RECEIVES},
}


class Session:
    """Serves one connection until either side ends it."""

    def __init__(self, centre: Centre, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._centre, self._reader, self._writer = centre, reader, writer
        self._rights: set[str] = set()
        self._tasks = Tasks()
        self._sequence = count(1)
        self._unanswered: dict[int, asyncio.Future[int]] = {}
        self._open = True

    async def serve(self) -> None:
        try:
            while self._open:
                await self._take(await self._read())
        except (TimeoutError, ConnectionError, asyncio.IncompleteReadError):
            pass  # the peer went away or never spoke
        except BadPdu as broken:  # framing is lost: say so once and hang up (§3.1)
            await self._send(Pdu(Command.GENERIC_NACK, 0, broken.status))
        finally:
            await self._hang_up()

    async def _read(self) -> Pdu:
        patience = IDLE_SECONDS if self._rights else BIND_WITHIN_SECONDS
        async with asyncio.timeout(patience):
            length, command, status, sequence = HEADER.unpack(await self._reader.readexactly(HEADER.size))
            if not HEADER.size <= length <= LARGEST:
                raise BadPdu(Status.ESME_RINVCMDLEN)
            return Pdu(command, sequence, status, await self._reader.readexactly(length - HEADER.size))

    async def _take(self, pdu: Pdu) -> None:
        if self._centre.mode is Mode.MUTE:
            return
        if pdu.command & RESPONSE:
            self._settle(pdu)
        elif pdu.command not in self._handlers:
            await self._send(Pdu(Command.GENERIC_NACK, pdu.sequence, Status.ESME_RINVCMDID))
        elif len(self._tasks) >= WINDOW:
            await self._send(pdu.answer(Status.ESME_RMSGQFUL))
        else:
            await self._handlers[pdu.command](pdu)

    @property
    def _handlers(self) -> dict[int, Callable[[Pdu], Coroutine[Any, Any, None]]]:
        return {
            Command.BIND_TRANSMITTER: self._bind,
            Command.BIND_RECEIVER: self._bind,
            Command.BIND_TRANSCEIVER: self._bind,
            Command.SUBMIT_SM: self._submit,
            Command.ENQUIRE_LINK: self._enquire_link,
            Command.UNBIND: self._unbind,
        }

    async def _bind(self, pdu: Pdu) -> None:
        if self._rights:
            await self._send(pdu.answer(Status.ESME_RALYBND))
            return
        try:
            self._centre.admit(Bind.read(pdu.body))
        except BadPdu as refused:
            await self._send(pdu.answer(refused.status))
            return
        self._rights = RIGHTS[Command(pdu.command)]
        version = optional(Tag.SC_INTERFACE_VERSION, b"\x34")
        await self._send(pdu.answer(body=c_string(SYSTEM_ID) + version))
        if RECEIVES in self._rights:
            self._tasks.start(self._pump())

    async def _submit(self, pdu: Pdu) -> None:
        if SENDS not in self._rights:
            await self._send(pdu.answer(Status.ESME_RINVBNDSTS))
            return
        self._tasks.start(self._answer_submit(pdu))

    async def _answer_submit(self, pdu: Pdu) -> None:
        try:
            message_id = await self._centre.accept(Submit.read(pdu.body))
        except BadPdu as refused:
            await self._send(pdu.answer(refused.status))
            return
        if self._centre.mode is Mode.GARBAGE:
            self._writer.write(NO_PDU)
            await self._writer.drain()
            return
        for _ in range(2 if self._centre.mode is Mode.REPEATED else 1):
            await self._send(pdu.answer(body=c_string(message_id)))

    async def _enquire_link(self, pdu: Pdu) -> None:
        await self._send(pdu.answer())

    async def _unbind(self, pdu: Pdu) -> None:
        await self._send(pdu.answer())
        self._open = False

    async def _pump(self) -> None:
        """Give this receiver whatever waits; what it does not acknowledge waits for the next one."""
        while self._open:
            deliver = await self._centre.waiting.get()
            try:
                await self._deliver(deliver)
            except (TimeoutError, ConnectionError, asyncio.CancelledError):
                self._centre.waiting.put_nowait(deliver)
                self._writer.close()
                raise

    async def _deliver(self, deliver: Deliver) -> None:
        sequence = next(self._sequence)
        answered = self._unanswered[sequence] = asyncio.get_running_loop().create_future()
        try:
            await self._send(Pdu(Command.DELIVER_SM, sequence, body=deliver.encode()))
            await asyncio.wait_for(answered, ANSWER_WITHIN_SECONDS)
        finally:
            del self._unanswered[sequence]

    def _settle(self, pdu: Pdu) -> None:
        answered = self._unanswered.get(pdu.sequence)
        if answered is not None and not answered.done():
            answered.set_result(pdu.status)

    async def _send(self, pdu: Pdu) -> None:
        self._writer.write(pdu.encode())
        await self._writer.drain()

    async def _hang_up(self) -> None:
        self._open = False
        await self._tasks.close()
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()


class Sessions:
    """Accepts connections while the centre is up, and drops them all when it goes down."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._tasks = Tasks()

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._centre.mode is Mode.DOWN:
            writer.close()
            return
        session = Session(self._centre, reader, writer)
        task = self._tasks.start(session.serve())
        await asyncio.gather(task, return_exceptions=True)

    def drop(self) -> None:
        self._tasks.cancel()

    async def close(self) -> None:
        await self._tasks.close()
