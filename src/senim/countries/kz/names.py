"""How people are named in full, and how names are compared: after folding what a Russian keyboard lacks,
case, spaces and hyphens."""

from typing import Protocol

_KAZAKH_TO_RUSSIAN = str.maketrans("ҚӘҒҢӨҰҮҺІЁ", "КАГНОУУХИЕ")


class Named(Protocol):
    @property
    def surname(self) -> str: ...
    @property
    def given_name(self) -> str: ...
    @property
    def patronymic(self) -> str: ...


def in_full(person: Named) -> str:
    """Surname first; not everybody has a patronymic."""
    return " ".join(filter(None, (person.surname, person.given_name, person.patronymic)))


def fold(name: str) -> str:
    """A key under which two spellings of one name are equal: ``Сәрсенова`` and ``САРСЕНОВА``."""
    letters = name.upper().translate(_KAZAKH_TO_RUSSIAN)
    return "".join(letter for letter in letters if letter.isalpha())


def same(one: str, other: str) -> bool:
    return fold(one) == fold(other)
