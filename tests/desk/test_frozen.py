"""Responsible staff reads and answers what citizens said was not them."""

import pytest
from tests.accounts.citizen import citizen, words
from tests.accounts.test_freezing import deny, unfreeze
from tests.ordering import desk_of
from tests.pages.visits import at_the_portal

from senim.accounts.models import FreezeCase

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(world, authority):
    with at_the_portal():
        aigerim = citizen(world.person("aigerim"), authority)
        aigerim.sign_in()
        deny(aigerim.browser)
    return FreezeCase.objects.get()


@pytest.fixture
def responsible(case, world, authority):
    return desk_of(world.person("ainur"), authority, responsible=True)


@pytest.mark.clause("PT-2.4")
def test_the_case_is_listed_read_and_answered_once(case, responsible, world, run_jobs):
    page = responsible.browser.get("/en/frozen/")
    assert "Сәрсенова Айгерім" in words(page)
    where = f"/en/frozen/{case.pk}/"
    assert "An electronic signature" in words(responsible.browser.get(where)) or case.said
    assert responsible.browser.post(where, {"answer": " "}).status_code == 422
    assert responsible.browser.post(where, {"answer": "It was your own browser."}).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.answer) == ("frozen, answered", "It was your own browser.")
    assert responsible.browser.post(where, {"answer": "Again."}).status_code == 409
    run_jobs()
    mails = [mail.subject for mail in world.mail("aigerim@mail.test")]
    assert "Your case was answered" in mails


@pytest.mark.clause("PT-2.4")
def test_the_officer_sees_how_whoever_opened_it_again_was_signed_in(case, responsible, world, authority):
    where = f"/en/frozen/{case.pk}/"
    assert "Signed in by" not in words(responsible.browser.get(where))
    with at_the_portal():
        aigerim = citizen(world.person("aigerim"), authority)
        aigerim.sign_in()
        assert unfreeze(aigerim).status_code == 302
    assert "Signed in by Electronic signature" in words(responsible.browser.get(where))


def test_other_operators_do_not_read_cases(case, world, authority):
    plain = desk_of(world.person("dauren"), authority)
    for page in ("/en/frozen/", f"/en/frozen/{case.pk}/"):
        answer = plain.browser.get(page)
        assert answer.status_code == 409
        assert "Сәрсенова" not in words(answer)


def test_a_case_that_is_not_there_is_not_there(responsible):
    assert responsible.browser.get("/en/frozen/00000000-0000-4000-8000-000000000000/").status_code == 404
