"""A question in words instead of a foreign captcha: read aloud by any screen reader, answered without script.

It is signed, serves once and lives ten minutes; its token does not hold the number. It slows a program down
and no more: the limits per network and identifier are what holds (CA-A2.1).
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.core import signing
from django.utils.crypto import salted_hmac

from senim.enrolment import attempts
from senim.settings import settings
from senim.texts import say

SALT = "senim.portal.challenge"
LEAST, MOST = 21, 99


@dataclass(frozen=True)
class Challenge:
    """A question for a person and the token that goes with its answer."""

    question: str
    token: str


def ask(*, at: datetime) -> Challenge:
    number, nonce = LEAST + secrets.randbelow(MOST - LEAST + 1), secrets.token_urlsafe(16)
    until = at + settings.order_challenge_lifetime
    asked = {"nonce": nonce, "answer": _sealed(nonce, str(number)), "until": until.isoformat()}
    return Challenge(
        say("portal.challenge.question", words=in_words(number)), signing.dumps(asked, salt=SALT)
    )


def answered(*, token: str, answer: str, at: datetime) -> bool:
    """Whether this answers the challenge. Right or wrong, the challenge is used up."""
    try:
        asked = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return False
    until = datetime.fromisoformat(asked["until"])
    first = attempts.spend(nonce=asked["nonce"], forget_at=until, at=at)
    right = hmac.compare_digest(asked["answer"], _sealed(asked["nonce"], "".join(answer.split())))
    return first and right and at < until


def in_words(number: int) -> str:
    """A number from 21 to 99 in the reader's language."""
    tens, units = number - number % 10, number % 10
    if not units:
        return say(f"portal.number.{tens}")
    return say("portal.number.joined", tens=say(f"portal.number.{tens}"), units=say(f"portal.number.{units}"))


def _sealed(nonce: str, answer: str) -> str:
    return salted_hmac(SALT, f"{nonce}:{answer}", algorithm="sha256").hexdigest()
