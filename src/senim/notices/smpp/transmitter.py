"""A transmitter session that many threads use at once: a slow answer to one holds up no other.

One thread reads; each answer goes to whoever waits for its number. A second answer, and one that comes after
nobody waits any more, go nowhere.
"""

import threading
from concurrent.futures import Future

from aiosmpplib import BindTransmitter, EnquireLink, SmppMessage

from senim.notices.smpp.centres import Centre
from senim.notices.smpp.link import RESPONSE, Link, LinkDown, LinkQuiet, Pdu

CONNECT_SECONDS = 3.0
"""For the connection, for the bind, and for a word from an old session: each."""


class Transmitter:
    """Bound from the beginning to ``close``. Raises LinkDown where it cannot be."""

    def __init__(self, centre: Centre) -> None:
        self._link = Link(centre, BindTransmitter, wait=CONNECT_SECONDS)
        self._writing = threading.Lock()
        self._waiting: dict[int, Future[Pdu]] = {}
        self._reader = threading.Thread(target=self._listen, name=f"smsc {centre.name}", daemon=True)
        self._reader.start()

    def ask(self, request: SmppMessage, *, within: float) -> Pdu:
        """Send a request and wait for its answer. Raises LinkDown; LinkQuiet if none came in time."""
        answer: Future[Pdu] = Future()
        try:
            with self._writing:
                request.sequence_num = next(self._link.numbers)
                self._waiting[request.sequence_num] = answer
                self._link.write(request)
            return answer.result(within)
        except TimeoutError:
            raise LinkQuiet("timed out") from None
        finally:
            self._waiting.pop(request.sequence_num, None)

    def alive(self) -> bool:
        """Whether the SMSC still answers; asked before a message is risked on an old session."""
        try:
            return self._reader.is_alive() and self.ask(EnquireLink(), within=CONNECT_SECONDS).status == 0
        except LinkDown:
            return False

    def close(self) -> None:
        with self._writing:
            self._link.close()
        self._reader.join(CONNECT_SECONDS)

    def _listen(self) -> None:
        try:
            while True:
                self._take_one()
        except LinkDown as down:
            self._link.hang_up()  # whoever writes from now on hears of it at once
            for waiting in list(self._waiting.values()):
                if not waiting.done():
                    waiting.set_exception(down)

    def _take_one(self) -> None:
        try:
            pdu = self._link.read()
        except LinkQuiet:
            return
        waiting = self._waiting.get(pdu.sequence) if pdu.command & RESPONSE else None
        if waiting and not waiting.done():
            waiting.set_result(pdu)
        elif not pdu.command & RESPONSE:
            with self._writing:
                self._link.answer_courtesies(pdu)
