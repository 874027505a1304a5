"""An order whose keys are on a token of one's own: what the pages offer, allow, and keep."""

import base64

import pytest
from tests import reissuing
from tests.ordering import applicant, desk_of, settle, text_of, value_of

from senim.enrolment.models import Application
from senim.enrolment.process import Stage
from senim.journal.models import Entry
from senim.settings import settings
from senim_token.states import State

pytestmark = pytest.mark.django_db
KEYS, PROGRAM = "/en/order/keys/", f"ws://127.0.0.1:{settings.token_port}"
REACHES = f"connect-src 'self' {PROGRAM};"
IN_OTHER_WORDS = {State.UNREADABLE, State.TOKEN_FAILED, State.CANNOT_BE_SHOWN}
"""Not the person's doing, or only where a text is signed: the page says that it failed."""


@pytest.fixture
def aigerim(world, authority):
    return applicant(world.person("aigerim"), storage="token")


@pytest.mark.clause("CA-19.4b")
@pytest.mark.parametrize("page", ["/en/order/form/", "/en/reissue/"])
def test_a_protected_carrier_is_the_first_choice_and_the_page_says_why(world, authority, page):
    browser = reissuing.holder(world, authority, "aigerim").browser
    shown = browser.get(page)
    values = [value_of_radio(part) for part in shown.content.decode().split('name="storage"')[1:]]
    assert values == ["token", "file", "browser"]
    for said in ("We recommend an external protected carrier", "cannot be copied", "(recommended)"):
        assert said in text_of(shown)


def value_of_radio(markup: str) -> str:
    return markup.split('value="', 1)[1].split('"', 1)[0]


def test_only_the_pages_of_such_an_order_reach_the_program(aigerim):
    assert aigerim.fill_in().status_code == 302
    page = aigerim.browser.get(KEYS)
    assert REACHES in page["Content-Security-Policy"]
    assert value_of(page, "data-program") == PROGRAM
    assert value_of(page, "data-iin") == aigerim.typed["iin"]
    for other in ("/en/order/form/", "/en/order/"):
        assert "ws:" not in aigerim.browser.get(other)["Content-Security-Policy"]
    assert aigerim.fill_in(storage="file").status_code == 302
    assert "ws:" not in aigerim.browser.get(KEYS)["Content-Security-Policy"]


def test_every_reason_of_the_program_has_its_words_on_the_page(aigerim):
    aigerim.fill_in()
    page = aigerim.browser.get(KEYS).content.decode()
    for case in {*State, "program-away", "permission-denied", "choose", "failed"} - IN_OTHER_WORDS:
        assert f'data-case="{case}"' in page, case


def test_it_goes_on_with_a_file_instead_and_nothing_is_typed_again(aigerim):
    filled = aigerim.fill_in()
    assert filled.status_code == 302, text_of(filled)
    draft = value_of(aigerim.browser.get(KEYS), "draft")
    assert aigerim.browser.post(KEYS, {"draft": draft, "storage": "file"})["Location"] == KEYS
    assert value_of(aigerim.browser.get(KEYS), "key_storage") == "file"
    assert aigerim.send_keys().status_code == 302
    assert Application.objects.get().storage == "file"


def test_a_storage_that_there_is_not_changes_nothing(aigerim):
    aigerim.fill_in()
    draft = value_of(aigerim.browser.get(KEYS), "draft")
    aigerim.browser.post(KEYS, {"draft": draft, "storage": "cloud"})
    assert REACHES in aigerim.browser.get(KEYS)["Content-Security-Policy"]
    assert aigerim.browser.post(KEYS, {"draft": "x", "storage": "file"})["Location"] == "/en/order/form/"


def test_keys_that_were_made_are_kept_when_something_else_is_refused(aigerim, world):
    aigerim.fill_in()
    form = aigerim.keys_form(aigerim.browser.get(KEYS))
    world.fault("gbdfl", "down")
    away = aigerim.browser.post(KEYS, form)
    assert away.status_code == 503
    assert value_of(away, "request_sign") == form["request_sign"]
    assert "Make the keys on the carrier" not in text_of(away)


@pytest.mark.clause("CA-6.P11", "CA-A2.2")
def test_certificates_are_collected_for_the_token(aigerim, world, authority, run_jobs):
    number = aigerim.order()
    assert "Your keys are on the carrier" in text_of(aigerim.browser.get("/en/order/done/"))
    desk_of(world.person("dauren"), authority).confirm(number)
    settle(authority)
    run_jobs()
    link = world.wait_for_mail("aigerim@mail.test", 2).links[0].rstrip("/").rsplit("/", 1)[1]
    page = aigerim.browser.get(f"/en/order/result/{link}/")
    assert REACHES in page["Content-Security-Policy"]
    sign, auth = map(base64.b64decode, value_of(page, "data-certificates").split())
    assert sign != auth
    sent = {"installed": value_of(page, "installed"), "written": "yes"}
    assert aigerim.browser.post(f"/en/order/result/{link}/installed/", sent).status_code == 302
    assert Application.objects.get().state == Stage.INSTALLED
    assert Entry.objects.get(verb="enrolment.installed").facts == {"storage": "token"}


@pytest.mark.clause("CA-7.P1")
def test_new_certificates_can_be_asked_for_onto_a_token_or_a_file_instead(world, authority):
    person = reissuing.holder(world, authority, "aigerim")
    assert reissuing.fill_in(person, storage="token").status_code == 302
    page = "/en/reissue/keys/"
    assert REACHES in person.browser.get(page)["Content-Security-Policy"]
    assert reissuing.send_keys(person).status_code == 302
    signing = person.browser.get("/en/reissue/sign/")
    assert "on an external protected carrier" in base64.b64decode(value_of(signing, "data-content")).decode()
    assert person.browser.post(page, {"storage": "file"})["Location"] == page
    assert "ws:" not in person.browser.get(page)["Content-Security-Policy"]
