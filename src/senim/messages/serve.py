"""The process: a thread for each provider binds, receives, and binds again when its SMSC goes away."""

import logging
import os
import signal
import sys
import threading
import time
from types import FrameType

import django
from aiosmpplib import BindReceiver, DeliverSm, DeliverSmResp, EnquireLink, SmppCommandStatus
from aiosmpplib.state import SmppCommand

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "senim.runtime.django_settings")
django.setup()  # before anything that has tables is imported

from django.db import DatabaseError, close_old_connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from senim import pulse  # noqa: E402
from senim.messages.receiving import receive  # noqa: E402
from senim.notices.smpp.centres import Centre, centres  # noqa: E402
from senim.notices.smpp.link import Link, LinkDown, LinkQuiet, Pdu  # noqa: E402

BACK_OFF_SECONDS = (1, 2, 5, 10, 30)
ASK_AFTER_SECONDS = 30.0
SILENT_AT_MOST = 100.0
"""Seconds without a sign of life of a thread: it waits half a minute, asks once, waits again, and may pause
before it binds anew."""
logger = logging.getLogger(__name__)


class Listener(threading.Thread):
    """Follows one provider for as long as the process lives. ``alive_at`` is its last sign of life."""

    def __init__(self, centre: Centre) -> None:
        super().__init__(name=f"receiver {centre.name}", daemon=True)
        self.centre, self.alive_at = centre, time.monotonic()

    def run(self) -> None:
        failures = 0
        while True:
            began = self.alive_at = time.monotonic()
            try:
                self.listen()
            except LinkDown as down:
                logger.warning("an SMSC is away", extra={"provider": self.centre.name, "problem": str(down)})
            failures = 1 if time.monotonic() - began > BACK_OFF_SECONDS[-1] else failures + 1
            time.sleep(BACK_OFF_SECONDS[min(failures, len(BACK_OFF_SECONDS)) - 1])

    def listen(self) -> None:
        """One session, from bind to its end. Raises LinkDown."""
        link = Link(self.centre, BindReceiver, wait=ASK_AFTER_SECONDS)
        logger.info("bound to an SMSC as a receiver", extra={"provider": self.centre.name})
        try:
            while True:
                self.alive_at = time.monotonic()
                pdu = _next(link)
                close_old_connections()
                handle(link, pdu, provider=self.centre.name)
        finally:
            link.close()

    def is_well(self) -> bool:
        return self.is_alive() and time.monotonic() - self.alive_at < SILENT_AT_MOST


def main() -> None:
    """Run until told to stop; the supervisor's lifeline ends this process with its parent."""
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    listeners = [Listener(centre) for centre in centres()]
    for listener in listeners:
        listener.start()
    while all(listener.is_alive() for listener in listeners):
        if all(listener.is_well() for listener in listeners):
            pulse.beat()
        time.sleep(1)
    sys.exit(1)  # a thread that ends has met what nobody foresaw: started again, both are whole


def _next(link: Link) -> Pdu:
    """The next PDU; a silent SMSC is asked once whether it is still there."""
    try:
        return link.read()
    except LinkQuiet:
        link.write(EnquireLink(sequence_num=1))
        return link.read()


def handle(link: Link, pdu: Pdu, *, provider: str) -> None:
    if pdu.command == SmppCommand.DELIVER_SM:
        link.write(DeliverSmResp(sequence_num=pdu.sequence, command_status=_take(pdu, provider)))
    else:
        link.answer_courtesies(pdu)


def _take(pdu: Pdu, provider: str) -> SmppCommandStatus:
    """Take one message. While our database is away the SMSC keeps it and sends it again."""
    try:
        message = pdu.parse()
        if isinstance(message, DeliverSm):
            receive(message, provider=provider, at=timezone.now())
    except ValueError:
        logger.warning("an SMSC sent a message that cannot be read")
    except DatabaseError as away:
        logger.warning("a message was left with the SMSC", extra={"problem": type(away).__name__})
        return SmppCommandStatus.ESME_RX_T_APPN
    return SmppCommandStatus.ESME_ROK


def _stop(*_: int | FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    main()
