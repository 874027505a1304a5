"""Sign in by passkey (WebAuthn §7.2): nothing is typed, the device says whose key it uses.

A wrong answer locks nobody out: without the key nobody can make one that is counted against its holder. A
right one with a count that went back means that the key was copied; that passkey is stopped, and its holder
told.
"""

from datetime import datetime
from typing import ClassVar

from django.db import transaction

from senim.accounts import AccountId, attempts, challenges
from senim.accounts.attempts import Outcome
from senim.accounts.freezing import is_frozen
from senim.accounts.methods import Method
from senim.accounts.models import Account, Passkey
from senim.accounts.passkeys import relying_party
from senim.accounts.passkeys.kept import entered, told
from senim.accounts.passkeys.relying_party import AnswerWrong, Asked, Seen
from senim.accounts.welcome import SignInFrozen, SomebodyElse, Welcomed, welcome
from senim.errors import Refused

WHAT_FOR = "passkeys.sign_in"


class PasskeyUnknown(Refused):
    """Removed, of another portal, or never there: nobody is told which."""

    clause: ClassVar[str] = "PT-2.4"


class PasskeyWrong(Refused):
    """Its answer does not hold: another address, nobody checked who is there, or a wrong signature."""

    clause: ClassVar[str] = "PT-2.4"


class PasskeyCopied(Refused):
    """Somebody else seems to hold a copy of it."""

    clause: ClassVar[str] = "PT-2.4"


def ask(*, browser: str, at: datetime) -> Asked:
    """Refuses: PasskeysNotOffered."""
    relying_party.refuse_unless_offered(at=at)
    sealed = challenges.seal(what_for=WHAT_FOR, browser=browser, at=at)
    return Asked(sealed.id, relying_party.request_options(challenge_id=sealed.id), sealed.expires_at)


def sign_in(
    *, challenge_id: str, answer: str, browser: str, network: str, known: AccountId | None, at: datetime
) -> Welcomed:
    """Judge an answered challenge. ``known`` is who is signed in here already.

    Refuses: PasskeysNotOffered, PasskeyUnknown, PasskeyWrong, PasskeyCopied, SomebodyElse, and what
    ``challenges.answer`` refuses.
    """
    relying_party.refuse_unless_offered(at=at)
    challenges.answer(challenge_id, what_for=WHAT_FOR, browser=browser, at=at)
    passkey = _named_in(answer)
    try:
        seen = relying_party.asserted(
            answer=answer, challenge_id=challenge_id, public_key=bytes(passkey.public_key)
        )
    except AnswerWrong:
        _note(passkey, network, Outcome.WRONG, at)
        raise PasskeyWrong from None
    return _judged(passkey, seen, network=network, known=known, at=at)


def _named_in(answer: str) -> Passkey:
    """The passkey it says it is of, with the person it says (WebAuthn §7.2, step 6)."""
    try:
        claim = relying_party.claimed(answer)
    except AnswerWrong:
        raise PasskeyWrong from None
    passkey = Passkey.objects.filter(credential_id=claim.credential_id, removed_at=None).first()
    if passkey is None:
        raise PasskeyUnknown
    if claim.user_handle != passkey.account_id.bytes:
        raise PasskeyWrong
    return passkey


def _judged(passkey: Passkey, seen: Seen, *, network: str, known: AccountId | None, at: datetime) -> Welcomed:
    """What a refusal leaves behind is committed first."""
    with transaction.atomic():
        held = Passkey.objects.select_for_update().filter(pk=passkey.pk, removed_at=None).first()
        refusal = _refusal(held, seen, known)
        if held is None or refusal is not None:
            frozen = isinstance(refusal, SignInFrozen)
            _note(passkey, network, Outcome.FROZEN if frozen else Outcome.WRONG, at)
        if held is not None and isinstance(refusal, PasskeyCopied) and held.suspected_at is None:
            _stop(held, at)
        if held is not None and refusal is None:
            return _welcomed(held, seen, network, at)
    raise refusal or PasskeyUnknown


def _refusal(held: Passkey | None, seen: Seen, known: AccountId | None) -> Refused | None:
    if held is None:
        return PasskeyUnknown()
    if held.suspected_at is not None or _went_back(held.sign_count, seen.sign_count):
        return PasskeyCopied()
    if seen.backup_eligible != held.backup_eligible:  # it never changes in the life of a key
        return PasskeyWrong()
    if is_frozen(AccountId(held.account_id)):
        return SignInFrozen()
    return SomebodyElse() if known not in (None, AccountId(held.account_id)) else None


def _went_back(kept: int, said: int) -> bool:
    """Authenticators that do not count say zero for ever (WebAuthn §6.1.1)."""
    return bool(kept or said) and said <= kept


def _stop(held: Passkey, at: datetime) -> None:
    held.suspected_at = at
    held.save()
    entered("accounts.passkeys.suspect", held, at)
    told("suspected", held, at)


def _welcomed(held: Passkey, seen: Seen, network: str, at: datetime) -> Welcomed:
    held.sign_count, held.backup_state, held.last_used_at = seen.sign_count, seen.backup_state, at
    held.save()
    _note(held, network, Outcome.SIGNED_IN, at)
    return welcome(
        AccountId(held.account_id),
        Method.PASSKEY,
        clause="PT-2.4",
        at=at,
        synced=held.backup_eligible,
        changed=[held],
    )


def _note(passkey: Passkey, network: str, outcome: Outcome, at: datetime) -> None:
    iin = Account.objects.values_list("iin", flat=True).get(pk=passkey.account_id)
    attempts.note(iin=iin, network=network, method=Method.PASSKEY, outcome=outcome, at=at)
