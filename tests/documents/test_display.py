"""A document is pulled live, checked, and only then shown."""

from datetime import date
from html import unescape

import pytest
from django.test import Client

from senim.documents import display
from senim.documents.models import Grant
from senim.texts import say_in

CARD = "/en/documents/identity-card/"


@pytest.mark.clause("DD-11")
@pytest.mark.parametrize("page", [CARD, "/en/documents/", "/en/documents/seen/", "/en/view/"])
def test_nobody_who_is_not_signed_in_gets_to_documents(db, page):
    answer = Client().get(page)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/en/sign-in/?next=")


@pytest.mark.clause("DD-12", "DD-5a")
def test_the_subject_opens_the_section_and_selects_the_document(owner):
    section = owner.browser.get("/en/documents/").content.decode()
    assert CARD in section
    page = owner.browser.get(CARD).content.decode()
    assert "Сәрсенова" in page
    assert "047" in page


@pytest.mark.clause("DD-13")
def test_data_is_fetched_at_each_look_and_its_absence_is_said(owner, world):
    assert owner.browser.get(CARD).status_code == 200
    world.fault("documents", "down")
    answer = owner.browser.get(CARD)
    assert answer.status_code == 503
    assert answer["Retry-After"]
    world.fault("documents", "ok")
    assert owner.browser.get(CARD).status_code == 200


@pytest.mark.clause("DD-5b", "DD-14a")
@pytest.mark.parametrize("fault", ["unsigned", "tampered", "foreign", "stale", "other", "garbage"])
def test_data_its_owner_did_not_sign_is_not_shown(owner, world, fault):
    world.fault("documents", fault)
    answer = owner.browser.get(CARD)
    assert answer.status_code in {409, 503}
    assert "Сәрсенова" not in answer.content.decode()


@pytest.mark.clause("DD-5b")
def test_the_page_says_who_signed_the_data(owner):
    assert "куәландыратын құжаттар" in owner.browser.get(CARD).content.decode()


NOT_SHOWN = {
    "a card that is annulled": ("zhanar", "documents.refusal.document_annulled", "DD-14a"),
    "a card that has expired": ("olga", "documents.refusal.document_expired", "DD-14a"),
    "a card that is lost": ("bolat", "documents.refusal.document_lost", "DD-14a"),
    "no card at all": ("marat", "registries.refusal.document_unknown", "DD-7"),
    "an identifier that is annulled": ("viktor", "documents.refusal.subject_annulled", "DD-11"),
    "a person nobody knows": ("nikita", "documents.refusal.subject_unknown", "DD-11"),
}


def reason(text_id: str) -> str:
    return say_in("en", text_id, expires="%").split("%")[0].strip()


@pytest.mark.clause("DD-11", "DD-14a")
@pytest.mark.parametrize("state", NOT_SHOWN)
def test_what_does_not_hold_is_not_shown_and_the_reason_is_said(sign_in, state):
    who, text_id, clause = NOT_SHOWN[state]
    someone = sign_in(who)
    for answer in (someone.browser.get(CARD), someone.browser.post(f"{CARD}open/")):
        assert answer.status_code == 409
        page = answer.content.decode()
        assert reason(text_id) in unescape(page)
        assert clause in page
        assert someone.surname not in page
    assert not Grant.objects.exists()


@pytest.mark.clause("DD-14a")
def test_a_card_whose_last_day_has_passed_is_not_shown_though_its_register_says_valid(owner, monkeypatch):
    monkeypatch.setattr(display, "day_of", lambda _: date(2099, 1, 1))
    answer = owner.browser.get(CARD)
    assert answer.status_code == 409
    assert reason("documents.refusal.document_expired") in answer.content.decode()


@pytest.mark.clause("DD-13", "DD-11")
def test_a_person_who_cannot_be_checked_is_shown_nothing(owner, world):
    world.fault("gbdfl", "down")
    answer = owner.browser.get(CARD)
    assert answer.status_code == 503
    assert "The state database of individuals is not answering" in answer.content.decode()


def test_a_kind_that_does_not_exist_is_not_found(owner):
    assert owner.browser.get("/en/documents/passport/").status_code == 404
