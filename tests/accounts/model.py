"""A search through every state the tables of accounts can reach, as seen by somebody who wants in, or wants
others out.

The tables are the production ones. What an ``only_if`` allows is decided outside them, so the search lets it
hold and not hold: it finds more than can happen, never less. A row is taken only with what it ``proves``:
``_advance`` refuses it otherwise.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from senim.accounts.states import RequestState
from senim.process import ProcessTable, Row


@dataclass(frozen=True)
class Somebody:
    """Which actors they can be taken for, and what they can prove."""

    name: str
    plays: frozenset[str]
    proves: frozenset[str]

    def may_take(self, row: Row) -> bool:
        return row.actor in self.plays and (not row.proves or row.proves in self.proves)


@dataclass(frozen=True)
class World:
    """Where a request stands, and what was proven on the way."""

    state: str
    proofs: frozenset[str]


@dataclass(frozen=True)
class Walk:
    """The rows that led to a world."""

    world: World
    rows: tuple[Row, ...]

    def __str__(self) -> str:
        return " → ".join(f"{row.action} ({row.actor}, {row.clause})" for row in self.rows)


def walks(table: ProcessTable, somebody: Somebody | None = None) -> Iterator[Walk]:
    """The shortest walk to every world; of whoever, or of this one."""
    start = World(str(table.start), frozenset())
    seen, waiting = {start}, deque([Walk(start, ())])
    while waiting:
        here = waiting.popleft()
        yield here
        for row in table.rows:
            if row.state != here.world.state or (somebody and not somebody.may_take(row)):
                continue
            proofs = here.world.proofs | ({str(row.proves)} if row.proves else set())
            world = World(str(row.to), frozenset(proofs))
            if world not in seen:
                seen.add(world)
                waiting.append(Walk(world, (*here.rows, row)))


def connections(table: ProcessTable, somebody: Somebody | None = None) -> list[Walk]:
    """The walks that end in a connected number."""
    return [walk for walk in walks(table, somebody) if walk.world.state == RequestState.CONNECTED]
