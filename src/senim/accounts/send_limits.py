"""How many codes may be sent: per number, account, network and day, with a breaker for the whole country.

Each limit is one row and one conditional statement, counted in the sender's transaction and always in the
same order, the busiest row last.
"""

import hashlib
import hmac
import ipaddress
import logging
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import connection

from senim.accounts import AccountId
from senim.accounts.models import SendCounter
from senim.errors import Refused, Unavailable
from senim.settings import settings

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ALARM_AT = 0.7
KEPT = timedelta(days=2)
_COUNT = """
INSERT INTO accounts_sendcounter AS counter (kind, key, window_started_at, sent) VALUES (%s, %s, %s, 1)
ON CONFLICT (kind, key, window_started_at) DO UPDATE SET sent = counter.sent + 1 WHERE counter.sent < %s
RETURNING sent
"""
logger = logging.getLogger(__name__)


class TooManyCodesThisHour(Refused):
    clause: ClassVar[str] = "PH-5.2b"


class TooManyCodesToday(Refused):
    clause: ClassVar[str] = "PH-5.2b"


class SendingPaused(Unavailable):
    """The country's budget of the day is used up: somebody is pumping traffic, or a limit is too low."""

    clause: ClassVar[str] = "PH-5.2b"
    retry_after_seconds: ClassVar[int] = 3600


def count_send(*, number: str, account_id: AccountId, network: str, at: datetime) -> None:
    """Count one code about to be sent. Refuses: TooManyCodesThisHour, TooManyCodesToday, SendingPaused."""
    hour, day = _window(at, HOUR), _window(at, DAY)
    phone, limits = _stand_in(number), settings
    if not _counted("number hour", phone, hour, limits.otp_sends_per_number_per_hour):
        raise TooManyCodesThisHour
    if not _counted("number day", phone, day, limits.otp_sends_per_number_per_day):
        raise TooManyCodesToday
    if not _counted("account day", str(account_id), day, limits.otp_sends_per_account_per_day):
        raise TooManyCodesToday
    if not _counted("network hour", _stand_in(network), hour, limits.otp_sends_per_network_per_hour):
        raise TooManyCodesThisHour
    _count_for_everybody(day)


def network_of(address: str) -> str:
    """The network an address belongs to, as counted: a /24 of IPv4, a /64 of IPv6."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return str(ipaddress.ip_network((parsed, 24 if parsed.version == 4 else 64), strict=False))


def _count_for_everybody(day: datetime) -> None:
    budget = settings.otp_sends_per_day
    sent = _counted("everybody", "", day, budget)
    if not sent:
        raise SendingPaused
    if sent == 1:
        SendCounter.objects.filter(window_started_at__lt=day - KEPT).delete()
    if sent == int(budget * ALARM_AT):
        logger.warning(
            "most of the day's one-time passwords are sent", extra={"sent": sent, "budget": budget}
        )


def _counted(kind: str, key: str, window: datetime, limit: int) -> int:
    """How many were sent in this window, this one included; 0 where the limit does not allow it."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [kind, key, window, limit])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _window(at: datetime, length: timedelta) -> datetime:
    return datetime.fromtimestamp(
        at.timestamp() // length.total_seconds() * length.total_seconds(), at.tzinfo
    )


def _stand_in(personal: str) -> str:
    """Numbers and addresses are counted without being kept."""
    return hmac.new(bytes.fromhex(settings.secret("otp")), personal.encode(), hashlib.sha256).hexdigest()
