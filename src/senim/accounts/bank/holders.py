"""Whose the number will be: the account of the person who was recognised, opened where there is none (PH-7).

The clause speaks of registering a number as well as of connecting it: who never signed in to the portal may
begin in the bank's app. The names are the registry's, never the bank's.
"""

from dataclasses import dataclass
from datetime import datetime

from senim.accounts import AccountId
from senim.accounts.models import Account
from senim.accounts.registry_reads import Asker, Ground, note
from senim.accounts.timeline import tell
from senim.journal import record
from senim.registries import people
from senim.texts import language


@dataclass(frozen=True)
class Holder:
    """Somebody with an account, or what the registry says of who has none yet."""

    account: Account | None
    person: people.Person | None

    def account_id(self, *, bank: str, at: datetime) -> AccountId:
        """In the caller's transaction."""
        if self.account:
            return AccountId(self.account.pk)
        assert self.person  # noqa: S101 - ``holder_of`` gives one of the two
        return _opened(self.person, bank, at)


def holder_of(*, iin: str, at: datetime) -> Holder:
    """Asks the registry of people where there is no account; never in a transaction."""
    account = Account.objects.filter(iin=iin).first()
    if account:
        return Holder(account, None)
    note(iin=iin, registry="gbdfl", asked_by=Asker.HOLDER, ground=Ground.NUMBER, at=at)
    return Holder(None, people.person(iin=iin, at=at))


def _opened(person: people.Person, bank: str, at: datetime) -> AccountId:
    names = {
        "surname": person.surname,
        "given_name": person.given_name,
        "patronymic": person.patronymic,
        "language": language(),
        "created_at": at,
    }
    account, opened = Account.objects.get_or_create(iin=person.iin, defaults=names)
    account_id = AccountId(account.pk)
    if opened:
        account.set_unusable_password()  # Django's own column; ours are in ``passwords``
        account.save()
        tell(account_id=account_id, text_id="accounts.timeline.bank_opened", at=at, bank=bank)
        record(
            verb="accounts.bank.open_account",
            clause="PH-7b",
            subject=f"account:{account_id}",
            at=at,
            changed=[account],
        )
    return account_id
