"""Challenges: what a browser is given to answer, once, within minutes, and no other browser instead of it.

None is stored when it is made (showing a page writes nothing): its facts travel in the form under our MAC,
and only answering one writes a row, which a second answer meets.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.core import signing

from senim.accounts.models import SpentChallenge
from senim.errors import Refused
from senim.settings import settings
from senim.statements import insert

NONCE_BYTES = 16


class ChallengeUnknown(Refused):
    """Not a challenge of ours, or one shown at another door, in another browser or for something else."""

    clause: ClassVar[str] = "PT-4.2"


class ChallengeExpired(Refused):
    clause: ClassVar[str] = "PT-4.2"


class ChallengeReplayed(Refused):
    """The challenge was answered before."""

    clause: ClassVar[str] = "PT-4.2"


@dataclass(frozen=True)
class Sealed:
    """``id`` goes through the form and back; ``facts`` are what it stands for."""

    id: str
    facts: dict[str, Any]
    expires_at: datetime


def seal(*, what_for: str, browser: str, at: datetime, **facts: str) -> Sealed:
    """A new challenge. ``browser`` is a secret of the browser the page is drawn for."""
    said = {
        "nonce": secrets.token_urlsafe(NONCE_BYTES),
        "at": int(at.timestamp()),
        "browser": _stand_in(browser),
        **facts,
    }
    sealed = _signer(what_for).sign_object(said, compress=False)
    return Sealed(sealed, said, at + settings.sign_in_challenge_lifetime)


def answer(challenge_id: str, *, what_for: str, browser: str, at: datetime, **facts: str) -> dict[str, Any]:
    """Its facts, which must be these among others. Refuses: ChallengeUnknown, ChallengeExpired,
    ChallengeReplayed.

    It is spent and committed before the answer is judged: whatever comes of it, nobody answers it again.
    """
    said = _unsealed(challenge_id, what_for)
    same_browser = secrets.compare_digest(said["browser"], _stand_in(browser))
    if not same_browser or any(said.get(name) != value for name, value in facts.items()):
        raise ChallengeUnknown
    lifetime = settings.sign_in_challenge_lifetime
    # One made later than now was made by a clock that was ahead, and would live for as long.
    if not -lifetime < at - datetime.fromtimestamp(said["at"], at.tzinfo) < lifetime:
        raise ChallengeExpired
    _spend(said["nonce"], at)
    return said


def _unsealed(challenge_id: str, what_for: str) -> dict[str, Any]:
    try:
        return dict(_signer(what_for).unsign_object(challenge_id))
    except signing.BadSignature:
        raise ChallengeUnknown from None


def _spend(nonce: str, at: datetime) -> None:
    if not insert([SpentChallenge(nonce=nonce, spent_at=at)], unless_there=True):
        raise ChallengeReplayed


def _stand_in(browser: str) -> str:
    return hashlib.sha256(browser.encode()).hexdigest()


def _signer(what_for: str) -> signing.Signer:
    return signing.Signer(salt=f"senim.accounts.{what_for}")
