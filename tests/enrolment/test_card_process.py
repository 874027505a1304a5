"""The table of issue onto an identity card, read against the printed one."""

from datetime import timedelta

import pytest

from senim.enrolment.card_process import CARD_ISSUE
from senim.enrolment.process import Actor, Stage

SECONDS_15, SECONDS_30 = timedelta(seconds=15), timedelta(seconds=30)
PRINTED = {
    "CA-9.P1": ({Actor.APPLICANT}, {None}),
    "CA-9.C1": ({Actor.OPERATOR}, {timedelta(minutes=15)}),
    "CA-9.P2": ({Actor.OPERATOR}, {SECONDS_15}),
    "CA-9.P3": ({Actor.OPERATOR}, {SECONDS_30}),
    "CA-9.P4": ({Actor.AUTHORITY}, {timedelta(seconds=90)}),
    "CA-9.C2": ({Actor.REGISTRY}, {timedelta(seconds=90)}),
    "CA-9.P5": ({Actor.REGISTRY}, {SECONDS_15}),
    "CA-9.P6": ({Actor.APPLICANT}, {SECONDS_15}),
    "CA-9.P7": ({Actor.AUTHORITY, Actor.APPLICANT}, {SECONDS_30, None}),
    "CA-9.P8": ({Actor.OPERATOR}, {SECONDS_15}),
    "CA-9.C3": ({Actor.AUTHORITY}, {SECONDS_15}),
    "CA-9.P9": ({Actor.AUTHORITY}, {SECONDS_15}),
    "CA-9.P10": ({Actor.AUTHORITY, Actor.OPERATOR}, {None}),
}


@pytest.mark.parametrize(("clause", "printed"), PRINTED.items())
def test_every_printed_row_is_there_with_its_actor_and_limit(clause, printed):
    rows = [row for row in CARD_ISSUE.rows if row.clause == clause]
    assert ({row.actor for row in rows}, {row.within for row in rows}) == printed


def test_rows_that_are_not_printed_say_so():
    own = [row for row in CARD_ISSUE.rows if row.clause not in PRINTED]
    assert own
    assert all(row.clause.startswith("own:") for row in own)


def test_registering_is_due_in_half_a_minute_and_signing_on_paper_has_no_limit():
    assert CARD_ISSUE.limit_in(Stage.KEYED) == SECONDS_30
    assert CARD_ISSUE.limit_in(Stage.REGISTERED) is None


def test_the_two_ways_out_of_each_condition_are_there():
    for clause in ("CA-9.C1", "CA-9.C2", "CA-9.C3"):
        assert len({row.to for row in CARD_ISSUE.rows if row.clause == clause}) == 2
