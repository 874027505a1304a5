"""The practice statement, its editions, and which of them an applicant read (CA-19.4a)."""

import re

import pytest
from django.test import Client
from tests.ordering import applicant, text_of, value_of

from senim.archive import retention
from senim.certification import profiles
from senim.enrolment.letters import reason_text
from senim.enrolment.models import Application, PolicyEdition
from senim.enrolment.revocation import REASONS
from senim.journal.models import Entry
from senim.portal import practice
from senim.responders.caching import MAX_AGE_SECONDS
from senim.settings import settings
from senim.texts import LANGUAGES, Text, span

pytestmark = pytest.mark.django_db


@pytest.mark.clause("CA-19.4a")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_statement_says_the_figures_the_programs_go_by(language):
    said = text_of(Client().get(f"/{language}/practice/"))
    figures = (settings.ocsp_next_update, settings.ocsp_max_age, settings.crl_next_update)
    spans = [
        " ".join(span(one).in_language(language).split()) for one in (*figures, settings.status_renewed_every)
    ]
    reasons = [reason_text(name).in_language(language) for name in REASONS]
    facts = [*reasons, *spans, "P-256", f"{settings.responders_origin}/ocsp", practice.edition()]
    assert [fact for fact in facts if str(fact).lower() not in said.lower()] == []
    assert re.search(rf"\b{retention.years_kept()}\b", said)
    assert settings.ocsp_max_age.total_seconds() == MAX_AGE_SECONDS


@pytest.mark.clause("CA-19.4a")
def test_it_says_what_a_legal_body_must_still_decide():
    said = text_of(Client().get("/en/practice/"))
    assert "The authorised body approves both the policy and this statement" in said
    assert "resolution 1583" in said


def test_an_edition_is_of_every_word_and_figure_in_it(monkeypatch):
    before = practice.documents()
    assert set(before) == set(LANGUAGES)
    policy = [title for title, _ in before["en"]["policy"]]
    assert len(policy) == len(practice.kinds()) + 3
    number = practice.edition()
    assert practice.edition() == number
    moved = {**before, "en": {**before["en"], "practice": before["en"]["practice"][1:]}}
    monkeypatch.setattr(practice, "documents", lambda: moved)
    assert practice.edition() != number


def test_every_kind_of_certificate_is_in_it():
    held = {one.profile.name for one in practice.kinds()}
    assert {name for name in profiles.names() if name.startswith(("individual", "operator"))} <= held
    titles = [title for title, _ in practice.documents()["ru"]["policy"]]
    assert Text("portal.reading.individual_sign").in_language("ru") in titles


@pytest.mark.clause("CA-19.4a")
class TestAcknowledging:
    def test_an_application_keeps_which_edition_its_applicant_read(self, world, authority):
        aigerim = applicant(world.person("aigerim"))
        page = aigerim.browser.get("/en/order/")
        aigerim.browser.post("/en/order/", {"read": "1", "edition": value_of(page, "edition")})
        number = aigerim.order()
        assert Application.objects.get(number=number).policy_edition == practice.edition()
        [record] = Entry.objects.filter(verb="enrolment.keep_policy")
        assert record.facts == {"edition": practice.edition()}

    def test_who_does_not_say_so_orders_without_one(self, world, authority):
        aigerim = applicant(world.person("aigerim"))
        aigerim.browser.post("/en/order/", {})
        assert Application.objects.get(number=aigerim.order()).policy_edition == ""
        assert not PolicyEdition.objects.exists()

    def test_what_was_read_stays_as_it_was_when_the_text_changes(self, monkeypatch):
        browser = Client()
        browser.post("/en/order/", {"read": "1"})
        old = practice.edition()
        monkeypatch.setattr(practice, "edition", lambda: "0123456789abcdef")
        said = text_of(browser.get(f"/en/practice/{old}/"))
        assert old in said
        assert "Keys are made in your browser" in said
        assert text_of(browser.get(f"/kk/practice/{old}/")) != said

    def test_who_ticked_a_text_that_has_changed_since_looks_again(self):
        browser = Client()
        answer = browser.post("/en/order/", {"read": "1", "edition": "0123456789abcdef"})
        assert answer.status_code == 409
        assert "The text has changed since you opened this page" in text_of(answer)
        assert not PolicyEdition.objects.exists()

    def test_an_edition_nobody_read_is_not_kept(self):
        answer = Client().get("/en/practice/0123456789abcdef/")
        assert answer.status_code == 404
        assert "No such edition is kept" in text_of(answer)
