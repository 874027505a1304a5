"""Personal and business identifiers, by the rules of the country this instance serves.

The rule itself is the country's (``countries/kz/identifiers.py``); the rest of Senim says ``parse`` and works
with the result. Identifiers inside foreign certificates are never trusted to be valid: test certificates of
the national authority carry impossible ones.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from senim.countries.kz import identifiers as country
from senim.errors import Refused


class Kind(StrEnum):
    INDIVIDUAL = "individual"
    LEGAL_ENTITY = "legal entity"


class WrongIdentifier(Refused):
    """Not an identifier. ``problem`` is one of length, digits, date, kind, check."""

    clause: ClassVar[str] = "CA-20.3"

    def __init__(self, problem: str, **facts: object) -> None:
        super().__init__(**facts)
        self.problem = problem

    @classmethod
    def text_id(cls) -> str:
        return "pages.refusal.wrong_identifier"


@dataclass(frozen=True)
class Identifier:
    """A valid identifier. ``born`` is known for individuals only."""

    number: str
    kind: Kind
    born: date | None = None

    def __str__(self) -> str:
        return self.number


def parse(text: str) -> Identifier:
    """Read an IIN or BIN; spaces and hyphens are forgiven. Raises WrongIdentifier."""
    number = "".join(text.split()).replace("-", "").replace("\u2011", "")
    problem = country.problem_with(number)
    if problem:
        raise WrongIdentifier(problem, digits=len(number))
    if country.is_business(number):
        return Identifier(number, Kind.LEGAL_ENTITY)
    return Identifier(number, Kind.INDIVIDUAL, country.birth_date(number))
