"""SMPP's own way to write a moment (§7.1.1): ``YYMMDDhhmmsstnnp``, absolute or relative."""

import re
from datetime import UTC, datetime, timedelta

from senim_sandbox.sms.pdu import BadPdu, Status

_SHAPE = re.compile(r"(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d)(\d\d)([-+R])")
LONGEST_VALIDITY = timedelta(hours=72)
"""How long a message waits for its phone when the sender does not say."""


def expiry(text: str, now: datetime) -> datetime:
    """When a message with this validity period is no longer wanted. Raises BadPdu."""
    if not text:
        return now + LONGEST_VALIDITY
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        raise BadPdu(Status.ESME_RINVEXPIRY)
    try:
        until = now + _span(shape) if shape[9] == "R" else _moment(shape)
    except (ValueError, OverflowError) as wrong:
        raise BadPdu(Status.ESME_RINVEXPIRY) from wrong
    if until <= now:
        raise BadPdu(Status.ESME_RINVEXPIRY)
    return until


def _span(shape: re.Match[str]) -> timedelta:
    years, months, days, hours, minutes, seconds = (int(shape[place]) for place in range(1, 7))
    return timedelta(days=365 * years + 30 * months + days, hours=hours, minutes=minutes, seconds=seconds)


def _moment(shape: re.Match[str]) -> datetime:
    year, month, day, hour, minute, second, tenth, quarters = (int(shape[place]) for place in range(1, 9))
    offset = timedelta(minutes=15 * quarters) * (1 if shape[9] == "+" else -1)
    local = datetime(2000 + year, month, day, hour, minute, second, tenth * 100_000, tzinfo=UTC)
    return local - offset
