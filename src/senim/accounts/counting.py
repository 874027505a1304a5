"""Count what is limited, in windows of time: one row and one conditional statement for each limit."""

import hashlib
import hmac
from datetime import datetime, timedelta

from django.db import connection

from senim.settings import settings

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_COUNT = """
INSERT INTO accounts_sendcounter AS counter (kind, key, window_started_at, sent) VALUES (%s, %s, %s, 1)
ON CONFLICT (kind, key, window_started_at) DO UPDATE SET sent = counter.sent + 1 WHERE counter.sent < %s
RETURNING sent
"""
_GIVE_BACK = """
UPDATE accounts_sendcounter SET sent = sent - 1
WHERE kind = %s AND key = %s AND window_started_at = %s AND sent > 0
"""


def counted(kind: str, key: str, window: datetime, limit: int) -> int:
    """How many there were in this window, this one included; 0 where the limit does not allow it."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [kind, key, window, limit])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def give_back(kind: str, key: str, window: datetime) -> None:
    """This one turned out not to count."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK, [kind, key, window])


def window_of(at: datetime, length: timedelta) -> datetime:
    """When the window began that ``at`` falls into."""
    return datetime.fromtimestamp(
        at.timestamp() // length.total_seconds() * length.total_seconds(), at.tzinfo
    )


def stand_in(personal: str) -> str:
    """Numbers, identifiers and addresses are counted without being kept."""
    return hmac.new(bytes.fromhex(settings.secret("otp")), personal.encode(), hashlib.sha256).hexdigest()
