"""A document is pulled live, checked, and only then shown."""

import pytest
from django.test import Client

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


@pytest.mark.clause("DD-14a")
@pytest.mark.parametrize(("who", "status"), [("zhanar", "annulled"), ("olga", "expired"), ("bolat", "lost")])
def test_a_document_that_does_not_hold_is_refused_with_the_reason(sign_in, who, status):
    answer = sign_in(who).browser.get(CARD)
    assert answer.status_code == 409
    wording = say_in("en", f"documents.refusal.document_{status}", expires="X").split("X")[0]
    assert wording.strip() in answer.content.decode()


@pytest.mark.clause("DD-14a")
def test_a_document_that_does_not_hold_cannot_be_opened_to_others(sign_in):
    assert sign_in("zhanar").browser.post(f"{CARD}open/").status_code == 409


def test_a_kind_that_does_not_exist_is_not_found(owner):
    assert owner.browser.get("/en/documents/passport/").status_code == 404
