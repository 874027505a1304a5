"""The responders' process: opens its two keys, reads the files that do not change, and serves."""

import asyncio
import logging
import signal

from granian.constants import Interfaces
from granian.server.embed import Server

from senim.certification import own_keys, time_stamp_spool
from senim.certification.status_files import Shown
from senim.certification.trusted_clock import TrustedClock
from senim.responders.app import Responders
from senim.responders.delegates import Delegates
from senim.responders.key_watch import KeyWatch
from senim.responders.own_files import OwnFiles
from senim.responders.status_answers import StatusAnswers
from senim.responders.watermark import Database
from senim.settings import Settings, settings

BACKLOG = 1024


def main() -> int:
    """Serve until told to stop."""
    return asyncio.run(_serve(responders(settings)))


def responders(settings: Settings) -> Responders:
    """The application of this instance. Raises keys.UNUSABLE, OSError."""
    certificates, passphrase = settings.home / "certificates", settings.secret_once("passphrase-responders")
    ocsp, tsa = (
        own_keys.store_of(each, settings).open(each, passphrase=passphrase) for each in ("ocsp", "tsa")
    )
    delegates = Delegates(certificates, ocsp=ocsp, tsa=tsa)
    shown = Shown(settings.home / "status", issuing=delegates.issuing)
    spool = settings.home / "time_stamps"
    time_stamp_spool.clear_drafts(spool)
    return Responders(
        shown=shown,
        answers=StatusAnswers(shown, delegates.answering),
        time_stamps=delegates.time_stamps,
        spool=spool,
        files=OwnFiles(certificates),
        database=database_of(settings),
        clock=TrustedClock(
            settings.time_source, settings.clock_off_at_most, settings.clock_unconfirmed_at_most
        ),
        key_watch=KeyWatch((ocsp, tsa)),
        delegates=delegates,
    )


def database_of(settings: Settings) -> Database | None:
    if not settings.database_url:
        return None
    return Database(settings.database_url, password=settings.database_password)


async def _serve(application: Responders) -> int:
    logging.getLogger("_granian").setLevel(logging.ERROR)
    server = Server(
        application,
        address=settings.bind,
        port=settings.responders_port,
        interface=Interfaces.RSGI,
        websockets=False,
        backlog=BACKLOG,
        log_enabled=False,
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.stop)
    await server.serve()
    return 0
