"""The table of connecting a number: whole, unambiguous, and the only way a state changes."""

import itertools
import re

import pytest

from senim.accounts.process import SUBSCRIBER_NUMBER, Actor, RequestState
from senim.process import NotAllowed


def test_every_state_is_reached_and_every_end_is_an_end():
    assert SUBSCRIBER_NUMBER.reachable() == set(RequestState)
    assert not {row.state for row in SUBSCRIBER_NUMBER.rows} & SUBSCRIBER_NUMBER.final


def test_every_row_names_a_clause_of_the_order():
    assert all(re.fullmatch(r"PH-[A\d][\w.]*", row.clause) for row in SUBSCRIBER_NUMBER.rows)


def test_every_move_the_table_does_not_list_is_refused():
    listed = {(row.state, row.action, row.actor) for row in SUBSCRIBER_NUMBER.rows}
    actions = {row.action for row in SUBSCRIBER_NUMBER.rows}
    for move in set(itertools.product(RequestState, actions, Actor)) - listed:
        state, action, actor = move
        with pytest.raises(NotAllowed):
            SUBSCRIBER_NUMBER.row_for(state=state, action=action, actor=actor)


def test_there_is_one_way_to_a_connected_number_and_it_passes_the_code():
    ways = [row for row in SUBSCRIBER_NUMBER.rows if row.to is RequestState.CONNECTED]
    assert [(row.state, row.action) for row in ways] == [(RequestState.NUMBER_CONFIRMED, "connect")]
    before = [row for row in SUBSCRIBER_NUMBER.rows if row.to is RequestState.NUMBER_CONFIRMED]
    assert [(row.state, row.action) for row in before] == [(RequestState.CODE_SENT, "confirm_code")]
