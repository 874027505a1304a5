"""What programs that are not ours print, as events of our log: PostgreSQL's lines and the sandbox's."""

import json
import logging
import os
from contextlib import suppress

from senim.runtime import log

LEVELS = {
    "LOG": logging.INFO,
    "NOTICE": logging.INFO,
    "WARNING": logging.WARNING,
    "ERROR": logging.WARNING,
    "FATAL": logging.WARNING,
    "PANIC": logging.CRITICAL,
}
LONGEST_LINE = 65536


class Lines:
    """A pipe a program writes to; its lines are logged under the program's name."""

    def __init__(self, name: str) -> None:
        self.reading, self.writing = os.pipe()
        os.set_blocking(self.reading, False)
        self._name, self._rest = name, b""

    def hear(self) -> None:
        """Log the whole lines that have come."""
        with suppress(BlockingIOError):
            while chunk := os.read(self.reading, LONGEST_LINE):
                *whole, rest = (self._rest + chunk).split(b"\n")
                self._rest = rest[-LONGEST_LINE:]
                for line in whole:
                    self._log(line.decode("utf-8", "replace"))

    def _log(self, line: str) -> None:
        level, text, facts = meaning_of(line)
        log.logger_of(self._name).log(level, "%s", text, extra=facts)


def meaning_of(line: str) -> tuple[int, str, dict[str, object]]:
    """Level, event and facts of a line: an event as JSON, or ``LEVEL:  words`` as PostgreSQL writes."""
    with suppress(ValueError):
        event = json.loads(line)
        if isinstance(event, dict) and "event" in event:
            known = {"at", "process", "level", "event"}
            facts = {f"its_{name}": value for name, value in event.items() if name not in known}
            return _level_named(str(event.get("level", "info"))), str(event["event"]), facts
    word, _, text = line.partition(":  ")
    return (LEVELS[word], text, {}) if word in LEVELS else (logging.INFO, line, {})


def _level_named(word: str) -> int:
    return logging.getLevelNamesMapping().get(word.upper(), logging.INFO)
