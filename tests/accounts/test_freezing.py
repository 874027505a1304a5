"""Somebody says "this was not me": factors are shut, and only the holder signs them open again."""

import re

import pytest
from django.test import Client
from django.utils import timezone
from tests.accounts.citizen import hidden, signed, words
from tests.accounts.organisations import certificate_for
from tests.accounts.signing_in import (
    CODE,
    account_of,
    ask,
    is_inside,
    jobs,
    log_in,
    set_password,
    traced,
    without_tokens,
)
from tests.roles import as_process

from senim.accounts.freezing import AccountFrozen, refuse_if_frozen
from senim.accounts.freezing.process import CASE, Actor, CaseState
from senim.accounts.methods import Method
from senim.accounts.models import FreezeCase, Session, SignInAttempt, SubscriberNumber
from senim.accounts.sessions import BACKEND
from senim.accounts.sweep import sweep
from senim.accounts.welcome import SignInFrozen, welcome
from senim.journal.models import Entry
from senim.notices.models import Notice

pytestmark = pytest.mark.django_db
HISTORY, FROZEN, OPEN = "/en/history/", "/en/frozen/", "/en/frozen/open/"


@pytest.fixture
def owner(inside):
    """Aigerim, signed in by signature, with a password and a connected number."""
    account = account_of(inside)
    SubscriberNumber.objects.create(
        account_id=account.pk, number=inside.phone, request_id=account.pk, connected_at=timezone.now()
    )
    assert set_password(inside).status_code == 302
    return inside


def by_code(owner, code_of, count):
    """Another browser, signed in by a code."""
    browser = Client()
    ask(owner.iin, owner.phone, browser=browser)
    assert browser.post(CODE, {"code": code_of(owner.phone, count)}).status_code == 302
    return browser


def first_line(browser):
    found = re.search(r'href="(/en/history/[^"]+/not-me/)"', browser.get(HISTORY).content.decode())
    assert found
    return found[1]


def deny(browser):
    return browser.post(first_line(browser))


def unfreeze(owner, *, by=None):
    page = owner.browser.get(OPEN)
    return owner.browser.post(OPEN, {"signature": signed(page, by or owner.sign)})


@pytest.mark.clause("PT-2.4")
def test_who_says_that_it_was_not_them_shuts_every_way_in_but_the_certificate(owner, code_of):
    other = Client()
    assert log_in(owner.iin, browser=other).status_code == 302
    page = words(owner.browser.get(first_line(owner.browser)))
    assert "signing in by password, by code to your phone and by passkey is shut" in page
    assert deny(owner.browser)["Location"] == FROZEN
    case = FreezeCase.objects.get()
    assert case.number in words(owner.browser.get(FROZEN)).replace(" ", "").replace("\u00a0", "")
    assert not is_inside(other)
    assert is_inside(owner.browser)
    assert "The IIN or the password is wrong" in words(log_in(owner.iin))
    stranger = Client()
    assert ask(owner.iin, owner.phone, browser=stranger)["Location"] == CODE
    assert SignInAttempt.objects.latest("at").outcome == "frozen"
    for refused in (set_password(owner, "тағы бір ұзын құпиясөз"), owner.ask_for_code("+77015550199")):
        assert (refused.status_code, "none of them can be changed" in words(refused)) == (409, True)
    again = Client()
    owner.browser = again
    assert owner.sign_in().status_code == 302
    entry = Entry.objects.get(verb="accounts.freezing.say")
    assert [each["table"] for each in entry.changed] == ["accounts_freezecase"]


def test_the_holder_is_told_by_mail_and_sms_and_in_the_cabinet(owner, world, run_jobs):
    run_jobs()
    before = len(world.messages(owner.phone))
    deny(owner.browser)
    run_jobs()
    sms = world.wait_for_message(owner.phone, before + 1).text
    assert "ways of signing in are shut" in sms
    assert len(sms) <= 70
    assert "Ways of signing in to your account are shut" in world.wait_for_mail("aigerim@mail.test").subject
    assert "You said “this was not me”" in words(owner.browser.get(HISTORY))
    assert "Ways of signing in are shut" in words(owner.browser.get("/en/cabinet/"))


@pytest.mark.clause("PT-2.4")
def test_only_the_holders_signature_opens_it_again(owner, people):
    deny(owner.browser)
    refused = unfreeze(owner, by=people("daniyar").sign)
    assert (refused.status_code, "Somebody else signed the text" in words(refused)) == (409, True)
    wrong = unfreeze(owner, by=owner.auth)
    assert (wrong.status_code, "was not accepted" in words(wrong)) == (409, True)
    assert FreezeCase.objects.get().unfrozen_at is None
    assert unfreeze(owner).status_code == 302
    assert "open again" in words(owner.browser.get(FROZEN))
    assert log_in(owner.iin).status_code == 302
    assert owner.browser.get(OPEN).status_code == 404


@pytest.mark.clause("PT-2.4")
def test_a_thief_who_freezes_is_outside_and_the_owner_is_not(owner, code_of):
    """With the stolen number: the certificate signs its owner in, and opens everything."""
    thief = by_code(owner, code_of, 1)
    out = deny(thief)
    assert out["Location"] == FROZEN
    assert FreezeCase.objects.get().number in words(thief.get(FROZEN)).replace("\u00a0", "").replace(" ", "")
    assert not is_inside(thief)
    assert not is_inside(owner.browser)
    assert owner.sign_in().status_code == 302
    assert unfreeze(owner).status_code == 302
    assert log_in(owner.iin).status_code == 302


@pytest.mark.clause("PT-2.4")
def test_a_password_alone_freezes_nothing(owner):
    thief = Client()
    log_in(owner.iin, browser=thief)
    line = first_line(thief)
    for answer in (thief.get(line), thief.post(line)):
        assert answer["Location"].startswith("/en/sign-in/")
    assert not FreezeCase.objects.exists()
    assert thief.get(OPEN)["Location"].startswith("/en/sign-in/")


def test_nobody_freezes_from_outside_or_by_the_line_of_another(owner, people):
    line = first_line(owner.browser)
    assert Client().post(line)["Location"].startswith("/en/sign-in/")
    daniyar = people("daniyar")
    daniyar.sign_in()
    answers = [daniyar.browser.post(path) for path in (line, f"{HISTORY}told-nothing/not-me/")]
    assert [one.status_code for one in answers] == [404, 404]
    assert words(answers[0]) == words(answers[1])
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = owner.browser.cookies
    assert strict.post(line).status_code == 403
    assert not FreezeCase.objects.exists()


def test_a_second_line_joins_the_same_case(owner):
    lines = re.findall(r'href="(/en/history/[^"]+/not-me/)"', owner.browser.get(HISTORY).content.decode())
    for line in lines[:2]:
        owner.browser.post(line)
    owner.browser.post(lines[0])
    case = FreezeCase.objects.get()
    assert len(case.said) == 2
    assert Notice.objects.filter(reference=f"account:{case.account_id}", channel="mail").count() == 2


@pytest.mark.clause("PT-4.4")
def test_nobody_learns_that_an_account_is_frozen(owner):
    deny(owner.browser)
    traces = []
    for iin in (owner.iin, "980101300011"):
        browser, before = Client(), len(jobs())
        with traced() as asking:
            asked = ask(iin, owner.phone, browser=browser)
        with traced() as guessing:
            guessed = browser.post(CODE, {"code": "000000"})
        with traced() as trying:
            tried = log_in(iin, browser=Client())
        answers = [without_tokens(one, owner.iin, iin) for one in (guessed, tried)]
        traces.append((asking, asked.status_code, jobs()[before:], guessing, trying, answers))
    assert traces[0] == traces[1]


def test_whatever_else_proves_who_they_are_is_shut_too(owner):
    deny(owner.browser)
    account_id = account_of(owner).pk
    with pytest.raises(SignInFrozen):
        welcome(account_id, Method.PASSWORD, clause="PT-4.1", at=timezone.now())
    with pytest.raises(AccountFrozen):
        refuse_if_frozen(account_id)


def test_a_number_that_was_being_connected_is_not(inside, code_of):
    """Whoever was changing the number this very moment, by whatever channel, is stopped at the last step."""
    inside.ask_for_code()
    inside.type_code(code_of(inside.phone))
    page = inside.browser.get("/en/phone/sign/")
    deny(inside.browser)
    refused = inside.browser.post("/en/phone/sign/", {"signature": signed(page, inside.sign)})
    assert (refused.status_code, "none of them can be changed" in words(refused)) == (409, True)
    assert not SubscriberNumber.objects.exists()


def test_a_code_sent_before_the_freeze_opens_nothing(owner, code_of):
    browser = Client()
    ask(owner.iin, owner.phone, browser=browser)
    code = code_of(owner.phone)
    deny(owner.browser)
    assert browser.post(CODE, {"code": code}).status_code == 409
    assert not is_inside(browser)


def test_who_was_being_let_in_at_that_very_moment_is_out_at_the_next_sweep(owner):
    """The session of a sign-in that was judged before the freeze is written after it."""
    deny(owner.browser)
    late = Client()
    late.force_login(account_of(owner), backend=BACKEND)
    Session.objects.filter(method="").update(method=Method.PASSWORD)
    assert is_inside(late)
    with as_process("jobs"):
        assert sweep(at=timezone.now()).sessions == 1
    assert not is_inside(late)
    assert is_inside(owner.browser), "a certificate goes on"


def test_sessions_for_an_organisation_end_too(world, authority, people):
    daniyar = people("daniyar")
    daniyar.sign_in()
    acting = Client()
    own, daniyar.browser = daniyar.browser, acting
    daniyar.sign_in(by=certificate_for(authority, daniyar, world.legal_entity("pharmacy")))
    assert Session.objects.filter(acting_for__isnull=False).exists()
    deny(own)
    assert not Session.objects.filter(acting_for__isnull=False).exists()


# The table


def test_every_state_is_reached_and_closed_is_the_end():
    assert CASE.reachable() == set(CaseState)
    assert {row.state for row in CASE.rows} == set(CaseState) - {CaseState.CLOSED}


def test_nobody_but_the_holder_opens_what_was_shut():
    opening = [row for row in CASE.rows if row.action == "unfreeze"]
    assert {row.actor for row in opening} == {Actor.HOLDER}
    assert {row.state for row in opening} == {CaseState.FROZEN, CaseState.FROZEN_ANSWERED}


def test_the_text_that_is_signed_names_case_and_person(owner):
    deny(owner.browser)
    page = owner.browser.get(OPEN)
    case = FreezeCase.objects.get()
    assert all(part in words(page) for part in (case.number, owner.iin))
    assert hidden(page, "csrfmiddlewaretoken")
