"""The sequencer's process: once a second, place what waits and sign the tree. Django is set up before."""

import logging
import signal
import threading
from datetime import UTC, datetime

from senim.journal.sequencing import sequence, signing_key
from senim.settings import settings

EVERY_SECONDS = 1.0


def main() -> int:
    """Run until told to stop. Restarted by the supervisor when the database goes away."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    log = logging.getLogger("senim.journal")
    key = signing_key(settings.secret("passphrase-sequencer"))
    log.info("sequencing")
    while not stop.wait(EVERY_SECONDS):
        done = sequence(key=key, at=datetime.now(UTC))
        if done and done.refused:
            log.error("%d records without a valid seal wait in the journal", done.refused)
    return 0
