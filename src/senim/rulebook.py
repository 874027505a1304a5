"""Which rule is in force on a date.

A rule has an order, a clause and an interval. Tests and pages ask ``in_force``; a rule that is no longer in
force can be switched on for demonstration, and then every page it touches says so (``is_demonstrated``).
Switches choose law; none disables a check.
"""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files

from senim.countries.kz import times
from senim.settings import settings
from senim.texts import language


@dataclass(frozen=True)
class Rule:
    """One edition of one rule. ``until`` is the first day it is no longer in force; ``years`` a term."""

    name: str
    order: str
    clause: str
    since: date
    until: date | None = None
    years: int | None = None

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


class UnknownRule(LookupError):
    """The rulebook has no rule of this name."""


@cache
def rules() -> tuple[Rule, ...]:
    """All rules of the country this instance serves, from ``countries/kz/rulebook.toml``."""
    text = files("senim.countries.kz").joinpath("rulebook.toml").read_text(encoding="utf-8")
    return tuple(Rule(name=name, **facts) for name, facts in tomllib.loads(text).items())


@cache
def _acts() -> dict[str, dict[str, str]]:
    text = files("senim.countries.kz").joinpath("acts.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def cited(clause: str) -> str:
    """A clause for a reader who does not know our marks: the act it is of, in their language, and ours."""
    act = _acts().get(clause.partition("-")[0])
    return f"{act[language()]} ({clause})" if act else clause


def rule(name: str) -> Rule:
    """Raises UnknownRule."""
    for candidate in rules():
        if candidate.name == name:
            return candidate
    raise UnknownRule(name)


def in_force(name: str, *, on: date, demonstrated: frozenset[str] = frozenset()) -> bool:
    """Whether the rule holds on that day, by law or because this instance demonstrates it."""
    return rule(name).covers(on) or name in demonstrated


def day_of(at: datetime) -> date:
    """The day on which a moment falls where this country's law counts days."""
    return times.local(at).date()


def followed(name: str, *, at: datetime) -> bool:
    """Whether this instance follows the rule at that moment, by law or for demonstration."""
    return in_force(name, on=day_of(at), demonstrated=settings.demonstrated_rules)


def is_demonstrated(name: str, *, on: date, demonstrated: frozenset[str]) -> bool:
    """True where a page must say that the rule it follows is not in force."""
    return name in demonstrated and not rule(name).covers(on)
