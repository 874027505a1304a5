"""The table of the process, read against the printed one."""

from datetime import timedelta

import pytest

from senim.enrolment.process import CERTIFICATE_APPLICATION, OPEN, Actor, Stage, Step, limit_in, printed_limit
from senim.enrolment.status import span_text
from senim.enrolment.work import steps_ahead
from senim.process import NotAllowed
from senim.texts import LANGUAGES, say_in

PRINTED = {
    "CA-6.P1": timedelta(minutes=1),
    "CA-6.P2": timedelta(seconds=90),
    "CA-6.P3": timedelta(seconds=15),
    "CA-6.P4": timedelta(seconds=30),
    "CA-6.P5": None,
    "CA-6.P6": None,
    "CA-6.C2": timedelta(minutes=15),
    "CA-6.P7": timedelta(seconds=15),
    "CA-6.P8": None,
    "CA-6.P9": timedelta(minutes=10),
    "CA-6.C3": timedelta(seconds=15),
    "CA-6.P10": timedelta(seconds=15),
    "CA-6.P11": timedelta(days=1),
}


def test_every_state_is_reachable():
    assert CERTIFICATE_APPLICATION.reachable() == CERTIFICATE_APPLICATION.states() == set(Stage)


def test_only_final_states_are_dead_ends():
    left = {row.state for row in CERTIFICATE_APPLICATION.rows}
    assert CERTIFICATE_APPLICATION.states() - left == CERTIFICATE_APPLICATION.final


def test_every_row_cites_a_clause_and_every_printed_row_is_there():
    clauses = {row.clause for row in CERTIFICATE_APPLICATION.rows}
    assert all(clauses)
    assert set(PRINTED) | {"CA-6.C1", "CA-A2.2"} <= clauses


@pytest.mark.parametrize(("clause", "limit"), PRINTED.items())
def test_limits_are_the_printed_ones(clause, limit):
    assert printed_limit(clause) == limit


def test_every_move_that_is_not_listed_is_refused():
    listed = {(row.state, row.action, row.actor) for row in CERTIFICATE_APPLICATION.rows}
    refused = 0
    for stage in Stage:
        for step in Step:
            for actor in Actor:
                if (stage, step, actor) not in listed:
                    with pytest.raises(NotAllowed):
                        CERTIFICATE_APPLICATION.row_for(state=stage, action=step, actor=actor)
                    refused += 1
    assert refused == len(Stage) * len(Step) * len(Actor) - len(listed)


def test_an_ended_application_is_not_open():
    assert {Stage.INSTALLED, Stage.WITHDRAWN, Stage.REFUSED_AT_DESK}.isdisjoint(OPEN)


def test_the_strictest_limit_is_the_deadline():
    assert limit_in(Stage.PRESENTED) == timedelta(minutes=15)
    assert limit_in(Stage.AWAITED) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_stage_step_and_actor_has_its_words(language):
    for stage in Stage:
        for table in ("stage", "advice", "awaits"):
            assert say_in(language, f"enrolment.{table}.{stage.name.lower()}")
    for step in Step:
        assert say_in(language, f"enrolment.step.{step}")
    for actor in Actor:
        assert say_in(language, f"enrolment.actor.{actor.name.lower()}")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (15, "15 s"), (90, "1 min 30 s"), (600, "10 min"), (7500, "2 h 5 min"), (86400, "1 d")],
)
def test_limits_are_said_as_they_are_printed(seconds, said):
    assert span_text(timedelta(seconds=seconds)).in_language("en") == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_still_to_come_is_said_at_every_open_stage(language):
    for stage in OPEN - {Stage.FILLING, Stage.FORMED, Stage.ASKED, Stage.KNOWN, Stage.UNKNOWN}:
        ahead = steps_ahead(stage)
        assert ahead
        assert all(step.in_language(language) for step in ahead)
