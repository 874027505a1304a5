"""Which of the rules accounts follow are in force, by the country's calendar."""

from datetime import datetime
from zoneinfo import ZoneInfo

from senim import rulebook
from senim.countries import kz as country
from senim.settings import settings


def in_force(name: str, *, at: datetime) -> bool:
    day = at.astimezone(ZoneInfo(country.TIME_ZONE)).date()
    return rulebook.in_force(name, on=day, demonstrated=settings.demonstrated_rules)
