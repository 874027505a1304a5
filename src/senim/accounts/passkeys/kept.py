"""The passkeys somebody has: listed, renamed, removed, and told of."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from senim.accounts import AccountId
from senim.accounts.factor_notices import tell_of_change
from senim.accounts.models import Passkey
from senim.accounts.sessions import end_others
from senim.errors import NotFound
from senim.journal import record


class PasskeyGone(NotFound):
    """Removed already, or somebody else's: the answer is the same."""

    clause: ClassVar[str] = "PT-2.4"


@dataclass(frozen=True)
class Kept:
    """One passkey as its holder sees it."""

    id: UUID
    name: str
    added_at: datetime
    last_used_at: datetime | None
    backup_eligible: bool
    backup_state: bool
    suspected: bool


def of_account(account_id: AccountId) -> tuple[Kept, ...]:
    """The oldest first."""
    return tuple(map(_seen, live(account_id).order_by("added_at", "id")))


def one_of(account_id: AccountId, passkey_id: UUID) -> Kept:
    """Refuses: PasskeyGone."""
    return _seen(_held(live(account_id), passkey_id))


def rename(*, account_id: AccountId, passkey_id: UUID, name: str, at: datetime) -> None:
    """Refuses: PasskeyGone."""
    with transaction.atomic():
        passkey = _held(live(account_id).select_for_update(), passkey_id)
        passkey.name = name
        passkey.save()
        entered("accounts.passkeys.rename", passkey, at)


def remove(*, account_id: AccountId, passkey_id: UUID, keep_session: str, at: datetime) -> None:
    """It signs nobody in from now on, and the other sessions end. Refuses: PasskeyGone."""
    with transaction.atomic():
        passkey = _held(live(account_id).select_for_update(), passkey_id)
        passkey.public_key, passkey.removed_at = b"", at
        passkey.save()
        entered("accounts.passkeys.remove", passkey, at)
        end_others(account_id=account_id, keep=keep_session)
        told("removed", passkey, at)


def live(account_id: AccountId) -> QuerySet[Passkey]:
    return Passkey.objects.filter(account_id=account_id, removed_at=None)


def entered(verb: str, passkey: Passkey, at: datetime) -> None:
    """In the journal, in the caller's transaction."""
    subject = f"account:{passkey.account_id}"
    record(verb=verb, clause="PT-2.4", subject=subject, actor=subject, at=at, changed=[passkey])


def told(what: str, passkey: Passkey, at: datetime) -> None:
    """In the caller's transaction; another channel than the one that changed."""
    account_id = AccountId(passkey.account_id)
    tell_of_change(account_id=account_id, what=f"passkey_{what}", at=at, name=passkey.name)


def _held(mine: QuerySet[Passkey], passkey_id: UUID) -> Passkey:
    found = mine.filter(pk=passkey_id).first()
    if found is None:
        raise PasskeyGone
    return found


def _seen(passkey: Passkey) -> Kept:
    return Kept(
        id=passkey.pk,
        name=passkey.name,
        added_at=passkey.added_at,
        last_used_at=passkey.last_used_at,
        backup_eligible=passkey.backup_eligible,
        backup_state=passkey.backup_state,
        suspected=passkey.suspected_at is not None,
    )
