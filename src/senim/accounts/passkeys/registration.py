"""Add a passkey (WebAuthn §7.1): in a session of class FACTORS, which the page demands."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import transaction

from senim.accounts import AccountId, challenges
from senim.accounts.freezing import AccountFrozen, is_frozen, refuse_if_frozen
from senim.accounts.locks import take_turns
from senim.accounts.models import Account, Passkey
from senim.accounts.passkeys import relying_party
from senim.accounts.passkeys.kept import entered, live, told
from senim.accounts.passkeys.relying_party import AnswerWrong, Asked
from senim.accounts.sessions import end_others
from senim.errors import Refused

WHAT_FOR = "passkeys.add"
AT_MOST = 10
"""Of one person; more devices than that nobody keeps an eye on."""


class PasskeyNotMade(Refused):
    """The browser's answer does not hold: another address, nobody checked, or not what was asked for."""

    clause: ClassVar[str] = "PT-2.4"


class PasskeyKnown(Refused):
    """This very credential is registered already, here or for somebody else."""

    clause: ClassVar[str] = "PT-2.4"


class TooManyPasskeys(Refused):
    """``most`` are kept."""

    clause: ClassVar[str] = "PT-2.4"


@dataclass(frozen=True)
class Added:
    passkey_id: UUID


def ask(*, account_id: AccountId, browser: str, at: datetime) -> Asked:
    """What the browser is asked to make. Refuses: PasskeysNotOffered, AccountFrozen, TooManyPasskeys."""
    _refuse_unless_open(account_id, at)
    account = Account.objects.get(pk=account_id)
    sealed = challenges.seal(what_for=WHAT_FOR, browser=browser, at=at, account=str(account_id))
    options = relying_party.creation_options(
        challenge_id=sealed.id,
        handle=account.pk.bytes,
        # The holder's devices keep this name, and copy it: no identifier, no surname.
        name=" ".join(filter(None, (account.given_name, f"{account.surname[:1]}."))),
        known=[bytes(one.credential_id) for one in live(account_id)],
    )
    return Asked(sealed.id, options, sealed.expires_at)


def add(
    *,
    account_id: AccountId,
    challenge_id: str,
    answer: str,
    name: str,
    browser: str,
    keep_session: str,
    at: datetime,
) -> Added:
    """Take the credential that was made; the other sessions end, and its holder is told.

    Refuses: PasskeysNotOffered, AccountFrozen, TooManyPasskeys, PasskeyNotMade, PasskeyKnown, and what
    ``challenges.answer`` refuses.
    """
    _refuse_unless_open(account_id, at)
    challenges.answer(challenge_id, what_for=WHAT_FOR, browser=browser, at=at, account=str(account_id))
    try:
        made = relying_party.registered(answer=answer, challenge_id=challenge_id)
    except AnswerWrong:
        raise PasskeyNotMade from None
    with transaction.atomic():
        refuse_if_frozen(account_id)
        take_turns(f"passkeys {account_id}")
        _refuse_unless_open(account_id, at)
        take_turns(f"credential {made.id.hex()}")
        if Passkey.objects.filter(credential_id=made.id, removed_at=None).exists():
            raise PasskeyKnown
        passkey = Passkey.objects.create(
            account_id=account_id,
            credential_id=made.id,
            public_key=made.public_key,
            sign_count=made.sign_count,
            backup_eligible=made.backup_eligible,
            backup_state=made.backup_state,
            name=name,
            added_at=at,
        )
        entered("accounts.passkeys.add", passkey, at)
        end_others(account_id=account_id, keep=keep_session)
        told("added", passkey, at)
    return Added(passkey.pk)


def _refuse_unless_open(account_id: AccountId, at: datetime) -> None:
    relying_party.refuse_unless_offered(at=at)
    if is_frozen(account_id):
        raise AccountFrozen
    if live(account_id).count() >= AT_MOST:
        raise TooManyPasskeys(most=AT_MOST)
