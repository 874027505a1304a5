"""The tables of operators, row by row."""

import csv
from pathlib import Path

import pytest

from senim.operators.process import (
    ACTIVE,
    OPERATOR_APPLICATION,
    OPERATOR_STANDING,
    Actor,
    Standing,
    Step,
)
from senim.process import NotAllowed

TABLES = (OPERATOR_APPLICATION, OPERATOR_STANDING)
CLAUSES = {
    row["id"]
    for row in csv.DictReader(
        (Path(__file__).parents[2] / "docs" / "regulation" / "requirements.csv").read_text().splitlines()
    )
}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_state_is_reached_and_every_row_cites_a_clause_or_says_that_it_is_ours(table):
    assert table.reachable() == table.states()
    assert {row.clause for row in table.rows if not row.clause.startswith("own:")} <= CLAUSES


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_what_is_not_in_a_row_is_refused(table):
    allowed = {(row.state, row.action, row.actor) for row in table.rows}
    for state in table.states():
        for action in Step:
            for actor in Actor:
                if (state, action, actor) not in allowed:
                    with pytest.raises(NotAllowed):
                        table.row_for(state=state, action=action, actor=actor)


def test_only_those_in_office_or_leaving_may_act():
    assert {Standing.IN_OFFICE, Standing.LEAVING} == ACTIVE


def test_whoever_holds_a_key_can_lose_it_whatever_their_standing():
    losing = {row.state for row in OPERATOR_STANDING.rows if row.action == Step.LOSE_KEY}
    assert losing == {Standing.IN_OFFICE, Standing.LEAVING, Standing.SUSPENDED}
