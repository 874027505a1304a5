"""Is this account frozen?"""

from typing import ClassVar

from senim.accounts import AccountId
from senim.accounts.locks import take_turns
from senim.accounts.models import FreezeCase
from senim.errors import Refused

FROZEN_ACCOUNTS = FreezeCase.objects.filter(unfrozen_at=None).values("account_id")


class AccountFrozen(Refused):
    """Its holder said that something was not them: no factor changes until they unfreeze it by signature."""

    clause: ClassVar[str] = "PT-2.4"


def is_frozen(account_id: AccountId) -> bool:
    return FROZEN_ACCOUNTS.filter(account_id=account_id).exists()


def refuse_if_frozen(account_id: AccountId) -> None:
    """For every verb that adds or changes a factor, in its transaction: a freeze at this moment waits for it,
    or is seen by it. Raises AccountFrozen.
    """
    take_turns(turn(account_id))
    if is_frozen(account_id):
        raise AccountFrozen


def turn(account_id: AccountId) -> str:
    return f"freeze {account_id}"
