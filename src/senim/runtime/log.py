"""One JSON line per event in ``<home>/log/<process>.jsonl``; one readable line on the terminal.

Identifiers, names, phone numbers and codes are never logged. The redaction here is a second net under that
rule, not a licence: it knows only what looks like an IIN, a BIN or a phone number.
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from senim.settings import settings

LINK_SECRET = re.compile(r"(/(?:mine|result|withdraw|d)/)[\w-]{16,}", re.IGNORECASE)
"""Letters and QR codes lead to addresses that hold a secret; Django logs the addresses it refuses."""
TWELVE_DIGITS = re.compile(r"(?<!\d)\d{12}(?!\d)")
PHONE = re.compile(r"(?<![\d.])(?:\+\d|\b[78])[ (-]*\d{3}[ )-]*\d{3}[ -]*\d{2}[ -]*\d{2}(?!\d)")
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
COLOURS = {"DEBUG": "2", "INFO": "0", "WARNING": "33", "ERROR": "31", "CRITICAL": "1;31"}
QUIET = {"procrastinate": logging.WARNING, "httpx": logging.WARNING, "asyncio": logging.WARNING}
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
# What Django attaches to its records: whole requests, with everything a person typed.
_NEVER = frozenset({"request", "sql", "params", "server_time", "status_code"})


def configure(config: Mapping[str, Any]) -> None:
    """Django's LOGGING_CONFIG; any other process calls it with ``{"process": name}``."""
    process = str(config.get("process", "all"))
    root = logging.getLogger()
    for handler in [kept for kept in root.handlers if isinstance(kept, (_File, _Terminal))]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(logging.INFO)
    if process != "all":
        root.addHandler(_File(log_file(settings.home, process), process))
        root.addHandler(_Terminal(sys.stderr, process))
    for name in ("django", "django.server", "_granian", "granian.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(True)


def logger_of(process: str) -> logging.Logger:
    """The log of a program that cannot write it itself: its lines under its name."""
    logger = logging.getLogger(f"senim.outside.{process}")
    if not logger.handlers:
        logger.propagate = False
        logger.addHandler(_File(log_file(settings.home, process), process))
        logger.addHandler(_Terminal(sys.stderr, process))
    return logger


def set_aside(home: Path, *, larger_than: int) -> None:
    """Start new files where the old ones have grown; one older generation is kept."""
    for file in (home / "log").glob("*.jsonl"):
        if file.stat().st_size > larger_than:
            file.replace(file.with_suffix(".jsonl.1"))


def log_file(home: Path, process: str) -> Path:
    return home / "log" / f"{process}.jsonl"


def redact(text: str) -> str:
    """The text without what looks like an IIN, a BIN or a phone number, and without the secrets of links."""
    text = LINK_SECRET.sub(r"\1[link]", text)
    return PHONE.sub("[phone]", TWELVE_DIGITS.sub("[12 digits]", text))


def event_of(record: logging.LogRecord, process: str) -> dict[str, Any]:
    """A record as the fields of its line; everything in it redacted."""
    event: dict[str, Any] = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "process": process,
        "level": record.levelname.lower(),
        "event": redact(record.getMessage()),
        "from": record.name,
    }
    for name, value in vars(record).items():
        if name not in _STANDARD and name not in _NEVER and name not in event:
            event[name] = _plain(value)
    if record.exc_info and record.exc_info[0]:
        event["trace"] = redact("".join(traceback.format_exception(*record.exc_info)))
    return event


def _plain(value: object) -> object:
    if isinstance(value, bool | float) or value is None:
        return value
    if isinstance(value, int):
        return value if redact(str(value)) == str(value) else redact(str(value))
    return redact(str(value))


def readable(event: Mapping[str, Any], *, colour: bool) -> str:
    """One line for a person; what came from outside cannot start a line of its own or colour the terminal."""
    known = {"at", "process", "level", "event", "from", "trace"}
    more = " ".join(f"{name}={value}" for name, value in event.items() if name not in known)
    text = visible(f"{event['event']} {more}".rstrip())
    line = f"{event['at'][11:19]} {event['process']:<10} {text}"
    if "trace" in event:
        line += "".join(f"\n    {visible(part)}" for part in event["trace"].rstrip().split("\n"))
    return f"\x1b[{COLOURS[event['level'].upper()]}m{line}\x1b[0m" if colour else line


def visible(text: str) -> str:
    """Control characters written out, so that a logged value stays inside its line."""
    return CONTROL.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


class _File(logging.FileHandler):
    """Opened for appending, a line a write: the processes of one name can share it."""

    def __init__(self, file: Path, process: str) -> None:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        super().__init__(file, encoding="utf-8", delay=True)
        self._process = process

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (the library's name)
        """A disk without room costs the file a line; the terminal still has it."""

    def format(self, record: logging.LogRecord) -> str:
        # Escapes of JSON itself: some control characters are line ends to those who read the file by lines.
        return visible(json.dumps(event_of(record, self._process), ensure_ascii=False, default=str))


class _Terminal(logging.StreamHandler[TextIO]):
    def __init__(self, stream: TextIO, process: str) -> None:
        super().__init__(stream)
        self._process, self._colour = process, stream.isatty()

    def format(self, record: logging.LogRecord) -> str:
        return readable(event_of(record, self._process), colour=self._colour)
