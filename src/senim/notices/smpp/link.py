"""One bound SMPP 3.4 session, blocking: aiosmpplib writes and reads the PDUs, we hold the socket.

Its own client queues and retries by itself, and nobody could say afterwards whether a message left; here a
PDU is either not written, answered, or in doubt, and each of the three has a name.
"""

import contextlib
import itertools
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from aiosmpplib import BindReceiver, BindTransmitter, EnquireLinkResp, SmppMessage, Unbind
from aiosmpplib.protocol import MESSAGE_TYPE_MAP
from aiosmpplib.state import SmppCommand

from senim.notices.smpp.centres import Centre

HEADER_BYTES = 16
LARGEST_PDU = 70_000
RESPONSE = 0x80000000


class LinkDown(Exception):
    """The SMSC cannot be reached, refuses us, or went away."""


class LinkQuiet(LinkDown):
    """Nothing came for as long as we wait; the session may still be there."""


@dataclass(frozen=True)
class Pdu:
    """One PDU as it came: header fields and the whole of its bytes."""

    command: int
    status: int
    sequence: int
    raw: bytes

    def parse(self) -> SmppMessage:
        """Raises ValueError where the body is broken."""
        try:
            header = SmppMessage.parse_header(self.raw)
            return MESSAGE_TYPE_MAP[header.smpp_command].from_pdu(self.raw, header, "gsm0338", None)
        except (KeyError, IndexError, ArithmeticError, UnicodeError, struct.error) as broken:
            raise ValueError("broken PDU") from broken


class Link:
    """A session bound as transmitter or receiver. ``wait`` bounds connecting and every read, in seconds."""

    def __init__(self, centre: Centre, bind: type[BindTransmitter | BindReceiver], *, wait: float) -> None:
        self.numbers = itertools.cycle(range(1, 0x7FFFFFFF))
        with _as_link_down():
            self._socket = socket.create_connection((centre.host, centre.port), timeout=wait)
        try:
            answer = self._bind(bind(system_id=centre.system_id, password=centre.password))
        except BaseException:
            self._socket.close()
            raise
        if answer.status:
            self._socket.close()
            raise LinkDown(f"bind refused: 0x{answer.status:08x}")

    def _bind(self, request: SmppMessage) -> Pdu:
        request.sequence_num = next(self.numbers)
        self.write(request)
        while True:
            pdu = self.read()
            if pdu.command & RESPONSE and pdu.sequence == request.sequence_num:
                return pdu
            self.answer_courtesies(pdu)

    def answer_courtesies(self, pdu: Pdu) -> None:
        if pdu.command == SmppCommand.ENQUIRE_LINK:
            self.write(EnquireLinkResp(sequence_num=pdu.sequence))
        elif pdu.command == SmppCommand.UNBIND:
            raise LinkDown("the SMSC unbinds")

    def write(self, message: SmppMessage) -> None:
        with _as_link_down():
            self._socket.sendall(message.pdu())

    def read(self) -> Pdu:
        """The next PDU. Raises LinkDown, LinkQuiet if nothing came in time."""
        header = self._exactly(HEADER_BYTES, may_be_quiet=True)
        length, command, status, sequence = (
            int.from_bytes(header[at : at + 4], "big") for at in (0, 4, 8, 12)
        )
        if not HEADER_BYTES <= length <= LARGEST_PDU:
            raise LinkDown("impossible PDU length")
        return Pdu(command, status, sequence, header + self._exactly(length - HEADER_BYTES))

    def _exactly(self, count: int, *, may_be_quiet: bool = False) -> bytes:
        """Quiet is only who has not begun: a PDU that breaks off ends the session."""
        got = b""
        while len(got) < count:
            with _as_link_down(quiet=may_be_quiet and not got):
                part = self._socket.recv(count - len(got))
            if not part:
                raise LinkDown("closed by the SMSC")
            got += part
        return got

    def close(self) -> None:
        """Unbind and go; whoever is reading in another thread finds the end."""
        with contextlib.suppress(LinkDown):
            self.write(Unbind(sequence_num=next(self.numbers)))
        self.hang_up()
        self._socket.close()

    def hang_up(self) -> None:
        """Neither side says another word; the socket is still to be closed."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)


@contextmanager
def _as_link_down(*, quiet: bool = False) -> Iterator[None]:
    try:
        yield
    except TimeoutError as silent:
        raise (LinkQuiet if quiet else LinkDown)("timed out") from silent
    except OSError as down:
        raise LinkDown(type(down).__name__) from down
