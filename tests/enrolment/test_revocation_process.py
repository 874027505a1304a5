"""The table of revocation from the cabinet, read against the printed one."""

from datetime import timedelta

import pytest

from senim.enrolment.process import Actor
from senim.enrolment.revocation_process import CERTIFICATE_REVOCATION, OPEN, Stage, Step
from senim.pki.crl import RevocationReason
from senim.process import NotAllowed
from senim.texts import LANGUAGES, say_in

PRINTED = {
    "CA-8.P1": timedelta(minutes=1),
    "CA-8.C1": timedelta(seconds=15),
    "CA-8.P2": timedelta(seconds=15),
    "CA-8.P3b": timedelta(days=1),
    "CA-8.P3a": timedelta(days=1),
}
PRINTED_ACTORS = {
    "CA-8.P1": Actor.APPLICANT,
    "CA-8.C1": Actor.AUTHORITY,
    "CA-8.P2": Actor.AUTHORITY,
    "CA-8.P3b": Actor.AUTHORITY,
    "CA-8.P3a": Actor.AUTHORITY,
}


def test_every_state_is_reachable_and_only_final_ones_are_dead_ends():
    assert CERTIFICATE_REVOCATION.reachable() == CERTIFICATE_REVOCATION.states() == set(Stage)
    left = {row.state for row in CERTIFICATE_REVOCATION.rows}
    assert CERTIFICATE_REVOCATION.states() - left == CERTIFICATE_REVOCATION.final
    assert left == OPEN


@pytest.mark.parametrize(("clause", "limit"), PRINTED.items())
def test_every_printed_row_is_there_with_its_limit_and_its_actor(clause, limit):
    rows = [row for row in CERTIFICATE_REVOCATION.rows if row.clause == clause]
    assert rows
    assert {row.within for row in rows} == {limit}
    assert {row.actor for row in rows} == {PRINTED_ACTORS[clause]}


def test_no_row_is_without_a_printed_one():
    assert {row.clause for row in CERTIFICATE_REVOCATION.rows} == set(PRINTED)


def test_every_move_that_is_not_listed_is_refused():
    listed = {(row.state, row.action, row.actor) for row in CERTIFICATE_REVOCATION.rows}
    every = {(stage, step, actor) for stage in Stage for step in Step for actor in Actor}
    for stage, step, actor in every - listed:
        with pytest.raises(NotAllowed):
            CERTIFICATE_REVOCATION.row_for(state=stage, action=step, actor=actor)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_and_every_reason_has_its_words(language):
    for step in Step:
        assert say_in(language, f"enrolment.revocation.step.{step}")
    for reason in RevocationReason:
        assert say_in(language, f"enrolment.revocation.reason.{reason.name.lower()}")
