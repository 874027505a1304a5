"""Sign in by IIN, connected number and a code sent to it, through the portal's door and at the verb."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone
from tests.accounts.citizen import words
from tests.accounts.phone_steps import wrong
from tests.accounts.signing_in import (
    AGAIN,
    CODE,
    NOBODYS_IIN,
    OTHER_NUMBER,
    PAIR,
    an_account,
    ask,
    is_inside,
    jobs,
    token_of,
    traced,
    without_tokens,
)

from senim.accounts import code_sign_in, subscribers
from senim.accounts.code_sign_in import SignInCodeSpent, SignInCodeWrong
from senim.accounts.models import (
    Account,
    OneTimePassword,
    SendCounter,
    Session,
    SignInAttempt,
    SubscriberNumber,
)
from senim.accounts.one_time_passwords import Issued
from senim.accounts.send_limits import SendingPaused, TooManyCodesThisHour
from senim.accounts.sms import code_text
from senim.journal.models import Entry
from senim.notices.models import Notice
from senim.notices.segments import segments
from senim.settings import settings
from senim.texts import LANGUAGES, speaking

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
IIN, NUMBER, NETWORK = "940308492147", "+77015550101", "192.0.2.0/24"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def connected(aigerim):
    """Aigerim with her number connected, and a browser that nobody is signed in to."""
    account = an_account(aigerim)
    SubscriberNumber.objects.create(
        account_id=account.pk, number=aigerim.phone, request_id=account.pk, connected_at=timezone.now()
    )
    return aigerim


@pytest.mark.clause("PT-4.4")
@pytest.mark.clause("PH-2.4")
def test_a_citizen_signs_in_with_the_code_sent_to_the_connected_number(connected, code_of):
    browser = connected.browser
    asked = ask(connected.iin, connected.phone, browser=browser)
    assert (asked.status_code, asked["Location"]) == (302, CODE)
    entered = browser.post(CODE, {"code": code_of(connected.phone)})
    assert (entered.status_code, entered["Location"]) == (302, "/en/cabinet/")
    assert "Hello, Айгерім" in words(browser.get("/en/cabinet/"))
    session = Session.objects.get(method="code")
    assert (session.acr, session.amr) == ("low", "otp sms")
    entry = Entry.objects.filter(verb="accounts.sign_in").latest("at")
    assert (entry.clause, entry.facts["method"], entry.facts["acr"]) == ("PT-4.3", "code", "low")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sms_is_one_segment_that_says_what_the_code_is_for(language):
    with speaking(language):
        text = code_text("123456", text_id="accounts.sms.sign_in_code")
    assert {"kk": "Кіру коды", "ru": "Код для входа", "en": "Code to sign in"}[language] in text
    assert text.splitlines()[-1] == f"@{settings.portal_host} #123456"
    assert segments(text) == 1


@pytest.mark.clause("PT-4.4")
@pytest.mark.parametrize("who", ["a number that is not connected", "another person", "nobody"])
def test_no_code_is_sent_to_a_number_that_is_not_connected_to_that_iin(
    who, connected, people, world, run_jobs
):
    daniyar = people("daniyar")
    pair = {
        "a number that is not connected": (connected.iin, OTHER_NUMBER),
        "another person": (daniyar.iin, connected.phone),
        "nobody": (NOBODYS_IIN, OTHER_NUMBER),
    }[who]
    run_jobs()
    numbers = {connected.phone, OTHER_NUMBER}
    before = {number: len(world.messages(number)) for number in numbers}
    assert ask(*pair, browser=connected.browser).status_code == 302
    assert run_jobs() == 1
    assert {number: len(world.messages(number)) for number in numbers} == before
    notice = Notice.objects.latest("created_at")
    assert (notice.state, notice.problem, notice.sealed) == ("expired", "withheld", None)


@pytest.mark.clause("PT-4.4")
def test_nothing_tells_whether_a_number_is_connected(connected):
    """The same statements, the same job, the same bytes: asking, looking, and guessing wrong."""
    pairs = {
        "connected": (connected.iin, connected.phone),
        "known IIN": (connected.iin, OTHER_NUMBER),
        "known number": (NOBODYS_IIN, connected.phone),
        "nobody": (NOBODYS_IIN, OTHER_NUMBER),
    }
    seen = {name: _walk(*pair) for name, pair in pairs.items()}
    for name, trace in seen.items():
        for step, what in trace.items():
            assert what == seen["connected"][step], (name, step)


def _walk(iin, number):
    browser, before = Client(), len(jobs())
    with traced() as asking:
        asked = ask(iin, number, browser=browser)
    with traced() as guessing:
        wrong_code = browser.post(CODE, {"code": "000000"})
    page = browser.get(CODE)
    national = f"{number[:2]}\u00a0{number[2:5]}\u00a0{number[5:8]}\u00a0{number[8:10]}\u00a0{number[10:]}"
    return {
        "asking": asking,
        "asked": (asked.status_code, asked["Location"], asked.content),
        "jobs": jobs()[before:],
        "guessing": guessing,
        "wrong": (wrong_code.status_code, without_tokens(wrong_code, national)),
        "page": without_tokens(page, national),
        "headers": sorted(set(page.headers) - {"Content-Length"}),
        "notice": len(bytes(Notice.objects.latest("created_at").sealed)) // 64,
    }


@pytest.mark.clause("CL-2.1")
@pytest.mark.clause("DD-2.2")
@pytest.mark.clause("PT-2.2")
def test_a_code_opens_one_session(connected, code_of):
    first, second = connected.browser, Client()
    ask(connected.iin, connected.phone, browser=first)
    code = code_of(connected.phone)
    assert first.post(CODE, {"code": code}).status_code == 302
    second.cookies["senim_portal"] = "x" * 32
    assert second.post(CODE, {"code": code})["Location"] == PAIR
    again = Client()
    with time_machine.travel(timezone.now() + MINUTE, tick=True):
        ask(connected.iin, connected.phone, browser=again)
        assert "The code is wrong" in words(again.post(CODE, {"code": code}))
    assert not is_inside(again)


def test_a_code_works_in_the_browser_that_asked_for_it_only(connected, code_of):
    thief = Client()
    ask(connected.iin, connected.phone, browser=connected.browser)
    code = code_of(connected.phone)
    with time_machine.travel(timezone.now() + MINUTE, tick=True):
        ask(connected.iin, connected.phone, browser=thief)
        assert thief.post(CODE, {"code": code}).status_code == 409
    assert not is_inside(thief)


def test_a_code_for_connecting_a_number_signs_nobody_in(inside, code_of):
    inside.ask_for_code()
    code = code_of(inside.phone)
    stranger = Client()
    ask(inside.iin, inside.phone, browser=stranger)
    assert "The code is wrong" in words(stranger.post(CODE, {"code": code}))
    assert not is_inside(stranger)


def test_a_number_that_was_released_meanwhile_signs_nobody_in(connected, code_of):
    ask(connected.iin, connected.phone, browser=connected.browser)
    code = code_of(connected.phone)
    SubscriberNumber.objects.update(released_at=timezone.now(), released_because="moved")
    assert "This code no longer works" in words(connected.browser.post(CODE, {"code": code}))
    assert not is_inside(connected.browser)


@pytest.mark.clause("PT-2.2")
def test_a_code_lives_five_minutes(connected, code_of):
    ask(connected.iin, connected.phone, browser=connected.browser)
    code = code_of(connected.phone)
    with time_machine.travel(timezone.now() + settings.otp_lifetime):
        assert "This code no longer works" in words(connected.browser.post(CODE, {"code": code}))


def test_another_code_kills_the_one_before(connected, code_of):
    browser = connected.browser
    ask(connected.iin, connected.phone, browser=browser)
    old = code_of(connected.phone)
    with time_machine.travel(timezone.now() + MINUTE, tick=True):
        assert browser.post(AGAIN).status_code == 302
        new = code_of(connected.phone, 2)
        if old != new:
            assert browser.post(CODE, {"code": old}).status_code == 409
        assert browser.post(CODE, {"code": new}).status_code == 302


def test_what_is_typed_stays_and_is_said_to_be_wrong(db):
    browser = Client()
    page = ask("123", "12", browser=browser)
    assert page.status_code == 422
    assert "An IIN or BIN must have 12 digits. You entered 3" in words(page)
    assert 'value="123"' in page.content.decode()
    assert "its check digit does not fit" in words(ask("221140031248", NUMBER, browser=browser))


def test_without_having_asked_there_is_nothing_to_type(db):
    assert Client().get(CODE)["Location"] == PAIR
    assert Client().post(AGAIN)["Location"] == PAIR


def test_the_session_changes_its_key_and_a_form_of_another_site_is_refused(connected, code_of):
    browser = Client(enforce_csrf_checks=True)
    pair = {"identifier": connected.iin, "number": connected.phone}
    assert browser.post(PAIR, pair).status_code == 403
    token = token_of(browser.get(PAIR))
    browser.post(PAIR, {**pair, "csrfmiddlewaretoken": token})
    before = browser.cookies["senim_portal"].value
    code = code_of(connected.phone)
    assert browser.post(CODE, {"code": code}).status_code == 403
    assert (
        browser.post(CODE, {"code": code, "csrfmiddlewaretoken": token_of(browser.get(CODE))}).status_code
        == 302
    )
    assert browser.cookies["senim_portal"].value != before
    thief = Client()
    thief.cookies["senim_portal"] = before
    assert not is_inside(thief)


# The verb


@pytest.fixture
def codes(monkeypatch):
    """The codes made meanwhile, which nobody else gets to see, for numbers nobody has doubts about."""
    made = []
    monkeypatch.setattr(subscribers, "doubt_about_code", lambda **_: None)
    monkeypatch.setattr(code_sign_in, "issue", _remembering(code_sign_in.issue, made))
    return made


def _remembering(issue, made):
    def remember(**facts) -> Issued:
        made.append(issue(**facts))
        return made[-1]

    return remember


def holder(at=AT):
    account = Account.objects.create(iin=IIN, given_name="А", created_at=at)
    SubscriberNumber.objects.create(
        account_id=account.pk, number=NUMBER, request_id=account.pk, connected_at=at
    )


def ask_for_one(browser="b", at=AT, network=NETWORK):
    return code_sign_in.ask(identifier=IIN, number=NUMBER, browser=browser, network=network, at=at)


def judged(code, *, browser="b", at=AT, network=NETWORK):
    return code_sign_in.sign_in(
        identifier=IIN, number=NUMBER, browser=browser, code=code, network=network, known=None, at=at
    )


@pytest.mark.django_db(transaction=True)
def test_of_two_hundred_guesses_at_once_five_are_judged(codes):
    holder()
    ask_for_one()
    start, guesses = threading.Barrier(20), wrong(codes[0].code)

    def guess(place):
        if place < 20:
            start.wait()
        try:
            judged(guesses, network=f"198.51.{place}.0/24")
        except (SignInCodeWrong, SignInCodeSpent) as refusal:
            return refusal
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(guess, range(200)))
    assert sorted(refusal.facts["count"] for refusal in answers if isinstance(refusal, SignInCodeWrong)) == [
        1,
        2,
        3,
        4,
    ]
    assert sum(isinstance(refusal, SignInCodeSpent) for refusal in answers) == 196
    assert OneTimePassword.objects.get().attempts == 5
    with pytest.raises(SignInCodeSpent):
        judged(codes[0].code)


@pytest.mark.django_db
def test_guesses_go_on_counting_in_another_browser_and_network(codes):
    holder()
    ask_for_one()
    for _ in range(3):
        with pytest.raises(SignInCodeWrong):
            judged(wrong(codes[0].code))
    ask_for_one("another", AT + MINUTE, "203.0.113.0/24")
    with pytest.raises(SignInCodeWrong) as refusal:
        judged(wrong(codes[1].code), browser="another", at=AT + MINUTE, network="203.0.113.0/24")
    assert refusal.value.facts["count"] == 1


@pytest.mark.django_db
def test_the_code_of_nobody_signs_nobody_in_even_if_it_is_guessed(codes):
    ask_for_one()
    with pytest.raises(SignInCodeWrong):
        judged(codes[0].code)
    assert not SignInAttempt.objects.filter(outcome="signed in").exists()


@pytest.mark.django_db
def test_one_network_is_stopped_at_many_numbers_connected_or_not(codes):
    holder()

    def ask_about(place):
        number = f"+770155{50000 + place}"
        code_sign_in.ask(identifier=IIN, number=number, browser="b", network=NETWORK, at=AT)

    for place in range(settings.otp_sends_per_network_per_hour):
        ask_about(place)
    for number in (NUMBER, "+77015559999"):
        with pytest.raises(TooManyCodesThisHour):
            code_sign_in.ask(identifier=IIN, number=number, browser="b", network=NETWORK, at=AT)


@pytest.mark.django_db
def test_who_knows_only_the_number_uses_up_none_of_its_codes(codes):
    holder()
    for place in range(settings.otp_sends_per_number_per_hour):
        at = AT + place * MINUTE
        code_sign_in.ask(identifier="980101300011", number=NUMBER, browser="b", network=f"n{place}", at=at)
    ask_for_one(at=AT + place * MINUTE)
    judged(codes[-1].code, at=AT + place * MINUTE)


@pytest.mark.django_db
def test_while_sending_is_paused_everybody_reads_so(monkeypatch):
    holder()
    SendCounter.objects.create(
        kind="everybody", window_started_at=AT.replace(hour=0), sent=settings.otp_sends_per_day
    )
    for number in (NUMBER, "+77015559999"):
        with pytest.raises(SendingPaused):
            code_sign_in.ask(identifier=IIN, number=number, browser="b", network=NETWORK, at=AT)
