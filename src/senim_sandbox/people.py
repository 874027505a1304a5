"""People, their identity cards and their organisations; the fixed ones come from ``people.toml``."""

import tomllib
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Card:
    """An identity card. ``state`` is what the registry was told; the calendar alone makes a card expire."""

    number: str
    issued: date
    expires: date
    state: str = "valid"

    def status(self, today: date) -> str:
        return "expired" if self.state == "valid" and self.expires < today else self.state


@dataclass(frozen=True)
class Person:
    """Somebody invented. ``spouse``, ``children`` and ``wards`` hold ids; ``traits`` say what is special."""

    id: str
    iin: str
    surname: str
    given_name: str
    sex: str
    born: date
    settlement: str
    patronymic: str = ""
    status: str = "active"
    registered: bool = True
    phone: str = ""
    email: str = ""
    spouse: str = ""
    children: tuple[str, ...] = ()
    wards: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()
    expected: dict[str, str] = field(default_factory=dict, hash=False)
    card: Card | None = None

    @property
    def full_name(self) -> str:
        return " ".join(name for name in (self.surname, self.given_name, self.patronymic) if name)


@dataclass(frozen=True)
class LegalEntity:
    """An organisation and the id of the person who heads it. ``status``: active or liquidated."""

    id: str
    bin: str
    kind: str
    head: str
    kk: str
    ru: str
    en: str
    status: str = "active"


@cache
def fixed_people() -> tuple[Person, ...]:
    return tuple(_person(entry) for entry in _written()["people"])


@cache
def fixed_legal_entities() -> tuple[LegalEntity, ...]:
    return tuple(LegalEntity(**entry) for entry in _written()["legal_entities"])


def _person(entry: dict[str, Any]) -> Person:
    card = Card(**entry["card"]) if "card" in entry else None
    lists = {name: tuple(entry.get(name, ())) for name in ("children", "wards", "traits")}
    return Person(**{**entry, **lists, "card": card})


@cache
def _written() -> dict[str, Any]:
    return tomllib.loads(files("senim_sandbox").joinpath("people.toml").read_text(encoding="utf-8"))
