"""A circuit breaker: a registry that keeps failing is left alone for a while, so that nobody waits for it."""

import threading
import time
from collections import defaultdict

FAILURES_TO_OPEN = 5
OPEN_SECONDS = 5.0


class Breaker:
    """Closed at first; open after failures in a row; then one question at a time is let through to try."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures = 0
        self._next_try = 0.0

    def allows(self) -> bool:
        """Whether to ask. While open, one caller each period is allowed to try."""
        with self._lock:
            if self._failures < FAILURES_TO_OPEN:
                return True
            if time.monotonic() < self._next_try:
                return False
            self._next_try = time.monotonic() + OPEN_SECONDS
            return True

    def succeeded(self) -> None:
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            self._next_try = time.monotonic() + OPEN_SECONDS


BREAKERS: defaultdict[str, Breaker] = defaultdict(Breaker)
"""One for each registry, in this process: what is down for one question is down for all."""
