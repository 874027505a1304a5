"""A time source: SNTP version 4 over UDP (RFC 4330; the packet of RFC 5905 §7.3), at the sandbox's own port.

SNTP and not HTTP, because that is what an authority's clock is checked against in the field.
"""

import asyncio
import struct
from datetime import UTC, datetime
from typing import cast

from senim_sandbox.clock import Clock
from senim_sandbox.faults import Faults, Mode
from senim_sandbox.tasks import Tasks

PACKET = struct.Struct("!BBbbII4s8s8s8s8s")
CLIENT, SERVER = 3, 4
VERSIONS = (3, 4)
IN_STEP, ALARM = 0, 3
STRATUM_ONE, UNSPECIFIED = 1, 0
PRECISION = -20
"""About a microsecond, as a power of two."""
REFERENCE = b"SNDB"
EPOCH = datetime(1900, 1, 1, tzinfo=UTC)
LARGEST_ASKED_AT_ONCE = 200
Address = tuple[str, int]


class TimeSource(asyncio.DatagramProtocol):
    """Answers each question with the sandbox's clock, or as the fault of the day has it."""

    def __init__(self, clock: Clock, faults: Faults) -> None:
        self._clock, self._faults = clock, faults
        self._answers = Tasks()
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: Address) -> None:
        """Whoever asks wrongly or too often is not answered, as usual with UDP."""
        received = self._clock.now()
        if is_question(data) and len(self._answers) < LARGEST_ASKED_AT_ONCE:
            self._answers.start(self._answer(data, received, addr))

    async def close(self) -> None:
        if self._transport is not None:
            self._transport.close()
        await self._answers.close()

    async def _answer(self, question: bytes, received: datetime, address: Address) -> None:
        mode = await self._faults.endure("time")
        if mode is Mode.DOWN or self._transport is None:
            return
        packet = self._packet(question, received, mode)
        for _ in range(self._faults.copies("time")):
            self._transport.sendto(packet, address)

    def _packet(self, question: bytes, received: datetime, mode: Mode) -> bytes:
        if mode is Mode.GARBAGE:
            return question[:7]
        off = self._faults.of("time").seconds if mode is Mode.OFF else 0.0
        moments = [stamp(received, off), stamp(self._clock.now(), off)]
        originate = stamp(received, -3600) if mode is Mode.OTHER else question[40:48]
        return answer(question, originate, moments, in_step=mode is not Mode.UNSYNCHRONISED)


def is_question(data: bytes) -> bool:
    """A client's packet of a version we speak; an extension after the header is ignored."""
    return len(data) >= PACKET.size and data[0] & 7 == CLIENT and data[0] >> 3 & 7 in VERSIONS


def answer(question: bytes, originate: bytes, moments: list[bytes], *, in_step: bool) -> bytes:
    """The packet. ``moments`` are when the question came and when the answer leaves."""
    leap = IN_STEP if in_step else ALARM
    received, transmitted = moments
    return PACKET.pack(
        leap << 6 | question[0] & 0o70 | SERVER,
        STRATUM_ONE if in_step else UNSPECIFIED,
        question[2],
        PRECISION,
        0,
        0,
        REFERENCE if in_step else bytes(4),
        received if in_step else bytes(8),
        originate,
        received,
        transmitted,
    )


def stamp(moment: datetime, off: float = 0.0) -> bytes:
    """NTP's 32 bits of seconds since 1900, which wrap in 2036, and 32 bits of their fraction."""
    elapsed = moment - EPOCH
    fraction = (elapsed.microseconds << 32) // 1_000_000
    seconds = elapsed.days * 86_400 + elapsed.seconds
    whole = (seconds << 32) + fraction + round(off * 2**32)
    return (whole & (2**64 - 1)).to_bytes(8, "big")
