"""The table of revocation in person, read against the printed one."""

from datetime import timedelta

import pytest

from senim.enrolment.process import Actor, Stage, Step
from senim.enrolment.processes import is_printed
from senim.enrolment.revocation_in_person_process import CONFIRMED, REVOCATION_IN_PERSON

QUARTER = timedelta(seconds=15)
PRINTED = {
    "CA-10.P1": (Actor.OPERATOR, None),
    "CA-10.C1": (Actor.OPERATOR, timedelta(minutes=15)),
    "CA-10.T3": (Actor.OPERATOR, QUARTER),
    "CA-10.T5": (Actor.AUTHORITY, QUARTER),
    "CA-10.T6": (Actor.OPERATOR, timedelta(minutes=1)),
    "CA-10.T7": (Actor.AUTHORITY, QUARTER),
    "CA-10.T8": (Actor.AUTHORITY, QUARTER),
    "CA-10.T9": (Actor.AUTHORITY, timedelta(days=2)),
}
ROWS = [row for row in REVOCATION_IN_PERSON.rows if is_printed(row)]


@pytest.mark.parametrize(("clause", "printed"), PRINTED.items(), ids=list(PRINTED))
def test_every_printed_column_is_there_with_its_actor_and_limit(clause, printed):
    assert {(row.actor, row.within) for row in ROWS if row.clause == clause} == {printed}


def test_column_4_is_the_operators_request_and_what_is_found_when_it_is_routed():
    found = [(row.actor, row.action, row.within) for row in ROWS if row.clause == "CA-10.T4"]
    assert found == [
        (Actor.OPERATOR, Step.FORM_REQUEST, QUARTER),
        (Actor.AUTHORITY, Step.FIND_IN_ORDER, QUARTER),
        (Actor.AUTHORITY, Step.FIND_VIOLATIONS, QUARTER),
    ]


def test_no_row_is_without_a_printed_one():
    assert {row.clause for row in ROWS} == {*PRINTED, "CA-10.T4"}


@pytest.mark.parametrize(
    ("stage", "clause"),
    [
        (Stage.VIOLATIONS, "CA-10.T3"),
        (Stage.NOT_IN_ORDER, "CA-10.T5"),
        (Stage.UNVERIFIED, "CA-10.T8"),
    ],
)
def test_what_is_not_in_order_leads_to_its_refusal_and_nowhere_else(stage, clause):
    assert [row.clause for row in REVOCATION_IN_PERSON.rows if row.state == stage] == [clause]


def test_nothing_is_revoked_before_it_is_said_why():
    decided, reached = {Stage.TO_CONFIRM}, set[str]()
    while decided - reached:
        reached |= decided
        decided = {row.to for row in ROWS if row.state in reached}
    assert reached - set(CONFIRMED) == {Stage.REFUSED_BY_AUTHORITY}


def test_nobody_takes_back_what_is_confirmed():
    back = {row.state for row in REVOCATION_IN_PERSON.rows if row.action == Step.WITHDRAW}
    assert back.isdisjoint({Stage.CONFIRMED, Stage.REVOKED, Stage.PUBLISHED})
