"""A finding: how bad, what, and how to mend it, said by id in the language of the terminal."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any

from senim.settings import Settings
from senim.texts import Text


class Level(IntEnum):
    """The exit code of the worst finding is the command's."""

    OK = 0
    WARNING = 1
    BROKEN = 2


@dataclass(frozen=True)
class Finding:
    """Its texts are ``runtime.doctor.<id>`` and, unless all is well, ``….mend``."""

    level: Level
    id: str
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def what(self) -> Text:
        return Text(f"runtime.doctor.{self.id}", **self.facts)

    @property
    def mend(self) -> Text | None:
        return None if self.level is Level.OK else Text(f"runtime.doctor.{self.id}.mend", **self.facts)


def ok(id_: str, **facts: Any) -> Finding:
    return Finding(Level.OK, id_, facts)


def warning(id_: str, **facts: Any) -> Finding:
    return Finding(Level.WARNING, id_, facts)


def broken(id_: str, **facts: Any) -> Finding:
    return Finding(Level.BROKEN, id_, facts)


@dataclass(frozen=True)
class Case:
    """What a check is given."""

    settings: Settings
    at: datetime


@dataclass(frozen=True)
class Check:
    """One line of the table. A check that finds nothing says ``<name>.ok`` by itself or through the table."""

    name: str
    look: Callable[[Case], Iterable[Finding]]
    needs_database: bool = False
