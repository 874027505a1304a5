"""Limits on trying: per network and per identifier, and challenges that serve once.

Networks and identifiers are kept as keyed digests only, and forgotten after a day.
"""

import hmac
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings as django_settings
from django.db import transaction

from senim.enrolment.models import AnsweredChallenge, Attempt
from senim.errors import Refused

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class TooManyTries(Refused):
    """This network or this identifier tried too often within the hour."""

    clause: ClassVar[str] = "CA-A2.1"


def count(*, what: str, of: str, at_most: int, at: datetime) -> None:
    """Count one try, also one that is refused: who goes on trying goes on waiting. Raises TooManyTries.

    Each try is counted before it is judged, so that parallel ones cannot slip under the limit.
    """
    key = _digest(what, of)
    with transaction.atomic():
        Attempt.objects.filter(what=what, at__lt=at - DAY).delete()
        Attempt.objects.create(what=what, of=key, at=at)
    if Attempt.objects.filter(what=what, of=key, at__gt=at - HOUR).count() > at_most:
        raise TooManyTries


def spend(*, nonce: str, forget_at: datetime, at: datetime) -> bool:
    """Use an answered challenge up; False if it was used before."""
    with transaction.atomic():
        AnsweredChallenge.objects.filter(forget_at__lt=at).delete()
        _, first = AnsweredChallenge.objects.get_or_create(nonce=nonce, defaults={"forget_at": forget_at})
    return first


def forget_old(*, at: datetime) -> int:
    """Tries and challenges that count no more; how many."""
    tries, _ = Attempt.objects.filter(at__lt=at - DAY).delete()
    challenges, _ = AnsweredChallenge.objects.filter(forget_at__lt=at).delete()
    return tries + challenges


def _digest(what: str, of: str) -> bytes:
    return hmac.digest(django_settings.SECRET_KEY.encode(), f"{what}:{of}".encode(), "sha256")
