"""Dates and times as papers and letters of Kazakhstan have them: in figures, in the country's time."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from senim.countries.kz import TIME_ZONE


def local(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(TIME_ZONE))


def whole_day(when: date) -> tuple[datetime, datetime]:
    """Its first moment in the country and its last. No day comes after the last one of all."""
    first, last = (datetime.combine(when, each, ZoneInfo(TIME_ZONE)) for each in (time.min, time.max))
    return first, last


def to_the_second(moment: datetime) -> str:
    """2026-11-22T14:52:07+05:00: as texts that somebody signs have it."""
    return local(moment).isoformat(timespec="seconds")


def day(when: date) -> str:
    """14.08.2031; of a moment, the day in the country."""
    return f"{local(when) if isinstance(when, datetime) else when:%d.%m.%Y}"


def hour(moment: datetime) -> str:
    """14:52."""
    return f"{local(moment):%H:%M}"


def day_and_hour(moment: datetime) -> str:
    """14.08.2031, 14:52."""
    return f"{day(moment)}, {hour(moment)}"
