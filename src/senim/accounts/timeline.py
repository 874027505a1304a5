"""What the holder of an account is told in the cabinet."""

from dataclasses import dataclass
from datetime import datetime

from senim.accounts import AccountId
from senim.accounts.models import TimelineEntry
from senim.texts import Text


@dataclass(frozen=True)
class Happening:
    at: datetime
    text: Text


def tell(*, account_id: AccountId, text_id: str, at: datetime, **facts: str) -> None:
    """Leave a line in this account's timeline, in the caller's transaction."""
    TimelineEntry.objects.create(account_id=account_id, at=at, text_id=text_id, facts=facts)


def latest(account_id: AccountId, *, count: int = 10) -> tuple[Happening, ...]:
    """The newest lines first."""
    rows = TimelineEntry.objects.filter(account_id=account_id).order_by("-at")[:count]
    return tuple(Happening(row.at, Text(row.text_id, **row.facts)) for row in rows)
