"""The tables of connecting a number: whole, and the only way a state changes, in every channel."""

import itertools
import re
from datetime import UTC, datetime, timedelta

import pytest

from senim.accounts import AccountId, number_requests
from senim.accounts.advance import ProofMissing, _advance, may
from senim.accounts.models import Account, NumberRequest
from senim.accounts.process import TABLES
from senim.accounts.states import OWN, Channel, Proof, RequestState
from senim.process import NotAllowed

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
EVERY_TABLE = pytest.mark.parametrize("channel", sorted(TABLES))
PHONE_OR_TWO = {Proof.PHONE, Proof.TWO_PEOPLE}
ROWS = [(channel, row) for channel in sorted(TABLES) for row in TABLES[channel].rows]
PROVING = [(channel, row) for channel, row in ROWS if row.proves and row.holds_for(NumberRequest())]


def test_every_channel_has_its_table():
    assert set(TABLES) == set(Channel)


@EVERY_TABLE
def test_every_state_is_reached_and_every_end_is_an_end(channel):
    table = TABLES[channel]
    assert table.reachable() == table.states() >= table.final
    assert table.states() <= set(RequestState)
    assert not {row.state for row in table.rows} & table.final


@EVERY_TABLE
def test_every_row_names_a_clause_of_an_order(channel):
    """Or says that it is ours."""
    named = re.compile(r"(PH|P19)-[A-F\d][\w.]*|own: .+ \(decision \d+\)")
    assert all(named.fullmatch(row.clause) for row in TABLES[channel].rows)


@EVERY_TABLE
def test_nothing_connects_a_number_but_what_proves_the_phone_first(channel):
    """Rows that lead to a connected number are walked to over a row that proves the code was typed in; or, at
    the counter, that two people answer for it.
    """
    rows, table = TABLES[channel].rows, TABLES[channel]
    unproven, more = {table.start}, {table.start}
    while more:
        more = {row.to for row in rows if row.state in unproven and row.proves not in PHONE_OR_TWO} - unproven
        unproven |= more
    assert RequestState.CONNECTED not in unproven


# The tables and the code


def a_request(channel, state):
    account = Account.objects.create(iin="940308492147", given_name="А", created_at=AT)
    return NumberRequest.objects.create(
        account_id=account.pk,
        number="+77015550101",
        channel=channel,
        language="en",
        state=state,
        created_at=AT,
        expires_at=AT + timedelta(minutes=30),
        closed_at=AT if state in TABLES[channel].final else None,
        **({"confirmed_at": AT, "signature": b"signed"} if state == RequestState.CONNECTED else {}),
    )


@pytest.mark.django_db
@EVERY_TABLE
def test_every_move_the_table_does_not_list_is_refused_by_the_code(channel):
    """Skipping a step: each action, by each actor, in each state, and nothing is written."""
    table = TABLES[channel]
    request = a_request(channel, table.start)
    actions, actors = {row.action for row in table.rows}, {row.actor for row in table.rows}
    listed = {(row.state, row.action, row.actor) for row in table.rows}
    for state, action, actor in set(itertools.product(table.states(), actions, actors)) - listed:
        request.state = state
        with pytest.raises(NotAllowed):
            _advance(request, action, actor=actor, at=AT)
        with pytest.raises(NotAllowed):
            may(request, action, actor=actor)
    request.refresh_from_db()
    assert (request.state, request.closed_at) == (table.start, None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("channel", "row"),
    [(channel, row) for channel, row in PROVING],
    ids=[f"{channel}-{row.action}" for channel, row in PROVING],
)
def test_no_step_that_proves_something_is_taken_without_the_proof(channel, row):
    request = a_request(channel, row.state)
    with pytest.raises(ProofMissing):
        _advance(request, row.action, actor=row.actor, at=AT)
    request.refresh_from_db()
    assert request.state == row.state


@pytest.mark.parametrize(
    ("channel", "last"), [(Channel.PORTAL, ("PH-5.3", "connect")), (Channel.CHANGE, ("PH-8", "change"))]
)
def test_in_the_cabinet_there_is_one_way_and_it_passes_code_and_signature(channel, last):
    rows = TABLES[channel].rows
    [end] = [row for row in rows if row.to is RequestState.CONNECTED]
    assert ((end.clause, end.action), end.proves) == (last, Proof.CERTIFICATE)
    [before] = [row for row in rows if row.to is end.state]
    assert (before.action, before.proves) == ("confirm_code", Proof.PHONE)


@pytest.mark.django_db
@pytest.mark.parametrize("channel", sorted(set(Channel) - OWN))
def test_what_begins_elsewhere_ends_nothing_a_citizen_began_and_the_other_way_round(channel):
    mine = a_request(Channel.PORTAL, RequestState.CODE_SENT)
    me = AccountId(mine.account_id)
    theirs = number_requests.new(me, "+77015550177", channel, AT + timedelta(minutes=1))
    theirs.save()
    assert number_requests.latest(me) == mine
    number_requests.new(me, "+77015550178", Channel.PORTAL, AT + timedelta(minutes=2)).save()
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.state, theirs.state) == (RequestState.REPLACED, RequestState.AUTHORISED)
