"""A town of invented families, the same for the same seed.

Children are younger than their parents and carry the father's name; cards are given from the age of sixteen
for ten years; a few are expired, lost or annulled.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from random import Random

from senim_sandbox import identifiers
from senim_sandbox.naming import Tradition, agree, stock
from senim_sandbox.people import Card, LegalEntity, Person
from senim_sandbox.places import settlements

TODAY = date(2026, 11, 1)
"""The day the town was drawn. A fixed day, or one seed would give two towns."""

CARD_AGE = 16
CARD_YEARS = 10
TRADITIONS = {"kazakh": 70, "russian": 20, "other": 10}
CARD_STATES = {"valid": 92, "expired": 4, "lost": 2, "annulled": 2}


class Town:
    """Draws people one household after another."""

    def __init__(self, seed: str, taken: frozenset[str] = frozenset()) -> None:
        self._rng = Random(f"{seed}/town")
        self._taken = set(taken)
        self._ids = count(1)

    def people(self, number: int) -> list[Person]:
        """At least this many less a household; households are never cut in two."""
        drawn: list[Person] = []
        while len(drawn) < number:
            drawn += self._household()
        return drawn

    def legal_entities(self, people: list[Person], number: int) -> list[LegalEntity]:
        adults = [person for person in people if _age(person.born, TODAY) >= 18]
        return [self._legal_entity(index, self._rng.choice(adults)) for index in range(1, number + 1)]

    def _household(self) -> list[Person]:
        rng = self._rng
        tradition = Tradition(rng.choices(list(TRADITIONS), list(TRADITIONS.values()))[0])
        surname, settlement = tradition.surname(rng), rng.choice(settlements()).code
        husband = self._adult(tradition, surname, "male", settlement)
        wife = self._adult(tradition, surname, "female", settlement, near=husband.born)
        children = list(self._children(tradition, surname, husband, wife))
        names = tuple(child.id for child in children)
        return [
            replace(husband, spouse=wife.id, children=names),
            replace(wife, spouse=husband.id, children=names),
            *children,
        ]

    def _adult(
        self, tradition: Tradition, surname: str, sex: str, settlement: str, near: date | None = None
    ) -> Person:
        rng = self._rng
        years = rng.randint(23, 75) if near is None else max(20, _age(near, TODAY) + rng.randint(-5, 3))
        father = tradition.given_name(rng, "male")
        return self._person(
            sex=sex,
            born=_some_day(rng, years),
            surname=agree(surname, sex),
            given_name=tradition.given_name(rng, sex),
            patronymic=tradition.patronymic(father, sex),
            settlement=settlement,
        )

    def _children(
        self, tradition: Tradition, surname: str, father: Person, mother: Person
    ) -> Iterator[Person]:
        oldest = min(_age(mother.born, TODAY), _age(father.born, TODAY)) - 20
        used = {father.given_name, mother.given_name}
        for _ in range(self._rng.choice((0, 1, 2, 2, 3, 4)) if oldest > 0 else 0):
            sex = self._rng.choice(("male", "female"))
            given_name = tradition.given_name(self._rng, sex, used)
            used.add(given_name)
            yield self._person(
                sex=sex,
                born=_some_day(self._rng, self._rng.randrange(oldest)),
                surname=agree(surname, sex),
                given_name=given_name,
                patronymic=tradition.patronymic(father.given_name, sex),
                settlement=mother.settlement,
            )

    def _person(
        self,
        *,
        sex: str,
        born: date,
        surname: str,
        given_name: str,
        patronymic: str,
        settlement: str,
    ) -> Person:
        number = next(self._ids)
        grown = _age(born, TODAY) >= CARD_AGE
        return Person(
            id=f"person-{number:04d}",
            iin=self._iin(born, sex),
            surname=surname,
            given_name=given_name,
            patronymic=patronymic,
            sex=sex,
            born=born,
            settlement=settlement,
            phone=f"+7705555{number:04d}" if grown else "",
            email=f"person-{number:04d}@mail.test" if grown else "",
            card=self._card(born) if grown else None,
        )

    def _iin(self, born: date, sex: str) -> str:
        while True:
            iin = identifiers.individual(born, sex, self._rng.randrange(9000, 10000))
            if iin and iin not in self._taken:
                self._taken.add(iin)
                return iin

    def _card(self, born: date) -> Card:
        rng = self._rng
        state = rng.choices(list(CARD_STATES), list(CARD_STATES.values()))[0]
        sixteenth = date(born.year + CARD_AGE, born.month, min(born.day, 28))
        age_of_card = rng.randrange(3660, 5000) if state == "expired" else rng.randrange(30, 3400)
        issued = max(sixteenth, TODAY - timedelta(days=age_of_card))
        return Card(
            number=self._card_number(),
            issued=issued,
            expires=issued.replace(year=issued.year + CARD_YEARS, day=min(issued.day, 28)),
            state="valid" if state == "expired" else state,
        )

    def _card_number(self) -> str:
        while True:
            number = f"09{self._rng.randrange(10**7):07d}"
            if number not in self._taken:
                self._taken.add(number)
                return number

    def _legal_entity(self, index: int, head: Person) -> LegalEntity:
        name = f"{self._rng.choice(stock()['organisations']['names'])}‑{index}"
        return LegalEntity(
            id=f"company-{index:03d}",
            bin=self._bin(),
            kind="company",
            head=head.id,
            kk=f"«{name}» ЖШС",
            ru=f"ТОО «{name}»",
            en=f"{name} LLP",
        )

    def _bin(self) -> str:
        while True:
            registered = date(self._rng.randint(1996, 2026), self._rng.randint(1, 12), 1)
            bin_ = identifiers.legal_entity(registered, self._rng.randrange(90000, 100000))
            if bin_ and bin_ not in self._taken:
                self._taken.add(bin_)
                return bin_


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _some_day(rng: Random, years_ago: int) -> date:
    """A birthday of somebody who is this many years old."""
    return TODAY - timedelta(days=int(years_ago * 365.25) + rng.randrange(1, 365))
