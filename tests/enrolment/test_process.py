"""The table of the process, read against the printed one."""

from datetime import timedelta

import pytest

from senim.enrolment.kinds import FINAL, OPEN, STATES, TABLES, Kind
from senim.enrolment.process import CERTIFICATE_APPLICATION, Actor, Stage, Step
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


@pytest.mark.parametrize("kind", Kind)
def test_every_state_is_reachable(kind):
    assert TABLES[kind].reachable() == TABLES[kind].states()


def test_every_stage_is_in_a_table():
    assert set(Stage) == STATES


@pytest.mark.parametrize("kind", Kind)
def test_only_final_states_are_dead_ends(kind):
    left = {row.state for row in TABLES[kind].rows}
    assert TABLES[kind].states() - left == TABLES[kind].final


@pytest.mark.parametrize("kind", Kind)
def test_an_end_of_one_kind_is_no_stage_on_the_way_of_another(kind):
    assert TABLES[kind].states() - TABLES[kind].final == TABLES[kind].states() & OPEN
    assert FINAL.isdisjoint(OPEN)


def test_every_row_cites_a_clause_and_every_printed_row_is_there():
    clauses = {row.clause for row in CERTIFICATE_APPLICATION.rows}
    assert all(clauses)
    assert set(PRINTED) | {"CA-6.C1", "CA-A2.2"} <= clauses


@pytest.mark.parametrize(("clause", "limit"), PRINTED.items())
def test_limits_are_the_printed_ones(clause, limit):
    assert CERTIFICATE_APPLICATION.limit_of(clause) == limit


@pytest.mark.parametrize("kind", Kind)
def test_every_move_that_is_not_listed_is_refused(kind):
    listed = {(row.state, row.action, row.actor) for row in TABLES[kind].rows}
    refused = 0
    for stage in Stage:
        for step in Step:
            for actor in Actor:
                if (stage, step, actor) not in listed:
                    with pytest.raises(NotAllowed):
                        TABLES[kind].row_for(state=stage, action=step, actor=actor)
                    refused += 1
    assert refused == len(Stage) * len(Step) * len(Actor) - len(listed)


def test_an_ended_application_is_not_open():
    assert {Stage.INSTALLED, Stage.WITHDRAWN, Stage.REFUSED_AT_DESK}.isdisjoint(OPEN)


def test_the_strictest_limit_is_the_deadline():
    assert CERTIFICATE_APPLICATION.limit_in(Stage.PRESENTED) == timedelta(minutes=15)
    assert CERTIFICATE_APPLICATION.limit_in(Stage.AWAITED) is None


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


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_still_to_come_is_said_at_every_open_stage(language, kind):
    before = {Stage.FILLING, Stage.FORMED, Stage.ASKED, Stage.KNOWN, Stage.UNKNOWN}
    for stage in (TABLES[kind].states() & OPEN) - before:
        ahead = steps_ahead(TABLES[kind], stage)
        assert ahead
        assert all(step.in_language(language) for step in ahead)


REISSUE = {
    "CA-7.P1": (Actor.APPLICANT, timedelta(minutes=1)),
    "CA-7.P2": (Actor.PORTAL, timedelta(seconds=90)),
    "CA-7.C1": (Actor.REGISTRY, timedelta(seconds=90)),
    "CA-7.P3": (Actor.REGISTRY, timedelta(seconds=15)),
    "CA-7.P4": (Actor.AUTHORITY, timedelta(seconds=30)),
    "CA-7.P5": (Actor.AUTHORITY, None),
    "CA-7.P6": (Actor.OPERATOR, timedelta(minutes=10)),
    "CA-7.C2": (Actor.AUTHORITY, timedelta(seconds=15)),
    "CA-7.P7": (Actor.AUTHORITY, timedelta(seconds=15)),
    "CA-7.P8": (Actor.AUTHORITY, timedelta(days=1)),
}


@pytest.mark.parametrize(("clause", "printed"), REISSUE.items())
def test_every_printed_row_of_a_reissue_is_there_with_its_actor_and_limit(clause, printed):
    rows = [row for row in TABLES[Kind.REISSUE].rows if row.clause == clause]
    assert {(row.actor, row.within) for row in rows} == {printed}


def test_nobody_hands_anything_in_for_a_reissue():
    actions = {row.action for row in TABLES[Kind.REISSUE].rows}
    assert actions.isdisjoint({Step.PRESENT, Step.ACCEPT, Step.GIVE_RECEIPT})
