"""Dates and times in the reader's language and the country's time zone.

CLDR's Kazakh long date ("2031 ж. 14 тамыз") is an abbreviation nobody says aloud, so the patterns are ours
and only the month names come from Babel.
"""

from datetime import date, datetime, timedelta

from babel.dates import format_date, format_datetime
from django.utils import timezone

from senim.countries.kz import times
from senim.texts import language, say

FILTERS = ("machine", "moment", "day", "hour", "lately", "figures", "remaining")
NO_BREAK = "\u00a0"
_DAY = {"kk": "y 'жылғы' d MMMM", "ru": "d MMMM y 'года'", "en": "d MMMM y"}
_DAY_OF_THIS_YEAR = "d MMMM"


def machine(value: datetime | None) -> str:
    """For scripts and ``datetime`` attributes: 2026-11-21T14:52:00+05:00."""
    return timezone.localtime(value).isoformat(timespec="seconds") if value else ""


def day(value: date | None) -> str:
    """2031 жылғы 14 тамыз · 14 августа 2031 года · 14 August 2031."""
    return _in_pattern(value, _DAY[language()])


def moment(value: datetime | None) -> str:
    """2031 жылғы 14 тамыз, 14:52."""
    return f"{day(value)}, {hour(value)}" if value else ""


def hour(value: datetime | None) -> str:
    """14:52, in the country's time zone."""
    return _local(value).strftime("%H:%M") if value else ""


def figures(value: date | None) -> str:
    """14.08.2031, as printed on documents."""
    return times.day(value) if value else ""


def lately(value: datetime | None, now: datetime | None = None) -> str:
    """Бүгін, 14:52 · Кеше, 18:05 · 18 қараша, 11:30 · 2025 жылғы 18 қараша, 11:30."""
    if value is None:
        return ""
    today, then = timezone.localdate(now), timezone.localdate(value)
    if then == today:
        return f"{say('pages.time.today')}, {hour(value)}"
    if then == today - timedelta(days=1):
        return f"{say('pages.time.yesterday')}, {hour(value)}"
    pattern = _DAY_OF_THIS_YEAR if then.year == today.year else _DAY[language()]
    return f"{_in_pattern(value, pattern)}, {hour(value)}"


def remaining(span: timedelta) -> str:
    """2 сағ 10 мин · 1 күн 2 сағ · 48 мин: the two largest units, at least one minute."""
    minutes = max(1, int(abs(span).total_seconds() // 60))
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = [("days", days), ("hours", hours), ("minutes", minutes)]
    shown = [say(f"pages.time.{unit}", number=number) for unit, number in parts if number][:2]
    return NO_BREAK.join(shown)


def _local(value: date) -> date:
    """A datetime in the country's time zone; a date as it is."""
    return timezone.localtime(value) if isinstance(value, datetime) else value


def _in_pattern(value: date | None, pattern: str) -> str:
    if value is None:
        return ""
    local, write = _local(value), format_datetime if isinstance(value, datetime) else format_date
    return str(write(local, pattern, locale=language())).replace(" ", NO_BREAK)
