"""One-time passwords, as the design fixes them: each figure, each race."""

import re
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from senim.accounts import AccountId, one_time_passwords, send_limits
from senim.accounts.models import Account, OneTimePassword
from senim.accounts.number_codes import PURPOSES
from senim.accounts.one_time_passwords import (
    AttemptsSpent,
    CodeSentJustNow,
    FailedTooOftenToday,
    Purpose,
    Verdict,
    issue,
    judge,
)
from senim.accounts.send_limits import SendingPaused, TooManyCodesThisHour, TooManyCodesToday, network_of
from senim.accounts.states import Channel
from senim.settings import settings

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
NUMBER, OPERATION, NETWORK = "+77015550101", "the text of the operation", "192.0.2.0/24"
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def an_account(iin="940308492147"):
    return AccountId(Account.objects.create(iin=iin, surname="А", given_name="Б", created_at=AT).pk)


@pytest.fixture
def account(db):
    return an_account()


def new_code(account, at=AT, *, number=NUMBER, operation=OPERATION, network=NETWORK):
    return issue(
        purpose=Purpose.CONNECT_NUMBER,
        account_id=account,
        number=number,
        operation=operation,
        network=network,
        at=at,
    )


def guess(account, code, at=AT, *, number=NUMBER, operation=OPERATION):
    return judge(
        purpose=Purpose.CONNECT_NUMBER,
        account_id=account,
        number=number,
        operation=operation,
        code=code,
        at=at,
    )


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06}"


@pytest.fixture
def limits(monkeypatch):
    """Other figures for one test."""

    def set_to(**figures):
        changed = replace(settings, **figures)
        monkeypatch.setattr(send_limits, "settings", changed)
        monkeypatch.setattr(one_time_passwords, "settings", changed)

    return set_to


@pytest.mark.clause("PH-2.4")
def test_a_code_has_six_digits_and_is_right_once(account):
    code = new_code(account).code
    assert re.fullmatch(r"\d{6}", code)
    assert guess(account, code).verdict is Verdict.RIGHT
    assert guess(account, code).verdict is Verdict.NONE


@pytest.mark.clause("PH-2.4")
def test_a_code_lives_five_minutes(account):
    code = new_code(account).code
    assert guess(account, wrong(code), AT + 5 * MINUTE - SECOND).verdict is Verdict.WRONG
    assert guess(account, code, AT + 5 * MINUTE).verdict is Verdict.NONE


def test_codes_are_not_stored(account):
    code = new_code(account).code
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(row)::text FROM accounts_onetimepassword AS row")
        stored = cursor.fetchone()[0]
    assert code not in stored.replace(str(OneTimePassword.objects.get().pk), "")
    assert NUMBER not in stored
    assert code not in repr(new_code(account, AT + MINUTE))


@pytest.mark.parametrize("change", [{"number": "+77015550102"}, {"operation": "another text"}])
def test_a_code_is_good_for_its_number_and_operation_only(account, change):
    code = new_code(account).code
    assert guess(account, code, **change).verdict is Verdict.WRONG


def test_a_code_is_good_for_its_account_only(account):
    code = new_code(account).code
    assert guess(an_account("890617391071"), code).verdict is Verdict.NONE


@pytest.mark.parametrize("purpose", Purpose)
def test_a_code_for_one_purpose_fails_for_every_other(account, purpose):
    code = issue(
        purpose=purpose, account_id=account, number=NUMBER, operation=OPERATION, network=NETWORK, at=AT
    ).code
    bound = {"account_id": account, "number": NUMBER, "operation": OPERATION, "code": code, "at": AT}
    verdicts = {other: judge(purpose=other, **bound).verdict for other in Purpose if other != purpose}
    assert set(verdicts.values()) == {Verdict.NONE}
    assert judge(purpose=purpose, **bound).verdict is Verdict.RIGHT


def test_every_channel_has_a_code_of_its_own():
    assert set(PURPOSES) == set(Channel)
    assert len(set(PURPOSES.values())) == len(PURPOSES)


def test_five_wrong_guesses_end_a_code(account):
    code = new_code(account).code
    left = [guess(account, wrong(code)).attempts_left for _ in range(5)]
    assert left == [4, 3, 2, 1, 0]
    assert guess(account, code).verdict is Verdict.SPENT


def test_a_new_code_kills_the_old_one(account):
    old = new_code(account).code
    new = new_code(account, AT + MINUTE).code
    if old != new:
        assert guess(account, old, AT + MINUTE).verdict is Verdict.WRONG
    assert guess(account, new, AT + MINUTE).verdict is Verdict.RIGHT


def test_asking_again_buys_no_more_guesses(account):
    code = new_code(account).code
    for _ in range(3):
        guess(account, wrong(code))
    code = new_code(account, AT + MINUTE).code
    assert guess(account, wrong(code), AT + MINUTE).attempts_left == 1
    assert guess(account, wrong(code), AT + MINUTE).verdict is Verdict.SPENT
    with pytest.raises(AttemptsSpent):
        new_code(account, AT + 2 * MINUTE)


def test_another_number_buys_no_more_guesses_either(account):
    code = new_code(account).code
    for _ in range(5):
        guess(account, wrong(code))
    with pytest.raises(AttemptsSpent):
        new_code(account, AT + 2 * MINUTE, number="+77015550199")


def test_guesses_count_anew_after_an_hour(account):
    code = new_code(account).code
    for _ in range(5):
        guess(account, wrong(code))
    code = new_code(account, AT + HOUR).code
    assert guess(account, wrong(code), AT + HOUR).attempts_left == 4


def test_a_right_code_does_not_wipe_the_wrong_guesses_before_it(account):
    code = new_code(account).code
    for _ in range(3):
        guess(account, wrong(code))
    assert guess(account, code).verdict is Verdict.RIGHT
    code = new_code(account, AT + SECOND).code
    assert guess(account, wrong(code), AT + SECOND).attempts_left == 1
    assert guess(account, wrong(code), AT + SECOND).verdict is Verdict.SPENT
    with pytest.raises(AttemptsSpent):
        new_code(account, AT + 2 * MINUTE)


def test_right_codes_alone_use_nothing_up(account, limits):
    limits(otp_sends_per_number_per_hour=100, otp_sends_per_account_per_day=100)
    for second in range(8):
        code = new_code(account, AT + second * SECOND).code
        assert guess(account, code, AT + second * SECOND).verdict is Verdict.RIGHT
    code = new_code(account, AT + 9 * SECOND).code
    assert guess(account, wrong(code), AT + 9 * SECOND).attempts_left == 4


def test_wrong_guesses_before_a_right_one_count_for_the_day(account, limits):
    limits(otp_sends_per_account_per_day=100, otp_sends_per_number_per_day=100)
    for hour in range(5):
        code = new_code(account, AT + hour * HOUR).code
        for _ in range(4):
            guess(account, wrong(code), AT + hour * HOUR)
        assert guess(account, code, AT + hour * HOUR).verdict is Verdict.RIGHT
    with pytest.raises(FailedTooOftenToday):
        new_code(account, AT + 6 * HOUR)


def test_twenty_failures_a_day_end_the_day(account, limits):
    limits(otp_sends_per_account_per_day=100, otp_sends_per_number_per_day=100)
    for hour in range(4):
        code = new_code(account, AT + hour * HOUR).code
        for _ in range(5):
            guess(account, wrong(code), AT + hour * HOUR)
    with pytest.raises(FailedTooOftenToday):
        new_code(account, AT + 5 * HOUR)
    assert new_code(account, AT + 25 * HOUR)


def test_another_code_may_be_asked_for_after_thirty_seconds(account):
    new_code(account)
    with pytest.raises(CodeSentJustNow) as refusal:
        new_code(account, AT + 10 * SECOND)
    assert 19 <= refusal.value.facts["seconds"] <= 21
    assert new_code(account, AT + 30 * SECOND)


def test_old_codes_are_swept(account):
    new_code(account)
    new_code(account, AT + timedelta(days=3))
    assert OneTimePassword.objects.get().created_at == AT + timedelta(days=3)


# How many may be sent


def test_a_number_gets_five_codes_an_hour_and_ten_a_day(account, limits):
    limits(otp_sends_per_account_per_day=100)
    for minute in range(5):
        new_code(account, AT + minute * MINUTE)
    with pytest.raises(TooManyCodesThisHour):
        new_code(account, AT + 6 * MINUTE)
    for minute in range(5):
        new_code(account, AT + HOUR + minute * MINUTE)
    with pytest.raises(TooManyCodesToday):
        new_code(account, AT + 2 * HOUR)
    assert new_code(account, AT + 24 * HOUR)


def test_the_limit_of_a_number_holds_over_accounts(account, limits):
    limits(otp_sends_per_number_per_hour=1)
    new_code(account)
    with pytest.raises(TooManyCodesThisHour):
        new_code(an_account("890617391071"))


def test_an_account_gets_ten_codes_a_day_whatever_the_numbers(account):
    for place in range(10):
        new_code(account, AT + place * MINUTE, number=f"+770155502{place:02}")
    with pytest.raises(TooManyCodesToday):
        new_code(account, AT + 11 * MINUTE, number="+77015550299")


def test_a_network_gets_thirty_codes_an_hour_whatever_the_accounts(account):
    accounts = [account, *(an_account(f"{990000000000 + place}") for place in range(30))]
    for place, one in enumerate(accounts[:30]):
        new_code(one, number=f"+77015551{place:03}")
    with pytest.raises(TooManyCodesThisHour):
        new_code(accounts[30], number="+77015552999")
    assert new_code(accounts[30], number="+77015552999", network="198.51.100.0/24")


def test_a_breaker_stops_everything_when_the_days_budget_is_gone(account, limits):
    limits(otp_sends_per_day=2)
    new_code(account)
    new_code(an_account("890617391071"), number="+77015550102")
    with pytest.raises(SendingPaused):
        new_code(an_account("851102393201"), number="+77015550103")


def test_counters_forget_who_they_counted(account):
    new_code(account)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(kind || key, ' ') FROM accounts_sendcounter")
        stored = cursor.fetchone()[0]
    assert NUMBER not in stored
    assert NETWORK not in stored


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("nonsense", "unknown"),
    ],
)
def test_networks_are_counted_by_24_and_64(address, network):
    assert network_of(address) == network


# Races

CONNECTIONS = 50


def at_once(count, act):
    """Run ``act`` in this many threads at the same moment; no more connections than the server has."""
    start, free = threading.Barrier(count), threading.BoundedSemaphore(CONNECTIONS)

    def run(place):
        start.wait()
        with free:
            try:
                return act(place)
            finally:
                connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.mark.clause("PH-9")
@pytest.mark.django_db(transaction=True)
def test_of_two_hundred_guesses_at_once_exactly_five_are_judged():
    account = an_account()
    with transaction.atomic():
        code = new_code(account).code
    verdicts = at_once(200, lambda _: guess(account, wrong(code)))
    judged = [verdict for verdict in verdicts if verdict.verdict is Verdict.WRONG or verdict.attempts_left]
    assert OneTimePassword.objects.get().attempts == 5
    assert sorted(one.attempts_left for one in judged) == [1, 2, 3, 4]
    assert guess(account, code).verdict is Verdict.SPENT


@pytest.mark.clause("PH-2.4")
@pytest.mark.django_db(transaction=True)
def test_of_many_right_guesses_at_once_one_is_right():
    account = an_account()
    with transaction.atomic():
        code = new_code(account).code
    verdicts = at_once(50, lambda _: guess(account, code).verdict)
    assert verdicts.count(Verdict.RIGHT) == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_clicks_at_once_one_sends_a_code():
    account = an_account()

    def click(_):
        try:
            with transaction.atomic():
                return new_code(account)
        except CodeSentJustNow:
            return None

    assert len([sent for sent in at_once(50, click) if sent]) == 1
    assert OneTimePassword.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_thousand_numbers_from_one_network_stop_at_its_limit():
    accounts = [an_account(f"{990000000000 + place}") for place in range(100)]

    def send(place):
        try:
            with transaction.atomic():
                return new_code(accounts[place], number=f"+77015{uuid.uuid4().int % 1_000_000:06}")
        except TooManyCodesThisHour:
            return None

    assert len([sent for sent in at_once(100, send) if sent]) == settings.otp_sends_per_network_per_hour
