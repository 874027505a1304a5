"""The tables of open access, typed codes and looks: whole, unambiguous, and the only way a state changes."""

import ast
import itertools
import re

import pytest
from tests.guards.sources import SOURCE, parsed

from senim.documents.process import CLAIM, OPEN_ACCESS, VIEW, Actor, ClaimState, GrantState, ViewState
from senim.process import NotAllowed

TABLES = [(OPEN_ACCESS, GrantState), (CLAIM, ClaimState), (VIEW, ViewState)]
names = pytest.mark.parametrize(("table", "states"), TABLES, ids=lambda one: getattr(one, "name", ""))


@names
def test_every_state_is_reached_and_every_end_is_an_end(table, states):
    assert table.reachable() == set(states)
    assert not {row.state for row in table.rows} & table.final


@names
def test_every_row_names_a_clause_of_the_rules(table, states):
    assert all(re.fullmatch(r"DD-\d+[a-z]?", row.clause) for row in table.rows)


@names
def test_every_move_the_table_does_not_list_is_refused(table, states):
    listed = {(row.state, row.action, row.actor) for row in table.rows}
    actions = {row.action for row in table.rows}
    for state, action, actor in set(itertools.product(states, actions, Actor)) - listed:
        with pytest.raises(NotAllowed):
            table.row_for(state=state, action=action, actor=actor)


@pytest.mark.parametrize("room", ["accounts", "documents", "enrolment"])
def test_nothing_but_advance_writes_a_state(room):
    writers = {
        f"{file.name}:{node.lineno}"
        for file in sorted((SOURCE / "senim" / room).glob("*.py"))
        if file.name != "advance.py"
        for node in ast.walk(parsed(file))
        if _writes_a_state(node)
    }
    assert writers == set()


def _writes_a_state(node: ast.AST) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "update":
        return any(given.arg == "state" for given in node.keywords)
    targets = node.targets if isinstance(node, ast.Assign) else []
    return any(isinstance(one, ast.Attribute) and one.attr == "state" for one in targets)
