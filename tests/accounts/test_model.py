"""What the tables of accounts allow, whoever walks them: searched through, on every commit."""

from dataclasses import replace
from datetime import date

import pytest
from tests.accounts.model import Somebody, connections, walks

from senim.accounts import methods
from senim.accounts.freezing.process import CASE, CaseState
from senim.accounts.freezing.process import Actor as Holder
from senim.accounts.methods import ServiceClass
from senim.accounts.process import TABLES
from senim.accounts.states import OWN, Actor, Proof, RequestState
from senim.process import ProcessTable, Row

STRONG = {Proof.CERTIFICATE, Proof.BIOMETRICS, Proof.TWO_PEOPLE}
ACTORS = {str(row.actor) for table in TABLES.values() for row in table.rows}
OFFICIALS = ACTORS - {Actor.SUBSCRIBER, Actor.PORTAL}

THIEVES = (
    Somebody("a thief of the phone", frozenset({Actor.SUBSCRIBER, Actor.PORTAL}), frozenset({Proof.PHONE})),
    Somebody("a thief of a session", frozenset({Actor.SUBSCRIBER, Actor.PORTAL}), frozenset()),
    # With a SIM card of their own, at whatever desk or bank they work.
    Somebody("one dishonest official", frozenset(ACTORS), frozenset({Proof.PHONE})),
)
EACH_TABLE = pytest.mark.parametrize("table", TABLES.values(), ids=[str(channel) for channel in TABLES])


ASSISTED = {Proof.PHONE, Proof.IN_PERSON}
"""Two people as well: the citizen, who types the code, and the official, who signs that they stand there."""


def is_strong(proofs: frozenset[str]) -> bool:
    return bool(proofs & STRONG) or proofs >= ASSISTED


def unsafe(table: ProcessTable) -> list[str]:
    """Walks to a connected number that show too little, and those a thief can take."""
    weak = [walk for walk in connections(table) if not is_strong(walk.world.proofs)]
    unseen = [walk for walk in connections(table) if not walk.world.proofs & {Proof.PHONE, Proof.TWO_PEOPLE}]
    stolen = [f"{thief.name}: {walk}" for thief in THIEVES for walk in connections(table, thief)]
    return [*map(str, weak), *map(str, unseen), *stolen]


@EACH_TABLE
def test_no_walk_connects_a_number_without_certificate_biometrics_or_two_people(table):
    assert unsafe(table) == []


@EACH_TABLE
def test_every_table_does_connect_numbers(table):
    assert connections(table)


@EACH_TABLE
def test_nobody_is_stuck_on_the_way(table):
    ends = {str(state) for state in table.final}
    stuck = [
        str(walk) for walk in walks(table) if walk.world.state not in ends and not _leads_on(table, walk)
    ]
    assert stuck == []


def _leads_on(table, walk):
    """Whether some walk from here on ends."""
    from_here = ProcessTable(
        name=table.name, start=RequestState(walk.world.state), final=table.final, rows=table.rows
    )
    return any(one.world.state in {str(state) for state in table.final} for one in walks(from_here))


def _with(table, row):
    return ProcessTable(name=table.name, start=table.start, final=table.final, rows=[*table.rows, row])


def _planted(table):
    """Rows that a hand could slip into a table; each lets somebody in who has shown nothing strong so far."""
    for state in sorted({walk.world.state for walk in walks(table) if not is_strong(walk.world.proofs)}):
        yield Row("PH-5.3", state, "slip_in", Actor.SUBSCRIBER, RequestState.CONNECTED)
        yield Row("PH-5.3", state, "slip_in", Actor.SUBSCRIBER, RequestState.CONNECTED, proves=Proof.PHONE)
        yield Row("PH-5.3", state, "slip_in", Actor.PORTAL, RequestState.CONNECTED)


@EACH_TABLE
def test_a_planted_row_is_found(table):
    for row in _planted(table):
        assert unsafe(_with(table, row)), row


@EACH_TABLE
def test_a_table_that_forgets_what_its_rows_prove_is_found(table):
    rows = [replace(row, proves=None) if row.proves in STRONG else row for row in table.rows]
    assert unsafe(ProcessTable(name=table.name, start=table.start, final=table.final, rows=rows))


def lock_outs(table: ProcessTable) -> list[str]:
    """Rows by which somebody else shuts an account or opens it, and states its holder cannot leave."""
    frozen = {CaseState.FROZEN, CaseState.FROZEN_ANSWERED}
    others = [row for row in table.rows if row.actor is not Holder.HOLDER]
    shut = [
        f"{row.actor} shuts it: {row.action}"
        for row in others
        if row.state not in frozen and row.to in frozen
    ]
    opened = [
        f"{row.actor} opens it: {row.action}"
        for row in others
        if row.state in frozen and row.to not in frozen
    ]
    own = Somebody("the holder alone", frozenset({Holder.HOLDER}), frozenset())
    stuck = [f"nothing leads out of {state}" for state in frozen if not _out_of(state, table, own)]
    return [*shut, *opened, *stuck]


def _out_of(state, table, somebody):
    from_here = ProcessTable(name=table.name, start=state, final=table.final, rows=table.rows)
    reached = {walk.world.state for walk in walks(from_here, somebody)}
    return reached & {CaseState.UNFROZEN, CaseState.CLOSED}


def test_nobody_but_its_holder_shuts_an_account_and_they_can_always_open_it():
    assert lock_outs(CASE) == []


@pytest.mark.parametrize(
    "row",
    [
        Row("PT-2.4", CaseState.UNFROZEN, "freeze", Holder.RESPONSIBLE, CaseState.FROZEN),
        Row("PT-2.4", CaseState.FROZEN, "open", Holder.RESPONSIBLE, CaseState.UNFROZEN),
    ],
    ids=["shut by staff", "opened by staff"],
)
def test_a_row_planted_to_lock_somebody_out_is_found(row):
    assert lock_outs(_with(CASE, row))


def test_a_holder_who_could_not_open_it_would_be_found():
    rows = [row for row in CASE.rows if row.action != "unfreeze"]
    assert lock_outs(ProcessTable(name=CASE.name, start=CASE.start, final=CASE.final, rows=rows))


@pytest.mark.parametrize("channel", sorted(OWN), ids=str)
def test_nobody_else_moves_what_a_citizen_began(channel):
    assert {row.actor for row in TABLES[channel].rows} == {Actor.SUBSCRIBER, Actor.PORTAL}


@pytest.mark.parametrize("service", ServiceClass, ids=str)
def test_on_no_day_a_class_of_service_is_without_the_signature(service):
    lines = methods.table()
    days = {day for line in lines for day in (line.since, line.until) if day}
    first = min(line.since for line in lines if line.service is service)
    for day in days | {date(2100, 1, 1)}:
        listed = {line.method for line in lines if line.service is service and line.covers(day)}
        assert methods.Method.SIGNATURE in listed or day < first
