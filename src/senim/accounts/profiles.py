"""What an account says about its holder: names, the IIN, the connected number."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from senim.accounts import AccountId
from senim.accounts.models import Account, SubscriberNumber
from senim.countries.kz import names
from senim.errors import NotFound


class NoSuchAccount(NotFound):
    clause = "PT-2.10"


@dataclass(frozen=True)
class Profile:
    """``number_request_id`` is of the request that connected the number."""

    account_id: AccountId
    iin: str
    surname: str
    given_name: str
    patronymic: str
    email: str
    language: str
    subscriber_number: str | None
    number_request_id: uuid.UUID | None

    @property
    def full_name(self) -> str:
        return names.in_full(self)


def profile(account_id: AccountId) -> Profile:
    """Refuses: NoSuchAccount."""
    account = Account.objects.filter(pk=account_id).first()
    if account is None:
        raise NoSuchAccount
    return _profile(account)


def of_iin(iin: str) -> Profile | None:
    """For verbs that tell somebody what concerns them; None for somebody without an account."""
    account = Account.objects.filter(iin=iin).first()
    return _profile(account) if account else None


def _profile(account: Account) -> Profile:
    number = SubscriberNumber.objects.filter(account_id=account.pk, released_at=None).first()
    return Profile(
        account_id=AccountId(account.pk),
        iin=account.iin,
        surname=account.surname,
        given_name=account.given_name,
        patronymic=account.patronymic,
        email=account.email,
        language=account.language,
        subscriber_number=number.number if number else None,
        number_request_id=number.request_id if number else None,
    )


def names_of(account_ids: Iterable[AccountId]) -> dict[AccountId, str]:
    """Full names of many accounts at once; unknown ones are left out."""
    accounts = Account.objects.filter(pk__in=set(account_ids))
    return {AccountId(one.pk): names.in_full(one) for one in accounts}
