"""Whose the number will be: the account of the person who was recognised, opened where there is none (PH-7).

The clause speaks of registering a number as well as of connecting it: who never signed in to the portal may
begin in the bank's app. The names are the registry's, never the bank's.
"""

from datetime import datetime

from senim.accounts import AccountId
from senim.accounts.models import Account
from senim.accounts.timeline import tell
from senim.journal import record
from senim.registries.people import Person
from senim.texts import language


def account_of(person: Person, *, bank: str, at: datetime) -> AccountId:
    """Theirs, or a new one, in the caller's transaction."""
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
