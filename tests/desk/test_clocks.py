"""The figures of the clocks: every step of every process, its limit, how often it was late."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.ordering import Browser, applicant, text_of

from senim.enrolment.clocks import figures
from senim.enrolment.models import Application
from senim.enrolment.processes import PROCESSES, is_printed

pytestmark = pytest.mark.django_db
MONTH = timedelta(days=30)


def steps(slug: str = "order"):
    at = timezone.now()
    found = next(one for one in figures(since=at - MONTH, at=at) if one.slug == slug)
    return {(step.clause, step.what.id.rsplit(".", 1)[1]): step for step in found.steps}


@pytest.mark.clause("CA-16")
def test_every_row_of_every_table_has_its_line():
    for process in PROCESSES:
        assert set(steps(process.slug)) == {(row.clause, row.action) for row in process.table.rows}


@pytest.mark.clause("CA-16")
def test_a_step_that_took_too_long_is_counted_as_late(dauren, world):
    kept, late = (applicant(world.person(name)).order() for name in ("aigerim", "daniyar"))
    for number in (kept, late):
        dauren.post(f"{dauren.find(number)}present/")
    Application.objects.filter(number=late).update(state_since_at=timezone.now() - timedelta(minutes=16))
    for number in (kept, late):
        dauren.accept(dauren.find(number))
    step = steps()["CA-6.C2", "accept"]
    assert (step.taken, step.late) == (2, 1)
    assert step.longest.in_language("en").startswith("16 min")
    assert steps()["CA-6.C2", "find_violations"].taken == 0


@pytest.mark.clause("CA-16")
def test_what_is_late_now_is_counted_where_it_stands(dauren, world):
    number = applicant(world.person("aigerim")).order()
    dauren.post(f"{dauren.find(number)}present/")
    Application.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    assert steps()["CA-6.C2", "accept"].late_now == 1
    assert sum(step.late_now for step in steps().values()) == 1
    assert all(step.late_now == 0 for step in steps("reissue").values())


@pytest.mark.clause("CA-16")
def test_the_desk_reads_every_deadline_and_what_was_late(dauren, world):
    applicant(world.person("aigerim")).order()
    page = dauren.get("/en/clocks/")
    said = text_of(page)
    assert "Deadlines of each step" in said
    assert "Nothing was late" in said
    assert all(row.clause in said for one in PROCESSES for row in one.table.rows if is_printed(row))
    assert dauren.get("/en/").content.decode().count('href="/en/clocks/"') == 1


def test_the_figures_are_for_operators(db):
    assert Browser("desk").get("/en/clocks/")["Location"].startswith("/en/sign-in/")


def test_steps_from_before_the_period_do_not_count(world, authority):
    applicant(world.person("aigerim")).order()
    later = timezone.now() + MONTH + timedelta(hours=1)
    assert all(step.taken == 0 for one in figures(since=later - MONTH, at=later) for step in one.steps)
