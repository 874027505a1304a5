"""One-time passwords: six digits by SMS, good once, for one purpose, number and operation (PH-2.4, PT-2.2).

At rest there is only an HMAC over the code and everything it is bound to. Attempts are counted in one
conditional statement, so that guesses made at the same moment cannot share an attempt, and they go on
counting when a new code is sent, also after one that was used: asking again buys no more guesses, and neither
does signing out or a new session. A new code kills the old one.
"""

import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from django.db import connection
from django.db.models import F, Sum

from senim.accounts import AccountId
from senim.accounts.locks import take_turns
from senim.accounts.models import OneTimePassword
from senim.accounts.send_limits import count_send
from senim.errors import Refused
from senim.settings import settings

DIGITS = 6
KEPT = timedelta(days=2)
"""Longer than any count looks back."""
_ONE_ATTEMPT = """
UPDATE accounts_onetimepassword SET attempts = attempts + 1
WHERE purpose = %s AND account_id = %s AND used_at IS NULL AND replaced_at IS NULL
  AND created_at <= %s AND expires_at > %s AND attempts < %s
RETURNING id, code_hmac, attempts
"""
_USE = "UPDATE accounts_onetimepassword SET used_at = %s WHERE id = %s AND used_at IS NULL"


class Purpose(StrEnum):
    CONNECT_NUMBER = "connect number"
    CONNECT_IN_APP = "connect number in app"
    CHANGE_NUMBER = "change number"
    CONNECT_NUMBER_THROUGH_BANK = "connect number through bank"
    CONNECT_AT_COUNTER = "connect at counter"
    SIGN_IN = "sign in"


class Verdict(StrEnum):
    """``SPENT``: all attempts are used up. ``NONE``: there is no live code, or it is out of date."""

    RIGHT = "right"
    WRONG = "wrong"
    SPENT = "spent"
    NONE = "none"


class CodeSentJustNow(Refused):
    """A code was sent moments ago; ``seconds`` until another may be."""

    clause: ClassVar[str] = "PH-5.2b"


class AttemptsSpent(Refused):
    """Too many wrong codes; ``until`` is when counting starts anew."""

    clause: ClassVar[str] = "PH-9"


class FailedTooOftenToday(Refused):
    clause: ClassVar[str] = "PH-9"


@dataclass(frozen=True)
class Issued:
    """A new code, for the SMS and nothing else: it must reach no response, log or journal."""

    id: uuid.UUID
    code: str
    expires_at: datetime
    resend_at: datetime

    def __repr__(self) -> str:
        return f"Issued({self.id})"


@dataclass(frozen=True)
class Judgement:
    verdict: Verdict
    attempts_left: int


def issue(
    *,
    purpose: Purpose,
    account_id: AccountId,
    number: str,
    operation: str,
    network: str,
    at: datetime,
    withheld: bool = False,
) -> Issued:
    """Make a code and kill the one before it, in the caller's transaction. ``withheld``: nobody gets it.

    Refuses: CodeSentJustNow, AttemptsSpent, FailedTooOftenToday, and what ``send_limits`` refuses.
    """
    take_turns(f"one-time password {account_id}")
    before = (
        OneTimePassword.objects.filter(purpose=purpose, account_id=account_id).order_by("created_at").last()
    )
    carried = _carried(before, at)
    _check_failures_today(account_id, at)
    OneTimePassword.objects.filter(account_id=account_id, created_at__lt=at - KEPT).delete()
    count_send(number=number, account_id=account_id, network=network, at=at, withheld=withheld)
    OneTimePassword.objects.filter(
        purpose=purpose, account_id=account_id, used_at=None, replaced_at=None
    ).update(replaced_at=at)
    series_started_at = before.series_started_at if before and carried is not None else at
    return _store(purpose, account_id, number, operation, at, (carried or 0, series_started_at))


def judge(
    *, purpose: Purpose, account_id: AccountId, number: str, operation: str, code: str, at: datetime
) -> Judgement:
    """Judge one guess. The attempt counts whatever the answer: commit it before refusing."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE_ATTEMPT, [purpose, account_id, at, at, settings.otp_attempts])
        counted = cursor.fetchone()
    if counted is None:
        return _not_judged(purpose, account_id, at)
    key, expected, attempts = counted
    if hmac.compare_digest(bytes(expected), _hmac(key, purpose, account_id, number, operation, code)):
        with connection.cursor() as cursor:
            cursor.execute(_USE, [at, key])
            first = cursor.rowcount
        return Judgement(Verdict.RIGHT if first else Verdict.NONE, 0)
    left = settings.otp_attempts - attempts
    return Judgement(Verdict.WRONG if left else Verdict.SPENT, left)


def _not_judged(purpose: Purpose, account_id: AccountId, at: datetime) -> Judgement:
    spent = OneTimePassword.objects.filter(
        purpose=purpose,
        account_id=account_id,
        used_at=None,
        replaced_at=None,
        expires_at__gt=at,
        attempts__gte=settings.otp_attempts,
    )
    return Judgement(Verdict.SPENT if spent.exists() else Verdict.NONE, 0)


def _carried(before: OneTimePassword | None, at: datetime) -> int | None:
    """Attempts that go on counting from the code before; None where counting starts anew."""
    if before is None or at >= before.series_started_at + settings.otp_series:
        return None
    if before.used_at:
        return before.attempts - 1  # the right guess is nobody's failure
    if before.attempts >= settings.otp_attempts:
        raise AttemptsSpent(until=before.series_started_at + settings.otp_series)
    wait = before.created_at + settings.otp_resend_after - at
    if wait > timedelta(0):
        raise CodeSentJustNow(seconds=int(wait.total_seconds()) + 1)
    return before.attempts


def _check_failures_today(account_id: AccountId, at: datetime) -> None:
    day = OneTimePassword.objects.filter(account_id=account_id, created_at__gt=at - timedelta(days=1))
    guesses = day.aggregate(n=Sum(F("attempts") - F("carried")))["n"] or 0
    if guesses - day.exclude(used_at=None).count() >= settings.otp_failures_per_account_per_day:
        raise FailedTooOftenToday


def _store(
    purpose: Purpose,
    account_id: AccountId,
    number: str,
    operation: str,
    at: datetime,
    series: tuple[int, datetime],
) -> Issued:
    key, code = uuid.uuid4(), f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    carried, series_started_at = series
    OneTimePassword.objects.create(
        id=key,
        purpose=purpose,
        account_id=account_id,
        code_hmac=_hmac(key, purpose, account_id, number, operation, code),
        attempts=carried,
        carried=carried,
        series_started_at=series_started_at,
        created_at=at,
        expires_at=at + settings.otp_lifetime,
    )
    return Issued(key, code, at + settings.otp_lifetime, at + settings.otp_resend_after)


def _hmac(
    key: uuid.UUID, purpose: str, account_id: AccountId, number: str, operation: str, code: str
) -> bytes:
    """Over lengths and parts, so that no two bindings share one spelling."""
    parts = [str(key), str(purpose), str(account_id), number, operation, code]
    message = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
    return hmac.new(bytes.fromhex(settings.secret("otp")), message, hashlib.sha256).digest()
