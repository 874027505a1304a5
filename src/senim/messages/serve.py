"""The process: bind, receive, bind again when the SMSC goes away."""

import logging
import os
import signal
import sys
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
from senim.notices.smpp.link import Link, LinkDown, LinkQuiet, Pdu  # noqa: E402

BACK_OFF_SECONDS = (1, 2, 5, 10, 30)
ASK_AFTER_SECONDS = 30.0
logger = logging.getLogger(__name__)


def main() -> None:
    """Run until told to stop; the supervisor's lifeline ends this process with its parent."""
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    failures = 0
    while True:
        pulse.beat()
        began = time.monotonic()
        try:
            listen()
        except LinkDown as down:
            logger.warning("the SMSC is away", extra={"problem": str(down)})
        failures = 1 if time.monotonic() - began > BACK_OFF_SECONDS[-1] else failures + 1
        time.sleep(BACK_OFF_SECONDS[min(failures, len(BACK_OFF_SECONDS)) - 1])


def listen() -> None:
    """One session, from bind to its end. Raises LinkDown."""
    link = Link(BindReceiver, wait=ASK_AFTER_SECONDS)
    logger.info("bound to the SMSC as a receiver")
    try:
        while True:
            pulse.beat()
            pdu = _next(link)
            close_old_connections()
            handle(link, pdu)
    finally:
        link.close()


def _next(link: Link) -> Pdu:
    """The next PDU; a silent SMSC is asked once whether it is still there."""
    try:
        return link.read()
    except LinkQuiet:
        link.write(EnquireLink(sequence_num=1))
        return link.read()


def handle(link: Link, pdu: Pdu) -> None:
    if pdu.command == SmppCommand.DELIVER_SM:
        link.write(DeliverSmResp(sequence_num=pdu.sequence, command_status=_take(pdu)))
    else:
        link.answer_courtesies(pdu)


def _take(pdu: Pdu) -> SmppCommandStatus:
    """Take one message. While our database is away the SMSC keeps it and sends it again."""
    try:
        message = pdu.parse()
        if isinstance(message, DeliverSm):
            receive(message, at=timezone.now())
    except ValueError:
        logger.warning("the SMSC sent a message that cannot be read")
    except DatabaseError as away:
        logger.warning("a message was left with the SMSC", extra={"problem": type(away).__name__})
        return SmppCommandStatus.ESME_RX_T_APPN
    return SmppCommandStatus.ESME_ROK


def _stop(*_: int | FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    main()
