"""The sequencer's process: once a second, place what waits and sign the tree. Django is set up before.

Witnesses and the time-stamping authority are asked by threads of their own: neither a slow witness nor one
that is down holds up a checkpoint, and no writer ever waits for any of them.
"""

import logging
import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime

from django.db import connection, transaction

from senim import pulse
from senim.journal import identity, stamping, subtrees, witnesses, witnessing
from senim.journal.models import Checkpoint
from senim.journal.sequencing import newest_edge, sequence
from senim.settings import settings

EVERY_SECONDS = 1.0
PATIENCE_AT_MOST_SECONDS = 60.0

log = logging.getLogger("senim.journal")


def main() -> int:
    """Run until told to stop. Restarted by the supervisor when the database goes away."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    key = identity.signing_key(settings.secret_once("passphrase-sequencer"))
    with transaction.atomic():
        subtrees.grow(newest_edge().size)
    for errand in (Witnessing(), Stamping()):
        threading.Thread(target=attend, args=(errand, stop), daemon=True).start()
    log.info("sequencing")
    while not stop.wait(EVERY_SECONDS):
        pulse.beat()
        done = sequence(key=key, at=datetime.now(UTC))
        if done and done.set_aside:
            log.error("%d records that cannot be sequenced were set aside", done.set_aside)
    return 0


def attend(errand: Callable[[], None], stop: threading.Event) -> None:
    """Do it again and again; after a failure wait longer each time, and say so once."""
    patience, said = EVERY_SECONDS, ""
    while not stop.wait(patience):
        try:
            errand()
            patience, said = EVERY_SECONDS, ""
        except Exception as failed:  # noqa: BLE001 - whatever it is, the tree goes on being signed
            patience = min(2 * patience, PATIENCE_AT_MOST_SECONDS)
            if str(failed) != said:
                said = str(failed)
                log.warning("%s: %s", type(errand).__name__.lower(), said)
        finally:
            connection.close_if_unusable_or_obsolete()


class NotWitnessed(Exception):
    """A witness did not sign the newest checkpoint."""


class Witnessing:
    """Show every witness each new checkpoint. One that is slow holds up the others for five seconds."""

    def __init__(self) -> None:
        self._shown: dict[str, int] = {}

    def __call__(self) -> None:
        newest = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first()
        if newest is None or (self._shown and min(self._shown.values()) >= newest):
            return
        failed = [word for one in witnesses.configured() if (word := self._show(one, newest))]
        if failed:
            raise NotWitnessed("; ".join(failed))

    def _show(self, witness: witnesses.Witness, newest: int) -> str:
        if self._shown.setdefault(witness.name, 0) >= newest:
            return ""
        testimony = witnessing.hear(witness)
        if testimony is None:
            return ""
        witnessing.keep(testimony)
        if testimony.word is not witnessing.Word.SIGNED:
            return f"{testimony.name} {testimony.word}: {testimony.problem}"
        self._shown[witness.name] = testimony.size
        return ""


class Stamping:
    """Have the newest checkpoint stamped when its hour has come."""

    def __call__(self) -> None:
        if head := stamping.due(at=datetime.now(UTC)):
            stamping.stamp(head)
