"""How many codes may be sent: per number, account, network and day, with a breaker for the whole country.

Counted in the sender's transaction and always in the same order, the busiest row last. A sign-in code that
is asked for and withheld is counted as if it were sent, by the same statements, so that nobody learns from a
limit which numbers are connected; only the country's budget is not touched by what costs nothing.
"""

import logging
from datetime import datetime
from ipaddress import ip_network
from typing import ClassVar

from senim import network_addresses
from senim.accounts import AccountId
from senim.accounts.counting import DAY, HOUR, counted, stand_in, window_of
from senim.accounts.models import SendCounter
from senim.errors import Refused, Unavailable
from senim.settings import settings

ALARM_AT = 0.7
EVERYBODY = "everybody"
logger = logging.getLogger(__name__)


class TooManyCodesThisHour(Refused):
    clause: ClassVar[str] = "PH-5.2b"


class TooManyCodesToday(Refused):
    clause: ClassVar[str] = "PH-5.2b"


class SendingPaused(Unavailable):
    """The country's budget of the day is used up: somebody is pumping traffic, or a limit is too low."""

    clause: ClassVar[str] = "PH-5.2b"
    retry_after_seconds: ClassVar[int] = 3600


def count_send(
    *, number: str, account_id: AccountId, network: str, at: datetime, withheld: bool = False
) -> None:
    """Count one code about to be sent. Refuses: TooManyCodesThisHour, TooManyCodesToday, SendingPaused."""
    hour, day = window_of(at, HOUR), window_of(at, DAY)
    phone, limits = stand_in(number), settings
    if not counted("number hour", phone, hour, limits.otp_sends_per_number_per_hour):
        raise TooManyCodesThisHour
    if not counted("number day", phone, day, limits.otp_sends_per_number_per_day):
        raise TooManyCodesToday
    if not counted("account day", str(account_id), day, limits.otp_sends_per_account_per_day):
        raise TooManyCodesToday
    if not counted("network hour", stand_in(network), hour, limits.otp_sends_per_network_per_hour):
        raise TooManyCodesThisHour
    _count_for_everybody(day, "withheld" if withheld else EVERYBODY)


def network_of(address: str) -> str:
    """The network an address belongs to, as counted: a /24 of IPv4, a /64 of IPv6."""
    found = network_addresses.read(address)
    if found is None:
        return "unknown"
    return str(ip_network((found, 24 if found.version == 4 else 64), strict=False))


def refuse_while_paused(at: datetime) -> None:
    """Refuses with SendingPaused, whoever asks: else the pause would tell whose code was to be sent."""
    today = SendCounter.objects.filter(kind=EVERYBODY, key="", window_started_at=window_of(at, DAY))
    if today.filter(sent__gte=settings.otp_sends_per_day).exists():
        raise SendingPaused


def refuse_from_full_network(network: str, at: datetime) -> None:
    """Refuses with TooManyCodesThisHour before anybody outside is asked on behalf of such a network."""
    hour = SendCounter.objects.filter(
        kind="network hour", key=stand_in(network), window_started_at=window_of(at, HOUR)
    )
    if hour.filter(sent__gte=settings.otp_sends_per_network_per_hour).exists():
        raise TooManyCodesThisHour


def _count_for_everybody(day: datetime, kind: str) -> None:
    budget = settings.otp_sends_per_day
    sent = counted(kind, "", day, budget)
    if not sent and kind == EVERYBODY:  # what is withheld costs nothing, and a pause would tell that it is
        raise SendingPaused
    if sent == int(budget * ALARM_AT):
        logger.warning(
            "most of the day's one-time passwords are used up",
            extra={"sent": sent, "budget": budget, "counted": kind},
        )
