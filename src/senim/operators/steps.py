"""What the verbs of this room share: who acts, which day it is where operators work."""

import getpass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from senim.countries import kz as country
from senim.operators.standing import Operator


def name_of(by: Operator | None) -> str:
    """Who acts, for the history and the journal: an operator, or the account at the console."""
    return by.reference if by is not None else f"console:{getpass.getuser()}"


def today(at: datetime) -> date:
    return at.astimezone(ZoneInfo(country.TIME_ZONE)).date()
