"""One-time passwords seen in their rows: what is stored, and whose rows a code touches."""

import hashlib
import hmac
import secrets
from datetime import timedelta

import pytest
from tests.accounts.test_one_time_passwords import (
    AT,
    HOUR,
    MINUTE,
    NUMBER,
    OPERATION,
    SECOND,
    an_account,
    guess,
    issue,
    judge,
    limits,
    new_code,
    wrong,
)

from senim.accounts.models import OneTimePassword
from senim.accounts.one_time_passwords import AttemptsSpent, CodeSentJustNow, Judgement, Purpose, Verdict
from senim.settings import settings

__all__ = ["limits"]
ANOTHER = "another purpose"
DAY = timedelta(days=1)


@pytest.fixture
def account(db):
    return an_account()


@pytest.fixture
def somebody(db):
    return an_account("890617391071")


def row_of(issued):
    return OneTimePassword.objects.get(pk=issued.id)


def wrongly(account, code, times, at=AT):
    return [guess(account, wrong(code), at) for _ in range(times)][-1]


def test_the_digest_covers_row_purpose_account_number_operation_and_code(account):
    issued = new_code(account)
    parts = (issued.id, Purpose.CONNECT_NUMBER.value, account, NUMBER, OPERATION, issued.code)
    message = b"".join(len(str(part).encode()).to_bytes(4, "big") + str(part).encode() for part in parts)
    key = bytes.fromhex(settings.secret("otp"))
    assert bytes(row_of(issued).code_hmac) == hmac.new(key, message, hashlib.sha256).digest()


def test_what_is_said_of_a_new_code_is_what_its_row_says(account):
    issued = new_code(account)
    row = row_of(issued)
    assert (issued.expires_at, issued.resend_at) == (AT + 5 * MINUTE, AT + 30 * SECOND)
    assert (row.expires_at, row.created_at, row.series_started_at) == (AT + 5 * MINUTE, AT, AT)
    assert (row.attempts, row.carried) == (0, 0)


def test_every_six_digits_are_as_likely(account, monkeypatch):
    bounds = []
    monkeypatch.setattr(secrets, "randbelow", lambda bound: bounds.append(bound) or 7)
    assert new_code(account).code == "000007"
    assert bounds == [1_000_000]


def test_a_new_code_carries_the_attempts_and_the_hour_of_the_one_before(account):
    wrongly(account, new_code(account).code, 3)
    row = row_of(new_code(account, AT + MINUTE))
    assert (row.attempts, row.carried, row.series_started_at) == (3, 3, AT)
    row = row_of(new_code(account, AT + HOUR))
    assert (row.attempts, row.carried, row.series_started_at) == (0, 0, AT + HOUR)


def test_refusals_say_how_long_to_wait(account):
    code = new_code(account).code
    with pytest.raises(CodeSentJustNow) as refused:
        new_code(account, AT + 10 * SECOND)
    assert refused.value.facts == {"seconds": 21}
    wrongly(account, code, 5)
    with pytest.raises(AttemptsSpent) as refused:
        new_code(account, AT + MINUTE)
    assert refused.value.facts == {"until": AT + HOUR}


def test_failures_of_a_day_count_each_guess_once(account, limits):
    limits(otp_failures_per_account_per_day=6)
    wrongly(account, new_code(account).code, 3)
    wrongly(account, new_code(account, AT + MINUTE).code, 1, AT + MINUTE)
    assert new_code(account, AT + 2 * MINUTE)


def test_somebody_without_failures_is_not_refused_by_the_smallest_limit(account, somebody, limits):
    limits(otp_failures_per_account_per_day=1)
    wrongly(somebody, new_code(somebody).code, 3)
    assert new_code(account)


def test_a_right_guess_uses_one_code_and_no_other(account, somebody):
    mine, theirs = new_code(account), new_code(somebody)
    assert guess(account, mine.code) == Judgement(Verdict.RIGHT, 0)
    assert row_of(mine).used_at == AT
    assert guess(somebody, theirs.code).verdict is Verdict.RIGHT


def test_a_new_code_touches_no_code_of_another_account_or_purpose(account, somebody):
    theirs, mine = new_code(somebody), new_code(account)
    told = {"account_id": account, "number": NUMBER, "operation": OPERATION}
    other = issue(purpose=ANOTHER, network="n", at=AT + SECOND, **told)
    new_code(account, AT + MINUTE)
    assert row_of(theirs).replaced_at is None
    assert row_of(mine).replaced_at == AT + MINUTE
    assert row_of(other).replaced_at is None
    assert judge(purpose=ANOTHER, code=other.code, at=AT + MINUTE, **told).verdict is Verdict.RIGHT


def test_a_code_is_replaced_once_and_never_after_it_was_used(account):
    used = new_code(account)
    guess(account, used.code)
    first = new_code(account, AT + MINUTE)
    new_code(account, AT + 2 * MINUTE)
    new_code(account, AT + 3 * MINUTE)
    assert row_of(used).replaced_at is None
    assert row_of(first).replaced_at == AT + 2 * MINUTE


def test_old_rows_go_and_those_of_others_stay(account, somebody):
    mine, theirs = new_code(account), new_code(somebody)
    new_code(account, AT + 3 * DAY)
    assert not OneTimePassword.objects.filter(pk=mine.id).exists()
    assert OneTimePassword.objects.filter(pk=theirs.id).exists()


def test_without_a_live_code_there_is_nothing_to_judge_and_nothing_spent(account, somebody):
    wrongly(somebody, new_code(somebody).code, 5)
    nothing = Judgement(Verdict.NONE, 0)
    assert guess(account, "000000") == nothing
    assert guess(somebody, "000000") == Judgement(Verdict.SPENT, 0)
    assert guess(somebody, "000000", AT + 5 * MINUTE) == nothing
    told = {"account_id": somebody, "number": NUMBER, "operation": OPERATION}
    assert judge(purpose=ANOTHER, code="000000", at=AT, **told) == nothing


def test_a_code_that_was_right_at_the_last_attempt_is_used_and_not_spent(account):
    code = new_code(account).code
    wrongly(account, code, 4)
    assert guess(account, code) == Judgement(Verdict.RIGHT, 0)
    assert guess(account, code) == Judgement(Verdict.NONE, 0)


def test_a_spent_code_that_was_replaced_is_forgotten(account, limits):
    limits(otp_series=MINUTE)
    wrongly(account, new_code(account).code, 5)
    code = new_code(account, AT + MINUTE).code
    assert guess(account, code, AT + MINUTE).verdict is Verdict.RIGHT
    assert guess(account, code, AT + MINUTE) == Judgement(Verdict.NONE, 0)
