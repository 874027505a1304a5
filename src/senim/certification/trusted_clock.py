"""May this clock date a certificate or a time-stamp? Only while it agrees with its time source.

The source is asked now and then, never within a request. In between the clock is compared with the machine's
monotonic one, so a clock that somebody sets is noticed at once. Without a source nobody can tell, and
``senim doctor`` says so. No Django here: responders import this module.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from senim import time_sources
from senim.time_sources import NoTime, Offset

ASK_EVERY_SECONDS = 30.0

log = logging.getLogger("senim.certification")


@dataclass
class TrustedClock:
    """``look`` asks the source when it is time to; ``doubt`` says why not to trust the clock now."""

    source: str
    off_at_most: timedelta
    unconfirmed_at_most: timedelta
    ask: Callable[[str], Offset] = time_sources.ask
    now: Callable[[], float] = time.time
    ticks: Callable[[], float] = time.monotonic
    _confirmed_at: float = field(init=False)
    _asked_at: float | None = None
    _ahead: float = 0.0
    _offset: float = 0.0
    _stride: float = field(init=False)
    _said: str = ""

    def __post_init__(self) -> None:
        self._confirmed_at, self._stride = self.ticks(), self.now() - self.ticks()

    def look(self) -> None:
        """Ask, unless that was a moment ago. Takes as long as the source: three seconds at most."""
        ticks = self.ticks()
        if not self.source or (self._asked_at is not None and ticks - self._asked_at < ASK_EVERY_SECONDS):
            return
        self._asked_at = ticks
        try:
            offset = self.ask(self.source)
        except NoTime as reason:
            log.warning("the time source does not answer: %s", reason)
            return
        self._confirmed_at, self._stride = self.ticks(), self.now() - self.ticks()
        self._ahead, self._offset = max(0.0, abs(offset.seconds) - offset.margin), offset.seconds

    def doubt(self) -> str:
        """Empty while the clock may be trusted. Said in the log when it changes."""
        doubt = self._doubt() if self.source else ""
        if doubt != self._said:
            if not self._said:
                log.error("nothing is issued or stamped: %s", doubt)
            elif not doubt:
                log.info("the clock is right again")
            self._said = doubt
        return doubt

    def time(self) -> datetime:
        """What to date revocation lists with, which cannot wait: what the source said last, where this clock
        differs from it."""
        told = self.ticks() + self._stride + self._offset if self.source and self._differs() else self.now()
        return datetime.fromtimestamp(told, UTC)

    def _differs(self) -> bool:
        moved = abs(self.now() - self.ticks() - self._stride)
        return max(self._ahead, moved) > self.off_at_most.total_seconds()

    def _doubt(self) -> str:
        if self._asked_at is None:
            return "the time source has not been asked yet"
        if self._differs():
            return "the clock differs from its time source"
        if self.ticks() - self._confirmed_at > self.unconfirmed_at_most.total_seconds():
            return "the time source has been silent for too long"
        return ""
