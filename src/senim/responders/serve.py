"""The responders' process: opens its two keys, reads the files that do not change, and serves."""

import asyncio
import resource
import signal
import socket

from senim.certification import own_keys, time_stamp_spool
from senim.certification.status_files import Shown
from senim.certification.trusted_clock import TrustedClock
from senim.responders.app import Responders
from senim.responders.connections import Connections
from senim.responders.delegates import Delegates
from senim.responders.key_watch import KeyWatch
from senim.responders.own_files import OwnFiles
from senim.responders.status_answers import StatusAnswers
from senim.responders.watermark import Database
from senim.settings import Settings, settings

BACKLOG = 1024
CONNECTIONS_AT_MOST = 1_000
FILES_OF_OUR_OWN = 64


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
    connections = Connections(application.answer, at_most=_room())
    application.refresh()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(connections.one, sock=_listening(settings), backlog=BACKLOG)
    beside = asyncio.gather(application.watch(), connections.watch())
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, beside.cancel)
    try:
        await beside
    except asyncio.CancelledError:
        return 0
    finally:
        server.close()
        await connections.stop()
    return 1


def _listening(settings: Settings) -> socket.socket:
    """Raises OSError."""
    is_ipv6 = ":" in settings.bind
    return socket.create_server(
        (settings.bind, settings.responders_port),
        family=socket.AF_INET6 if is_ipv6 else socket.AF_INET,
        dualstack_ipv6=is_ipv6 and settings.bind == "::",
        backlog=BACKLOG,
    )


def _room() -> int:
    """For so many connections; past the limit of open files nobody at all could come in."""
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return min(CONNECTIONS_AT_MOST, most - FILES_OF_OUR_OWN) if most > 0 else CONNECTIONS_AT_MOST
