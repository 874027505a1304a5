"""Forget what has served: sessions that ended, challenges, codes, counts.

What is shown to an account's holder (the timeline) and what the law asks about (requests, numbers) stays.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from senim.accounts import attempts, registry_reads
from senim.accounts.bank.requests import forget_abandoned
from senim.accounts.freezing.frozen import FROZEN_ACCOUNTS
from senim.accounts.methods import Method
from senim.accounts.models import (
    OneTimePassword,
    SendCounter,
    Session,
    SpentChallenge,
    SpentProof,
    SystemToken,
)
from senim.accounts.one_time_passwords import KEPT
from senim.settings import settings

CLOCKS_DIFFER_BY = timedelta(hours=1)
INTRUDING = Q(account_id__in=FROZEN_ACCOUNTS) & ~Q(method=Method.SIGNATURE)
"""Nobody is inside a frozen account but by signature: these were being let in at the moment of freezing."""


@dataclass(frozen=True)
class Swept:
    sessions: int
    challenges: int
    codes: int
    counters: int
    attempts: int
    bank_requests: int
    tokens: int
    proofs: int
    registry_reads: int


def sweep(*, at: datetime) -> Swept:
    """One turn. Nothing here is anybody's right or record, so none is journalled."""
    answered_before = at - settings.sign_in_challenge_lifetime - CLOCKS_DIFFER_BY
    return Swept(
        sessions=Session.objects.filter(Q(expire_date__lt=at) | INTRUDING).delete()[0],
        challenges=SpentChallenge.objects.filter(spent_at__lt=answered_before).delete()[0],
        codes=OneTimePassword.objects.filter(created_at__lt=at - KEPT).delete()[0],
        counters=SendCounter.objects.filter(window_started_at__lt=at - KEPT).delete()[0],
        attempts=attempts.forget_old(at=at),
        bank_requests=forget_abandoned(at=at),
        tokens=SystemToken.objects.filter(expires_at__lt=at).delete()[0],
        proofs=SpentProof.objects.filter(expires_at__lt=at - CLOCKS_DIFFER_BY).delete()[0],
        registry_reads=registry_reads.forget_old(at=at),
    )
