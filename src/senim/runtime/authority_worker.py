"""The authority's process: carries out orders, publishes statuses, journals time-stamps; alone it opens the
issuing key.

Its passphrase, or the PIN of its token, comes over an inherited descriptor and stands in no environment.
Between starts it is in a file for the supervisor alone; what one user id for everybody cannot protect is in
docs/threat-model.md. When the database or the token goes away this process ends, and is started again.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection
from django.utils import timezone

from senim import pulse
from senim.certification import at_work, issuers, revocation_orders
from senim.certification.fulfilment import fulfil
from senim.certification.issuance import Authority
from senim.certification.lint import Linter
from senim.certification.lint_beside import beside
from senim.certification.orders import ANEW, CHANNEL
from senim.certification.publication import publish, refuse_if_files_are_ahead
from senim.certification.time_stamps import journal_spooled
from senim.certification.trusted_clock import TrustedClock
from senim.pki import keys
from senim.settings import settings

PASSPHRASE = "passphrase-authority"  # noqa: S105 (its name)
LOOK_EVERY_SECONDS = 1.0
PUBLISH_AT_LEAST_EVERY_SECONDS = 1.0

log = logging.getLogger("senim.certification")


def main() -> int:
    """Work until told to stop. Raises publication.FilesAhead where the database was restored from a copy."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with beside() as linter:
        refuse_if_files_are_ahead()
        passphrase = settings.secret_once(PASSPHRASE)
        authority = opened(passphrase)
        log.info("the issuing key is open")
        clock = TrustedClock(
            settings.time_source, settings.clock_off_at_most, settings.clock_unconfirmed_at_most
        )
        with called() as wait:
            work(
                authority,
                stop=stop,
                wait=wait,
                clock=clock,
                linter=linter,
                reopen=lambda: opened(passphrase),
            )
    return 0


def opened(passphrase: str) -> Authority:
    """Raises keys.UNUSABLE, OSError."""
    return at_work.opened(settings, passphrase=passphrase)


def work(
    authority: Authority,
    *,
    stop: threading.Event,
    wait: Callable[[], bool],
    clock: TrustedClock,
    linter: Linter,
    reopen: Callable[[], Authority] | None = None,
) -> None:
    """``wait`` says whether somebody asked for all lists to be signed anew, ``reopen`` opens the keys of a
    new authority too. Orders wait while the clock is in doubt; revocations do not."""
    published, anew = 0.0, False
    while not stop.is_set():
        pulse.beat()
        if reopen and at_work.labels_of(authority) != issuers.ours():
            authority = reopen()
            log.info("from now on %s issues", authority.issuer.label)
        keys.look(authority.key)
        clock.look()
        revocation_orders.carry_out(at=timezone.now())
        settled = 0 if clock.doubt() else fulfil(authority, at=timezone.now(), linter=linter)
        if anew or not settled or time.monotonic() - published > PUBLISH_AT_LEAST_EVERY_SECONDS:
            publish(authority, at=clock.time(), anew=anew)
            published, anew = time.monotonic(), False
        journalled = journal_spooled(at=timezone.now())
        if not settled and not journalled:
            anew = wait()


@contextmanager
def called() -> Iterator[Callable[[], bool]]:
    """Wait for somebody to call the authority, a second at most."""
    listening = connection.get_new_connection(connection.get_connection_params())
    listening.autocommit = True
    try:
        listening.execute(f"LISTEN {CHANNEL}")
        yield lambda: _wait(listening)
    finally:
        listening.close()


def _wait(listening: psycopg.Connection[object]) -> bool:
    calls = list(listening.notifies(timeout=LOOK_EVERY_SECONDS, stop_after=1))
    return any(call.payload == ANEW for call in calls)
