"""A person's password: chosen, changed and given up in the cabinet, by somebody who signed in by signature.

The page demands the signature (``methods.ServiceClass.FACTORS``). Every change ends the other sessions and is
told over other channels than the one it was made through (``factor_notices``).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction

from senim.accounts import AccountId, password_rules
from senim.accounts.factor_notices import tell_of_change
from senim.accounts.freezing import refuse_if_frozen
from senim.accounts.locks import take_turns
from senim.accounts.methods import Method, ServiceClass, allowed
from senim.accounts.models import Account, Password, SubscriberNumber
from senim.accounts.password_hashes import hashed
from senim.accounts.sessions import end_others
from senim.errors import Refused
from senim.journal import record
from senim.settings import settings


class PasswordsNotOffered(Refused):
    """No rule in force lets anybody sign in by password."""

    clause: ClassVar[str] = "PT-4.1"


class NoPassword(Refused):
    """There is none to give up."""

    clause: ClassVar[str] = "PT-4.1"


@dataclass(frozen=True)
class PasswordSet:
    set_at: datetime


def set_since(account_id: AccountId) -> datetime | None:
    """When the password in use was chosen; None where there is none."""
    found = Password.objects.filter(account_id=account_id, ended_at=None).values_list("set_at", flat=True)
    return found.first()


def choose(*, account_id: AccountId, password: str, keep_session: str, at: datetime) -> PasswordSet:
    """Take this password from now on; the one before is no longer any good, and other sessions end.

    Refuses: PasswordsNotOffered, AccountFrozen, and what ``password_rules.check`` refuses.
    """
    if Method.PASSWORD not in allowed(ServiceClass.EVERYDAY, at=at):
        raise PasswordsNotOffered
    account = Account.objects.get(pk=account_id)
    kept = hashed(password_rules.check(password, about=_known_of(account)))
    with transaction.atomic():
        refuse_if_frozen(account_id)
        take_turns(f"password {account_id}")
        ended = _end(account_id, at)
        new = Password.objects.create(account_id=account_id, hash=kept, set_at=at)
        verb = "accounts.passwords.change" if ended else "accounts.passwords.choose"
        _record(verb, account, [*ended, new], at)
        end_others(account_id=account_id, keep=keep_session)
        tell_of_change(account_id=account_id, what="password_changed" if ended else "password_chosen", at=at)
    return PasswordSet(at)


def give_up(*, account_id: AccountId, keep_session: str, at: datetime) -> None:
    """No password signs this person in from now on; also while the account is frozen. Refuses: NoPassword."""
    account = Account.objects.get(pk=account_id)
    with transaction.atomic():
        take_turns(f"password {account_id}")
        ended = _end(account_id, at)
        if not ended:
            raise NoPassword
        _record("accounts.passwords.give_up", account, ended, at)
        end_others(account_id=account_id, keep=keep_session)
        tell_of_change(account_id=account_id, what="password_given_up", at=at)


def _end(account_id: AccountId, at: datetime) -> list[Password]:
    found = list(Password.objects.filter(account_id=account_id, ended_at=None))
    for password in found:
        password.hash, password.ended_at = "", at
        password.save()
    return found


def _known_of(account: Account) -> list[str]:
    numbers = SubscriberNumber.objects.filter(account_id=account.pk, released_at=None)
    spelled = [part for number in numbers for part in (number.number, number.number[2:])]
    names = [account.surname, account.given_name, account.patronymic]
    mail = account.email.partition("@")[0]
    return [*names, account.iin, account.iin[:6], mail, settings.portal_host, "senim", *spelled]


def _record(verb: str, account: Account, changed: list[Password], at: datetime) -> None:
    subject = f"account:{account.pk}"
    record(verb=verb, clause="PT-4.1", subject=subject, actor=subject, at=at, changed=changed)
