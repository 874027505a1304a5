"""Which way of signing in opens which pages, and from when to when."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.accounts.citizen import words
from tests.accounts.phone_steps import connect
from tests.accounts.signing_in import LOGIN, PAIR, is_inside, log_in, set_password

from senim import rulebook
from senim.accounts import attempts, methods
from senim.accounts.methods import (
    Method,
    ServiceClass,
    SignatureForgotten,
    acr_of,
    allowed,
    amr_of,
    read,
    table,
)
from senim.accounts.models import Session
from senim.rulebook import day_of

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
DOCUMENT = "/en/documents/identity-card/"


@pytest.fixture
def without(monkeypatch):
    """The table as if this method had ended today."""

    def end(method):
        today = day_of(timezone.now())
        lines = [replace(line, until=today) if line.method is method else line for line in table()]
        monkeypatch.setattr(methods, "table", lambda: tuple(lines))

    return end


@pytest.mark.parametrize("service", ServiceClass)
def test_the_signature_opens_everything_on_every_day(service):
    for year in range(2023, 2060):
        assert allowed(service, at=AT.replace(year=year))[0] is Method.SIGNATURE


def test_each_class_lists_its_methods():
    assert allowed(ServiceClass.EVERYDAY, at=AT) == tuple(Method)
    assert allowed(ServiceClass.DOCUMENTS, at=AT) == (Method.SIGNATURE, Method.PASSKEY, Method.CODE)
    assert allowed(ServiceClass.FACTORS, at=AT) == (Method.SIGNATURE,)


def test_a_table_that_ends_or_forgets_the_signature_is_not_read():
    line = {"method": "signature", "since": date(2016, 3, 6)}
    whole = {service.value: [line] for service in ServiceClass}
    assert len(read(whole)) == len(ServiceClass)
    for broken in ([{**line, "until": date(2030, 1, 1)}], [{**line, "method": "code"}], []):
        with pytest.raises(SignatureForgotten):
            read({**whole, "documents": broken})


def test_a_method_is_not_offered_without_a_rule_in_force(monkeypatch):
    monkeypatch.setattr(rulebook, "followed", lambda name, at: name == "portal_sign_in_by_signature")
    assert allowed(ServiceClass.EVERYDAY, at=AT) == (Method.SIGNATURE,)


def test_levels_and_names_of_what_was_used():
    assert (acr_of([Method.SIGNATURE]), amr_of([Method.SIGNATURE])) == ("substantial", ("pop",))
    assert (acr_of([Method.PASSWORD]), amr_of([Method.PASSWORD])) == ("low", ("pwd",))
    assert (acr_of([Method.PASSKEY]), amr_of([Method.PASSKEY])) == ("substantial", ("hwk", "user", "mfa"))
    assert amr_of([Method.PASSKEY, Method.PASSWORD], synced=True) == ("swk", "user", "pwd", "mfa")
    both = [Method.PASSWORD, Method.CODE]
    assert (acr_of(both), amr_of(both)) == ("substantial", ("otp", "sms", "pwd", "mfa"))


# Through the door


@pytest.mark.clause("PT-4.2")
def test_the_sign_in_page_offers_the_signature_first_and_other_ways_beside_it(db):
    page = Client().get("/en/sign-in/").content.decode()
    assert page.index("data-sign") < page.index(PAIR) < page.index(LOGIN)


def test_a_method_switched_off_by_its_date_is_neither_offered_nor_taken(inside, without):
    set_password(inside)
    without(Method.CODE)
    without(Method.PASSWORD)
    page = Client().get("/en/sign-in/").content.decode()
    assert "data-sign" in page
    assert LOGIN not in page
    assert "not offered at present" in words(log_in(inside.iin))
    inside.browser = Client()
    assert inside.sign_in().status_code == 302


def test_sms_switched_off_by_its_date_sends_nothing(db, without):
    without(Method.CODE)
    assert PAIR not in Client().get("/en/sign-in/").content.decode()
    asked = Client().post(PAIR, {"identifier": "940308492147", "number": "+77015550101"})
    assert (asked.status_code, "not offered" in words(asked)) == (409, True)


def test_a_password_does_not_open_documents_and_a_stronger_way_leads_back(inside):
    set_password(inside)
    inside.browser = Client()
    assert log_in(inside.iin, browser=inside.browser).status_code == 302
    asked = inside.browser.get(DOCUMENT)
    assert asked["Location"] == "/en/sign-in/?next=%2Fen%2Fdocuments%2Fidentity-card%2F"
    page = inside.browser.get(asked["Location"])
    assert "Sign in once more for this page" in words(page)
    assert LOGIN not in page.content.decode(), "it would not help"
    assert f"{PAIR}?next=" in page.content.decode()
    back = inside.sign_in(next=DOCUMENT)
    assert back["Location"] == DOCUMENT
    assert inside.browser.get(DOCUMENT).status_code == 200
    session = Session.objects.latest("started_at")
    assert (session.method, session.acr, session.amr) == ("signature", "substantial", "pop pwd mfa")


def test_what_was_typed_before_a_stronger_sign_in_is_still_there(inside):
    set_password(inside)
    inside.browser = Client()
    log_in(inside.iin, browser=inside.browser)
    session = inside.browser.session
    session["draft"] = "typed"
    session.save()
    key = inside.browser.cookies["senim_portal"].value
    inside.sign_in()
    assert inside.browser.session["draft"] == "typed"
    assert inside.browser.cookies["senim_portal"].value != key


def test_data_of_a_page_that_needs_more_is_not_given(inside):
    set_password(inside)
    browser = Client()
    log_in(inside.iin, browser=browser)
    state = browser.get("/en/view/6f1c7a52-9d0c-4c56-a6ee-1c4f0d6d8a11/state/")
    assert state.status_code == 401


def test_signing_in_once_more_in_the_same_way_adds_nothing(inside):
    set_password(inside)
    browser = Client()
    for _ in range(2):
        assert log_in(inside.iin, browser=browser).status_code == 302
    assert Session.objects.get(method="password").amr == "pwd"


def test_sessions_of_an_earlier_version_count_as_signed(inside):
    session = inside.browser.session
    del session["steps"]
    session.save()
    assert inside.browser.get("/en/security/password/").status_code == 200


# Sessions and attempts


def test_sessions_are_listed_and_ended_one_by_one(inside):
    set_password(inside)
    elsewhere = Client()
    log_in(inside.iin, browser=elsewhere)
    page = inside.browser.get("/en/security/")
    assert "Another browser" in words(page)
    [reference] = {one.reference for one in page.context["sessions"] if not one.here}
    assert inside.browser.post(f"/en/security/sessions/{reference}/end/").status_code == 302
    assert not is_inside(elsewhere)
    assert is_inside(inside.browser)


def test_all_other_sessions_are_ended_at_once(inside):
    set_password(inside)
    others = [Client(), Client()]
    for other in others:
        log_in(inside.iin, browser=other)
    assert inside.browser.post("/en/security/sessions/end-others/").status_code == 302
    assert [is_inside(other) for other in others] == [False, False]
    assert is_inside(inside.browser)


def test_sessions_of_others_answer_as_if_there_were_none(inside, people):
    daniyar = people("daniyar")
    daniyar.sign_in()
    [reference] = [one.reference for one in daniyar.browser.get("/en/security/").context["sessions"]]
    mine = inside.browser.post(f"/en/security/sessions/{reference}/end/")
    none = inside.browser.post(f"/en/security/sessions/{'0' * 16}/end/")
    assert (mine.status_code, mine["Location"]) == (none.status_code, none["Location"])
    assert is_inside(daniyar.browser)


def test_the_holder_sees_who_tried_and_why_no_code_came(inside, code_of):
    connect(inside, code_of)
    stranger = Client()
    stranger.post(PAIR, {"identifier": inside.iin, "number": "+77015550199"})
    log_in(inside.iin, "not the password at all")
    page = words(inside.browser.get("/en/security/"))
    assert "No code was sent: the number asked for is not connected to you" in page
    assert "A wrong password was typed" in page
    assert "Signed in with the electronic signature" in page


def test_attempts_are_forgotten_after_ninety_days(inside):
    later = timezone.now() + timedelta(days=90, seconds=1)
    assert attempts.latest(iin=inside.iin, at=timezone.now(), count=5)
    assert not attempts.latest(iin=inside.iin, at=later, count=5)
    assert attempts.forget_old(at=later) == 1
