"""The clock, against the database's and against somebody who knows the time."""

from collections.abc import Iterator
from datetime import UTC, datetime

from django.db import connection

from senim import time_sources
from senim.runtime.doctor.findings import Case, Finding, Level, ok, warning
from senim.time_sources import NoTime

SECONDS_WARNING = 1.0
SECONDS_BROKEN = 5.0
"""From here on responders take a reachable database for ahead of what they show."""


def clock_and_database(_: Case) -> Iterator[Finding]:
    """Certificates, codes and checkpoints carry this machine's time; rows carry the database's."""
    with connection.cursor() as cursor:
        before = datetime.now(UTC)
        cursor.execute("SELECT clock_timestamp()")
        said = cursor.fetchone()[0]
        after = datetime.now(UTC)
    seconds = abs((said - (before + (after - before) / 2)).total_seconds())
    yield _judged(seconds, "clock.database", margin=(after - before).total_seconds() / 2)


def clock_and_source(case: Case) -> Iterator[Finding]:
    source = case.settings.time_source
    if not source:
        yield ok("clock.not_checked") if case.settings.is_sandbox else warning("clock.no_source")
        return
    try:
        offset = time_sources.ask(source)
    except NoTime as reason:
        yield warning("clock.silent", source=source, reason=str(reason))
        return
    yield _judged(abs(offset.seconds), "clock.source", margin=offset.margin)


def _judged(seconds: float, id_: str, *, margin: float) -> Finding:
    """A difference within what the asking itself took is none."""
    level = Level.OK
    if seconds - margin > SECONDS_WARNING:
        level = Level.BROKEN if seconds - margin > SECONDS_BROKEN else Level.WARNING
    suffix = "" if level is Level.OK else "_differs"
    return Finding(level, f"{id_}{suffix}", {"seconds": f"{seconds:.2f}"})
