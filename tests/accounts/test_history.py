"""Everything that happened about a person, in one place."""

import pytest
from django.test import Client
from django.utils import timezone
from tests.accounts.citizen import words
from tests.accounts.signing_in import account_of, ask, log_in, set_password
from tests.ordering import applicant
from tests.pages.visits import opened, token_of

from senim.accounts.models import RegistryRead
from senim.accounts.timeline import Kind, Outcome, tell
from senim.portal.history import PER_PAGE
from senim.texts import say_in

pytestmark = pytest.mark.django_db
HISTORY = "/en/history/"
OPENED = say_in("en", "accounts.timeline.opened")


@pytest.mark.clause("PT-2.10")
def test_all_that_happened_is_in_one_place(inside):
    set_password(inside)
    log_in(inside.iin, "a wrong password")
    ask(inside.iin, inside.phone, browser=Client())
    inside.browser.get("/en/documents/identity-card/")
    page = words(inside.browser.get(HISTORY))
    for said in (
        "A password was set",
        OPENED,
        "The state database of individuals was asked in your name: showing a document",
        "The register of identity documents was asked in your name: showing a document",
    ):
        assert said in page
    assert page.count("This was not me") >= 6


@pytest.mark.clause("PT-2.10")
def test_who_looked_and_which_registry_they_had_asked_is_there(inside, people):
    daniyar = people("daniyar")
    daniyar.sign_in()
    token = token_of(inside.browser, opened(inside.browser))
    seen = daniyar.browser.post("/en/view/scanned/", {"token": token})
    assert daniyar.browser.get(seen["Location"]).status_code == 200
    page = words(inside.browser.get(HISTORY))
    assert "Ахметов Данияр Серікұлы looked at your document" in page
    assert "was asked: showing a document, for Ахметов Данияр Серікұлы" in page


def test_lines_are_found_by_kind_and_by_words(inside):
    set_password(inside)
    only = words(inside.browser.get(f"{HISTORY}?kind=factor"))
    assert "A password was set" in only
    assert "Signed in" not in only.split("Search")[0]
    found = words(inside.browser.get(f"{HISTORY}?words=PASSWORD+was"))
    assert "A password was set" in found
    assert OPENED not in found
    none = words(inside.browser.get(f"{HISTORY}?words=nothing-like-it"))
    assert "Nothing of the kind happened" in none
    assert inside.browser.get(f"{HISTORY}?kind=nonsense").status_code == 200


def test_long_histories_have_pages_and_one_to_print(inside):
    me = account_of(inside).pk
    for _ in range(PER_PAGE + 5):
        tell(account_id=me, text_id="accounts.timeline.opened", at=timezone.now())
    first, second = (inside.browser.get(f"{HISTORY}?page={page}") for page in (1, 2))
    assert words(first).count("This was not me") == PER_PAGE
    assert "page 1 of 2" in words(first)
    assert "page 2 of 2" in words(second)
    assert "Newer" in words(second)
    for odd in ("0", "-1", "99", "x", "9" * 9):
        assert inside.browser.get(f"{HISTORY}?page={odd}").status_code == 200
    whole = words(inside.browser.get(f"{HISTORY}?print=1"))
    assert "This was not me" not in whole
    assert whole.count(OPENED) > PER_PAGE


def test_another_persons_lines_are_not_there(inside, people):
    daniyar = people("daniyar")
    daniyar.sign_in()
    tell(
        account_id=account_of(daniyar).pk,
        text_id="accounts.timeline.password_changed",
        at=account_of(daniyar).created_at,
        kind=Kind.FACTOR,
        outcome=Outcome.DONE,
    )
    assert "password was changed" not in words(inside.browser.get(HISTORY))
    assert "password was changed" in words(daniyar.browser.get(HISTORY))


def test_an_application_in_ones_name_is_seen(inside, world):
    applicant(world.person("aigerim")).order()
    assert RegistryRead.objects.filter(iin=inside.iin, ground="application").exists()
    page = words(inside.browser.get(f"{HISTORY}?kind=registry"))
    assert "was asked in your name: an application about a certificate" in page


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_history_speaks_every_language(inside, language):
    assert inside.browser.get(f"/{language}/history/").status_code == 200
