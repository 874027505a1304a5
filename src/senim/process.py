"""Process tables: a regulation's tables, as data, and the one class that walks them.

A room declares its tables in ``process.py``. Its private ``_advance()`` locks the row, asks ``row_for``, sets
the state and journals; nothing else writes a state. Buttons, deadline clocks, drawings and tests come from
the same rows.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from senim.texts import Text


class NotAllowed(Exception):
    """The table has no row for this state, action and actor. Doors answer 409."""


@dataclass(frozen=True)
class Row:
    """One step: who may do what in which state, where it leads, and how long it may take.

    ``clause`` is the printed clause; ``within`` the statutory limit for the step, counted from entering
    ``state``; ``only_if`` a pure condition on the case; ``proves`` what the case has to hold for it, in the
    room's own words.
    """

    clause: str
    state: StrEnum
    action: str
    actor: StrEnum
    to: StrEnum
    within: timedelta | None = None
    only_if: Callable[[Any], bool] | None = None
    proves: StrEnum | None = None

    def holds_for(self, case: Any) -> bool:
        return self.only_if is None or self.only_if(case)


class ProcessTable:
    """Rows with one start and declared ends; refuses ambiguity when it is built."""

    def __init__(self, *, name: str, start: StrEnum, final: Iterable[StrEnum], rows: Iterable[Row]) -> None:
        self.name, self.start, self.final, self.rows = name, start, frozenset(final), tuple(rows)
        self._row = {(row.state, row.action, row.actor): row for row in self.rows}
        if len(self._row) != len(self.rows):
            raise ValueError(f"{name}: two rows answer the same state, action and actor")

    def row_for(self, *, state: str, action: str, actor: str, case: object = None) -> Row:
        """The row that allows this step. Raises NotAllowed."""
        for row in self.rows:
            if (row.state, row.action, row.actor) == (state, action, actor) and row.holds_for(case):
                return row
        raise NotAllowed(f"{self.name}: {actor} may not {action} when {state}")

    def actions_open_to(self, actor: str, *, state: str, case: object = None) -> list[str]:
        """What this actor may do now, in the table's order: the buttons of a desk."""
        return [
            row.action
            for row in self.rows
            if (row.state, row.actor) == (state, actor) and row.holds_for(case)
        ]

    def limit_in(self, state: str) -> timedelta | None:
        """How long the step that is due in this state may take; None where no limit is printed."""
        limits = [row.within for row in self.rows if row.state == state and row.within]
        return min(limits) if limits else None

    def limit_of(self, clause: str) -> timedelta | None:
        """The limit printed for a clause; None where there is none."""
        return next((row.within for row in self.rows if row.clause == clause), None)

    def reachable(self) -> set[str]:
        """Every state some walk from the start arrives at."""
        reached: set[str] = {self.start}
        while more := {row.to for row in self.rows if row.state in reached} - reached:
            reached |= more
        return reached

    def states(self) -> set[str]:
        return {row.state for row in self.rows} | {row.to for row in self.rows}


@dataclass(frozen=True)
class Explained:
    """A table and where its words are: ``steps`` and ``stages`` are prefixes of text ids of ``room``.

    ``rule`` is the rulebook's, of which the page says whether it is in force. ``aside`` are ends that a
    drawing leaves out, because every stage leads there.
    """

    slug: str
    table: ProcessTable
    room: str
    steps: str = "step"
    stages: str = "stage"
    rule: str = ""
    aside: frozenset[str] = frozenset()

    @property
    def name(self) -> Text:
        return Text(f"{self.room}.process.{self.slug}")

    def step(self, row: Row) -> Text:
        return Text(f"{self.room}.{self.steps}.{row.action}")

    def stage(self, state: str) -> Text:
        return Text(f"{self.room}.{self.stages}.{type(self.table.start)(state).name.lower()}")

    def actor(self, row: Row) -> Text:
        return Text(f"{self.room}.actor.{row.actor.name.lower()}")
