"""Somebody proved who they are: their account, and, without a certificate, on record as signed in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Model

from senim.accounts import AccountId
from senim.accounts.methods import Method, acr_of, amr_of
from senim.accounts.models import IS_FROZEN, Account
from senim.accounts.organisations.acting import Acting
from senim.errors import Refused
from senim.journal import record

_NOT_FROZEN = f"SELECT account.* FROM accounts_account AS account WHERE account.id = %s AND NOT {IS_FROZEN}"  # noqa: S608


class SomebodyElse(Refused):
    """Somebody is signed in here, and this is another person: nobody goes on in another's session."""

    clause: ClassVar[str] = "PT-2.4"


class SignInFrozen(Refused):
    """The holder said that something was not them: only their certificate signs in."""

    clause: ClassVar[str] = "PT-2.4"


@dataclass(frozen=True)
class Welcomed:
    """Who it is, how they proved it, and for which organisation they act, if for any: what a session is
    opened with.

    ``synced`` is said of a passkey that is copied to other devices of its holder, or may be.
    """

    account: Account
    method: Method
    acting: Acting | None = None
    synced: bool = False

    @property
    def account_id(self) -> AccountId:
        return AccountId(self.account.pk)


def welcome(
    account_id: AccountId,
    method: Method,
    *,
    clause: str,
    at: datetime,
    acting: Acting | None = None,
    synced: bool = False,
    changed: Iterable[Model] = (),
) -> Welcomed:
    """Record the sign-in, in the caller's transaction. Only the portal takes these methods.

    Refuses: SignInFrozen, whatever way was not asked about it before.
    """
    account = next(iter(Account.objects.raw(_NOT_FROZEN, [account_id])), None)
    if account is None:
        raise SignInFrozen
    amr = amr_of([method], synced=synced)
    side: dict[str, Any] = (
        {"organisation": str(acting.organisation_id), "role": acting.role} if acting else {}
    )
    record(
        verb="accounts.sign_in",
        clause=clause,
        subject=f"account:{account_id}",
        actor=f"account:{account_id}",
        at=at,
        facts={"door": "portal", "method": method, "acr": acr_of([method]), "amr": amr, **side},
        changed=changed,
    )
    return Welcomed(account, method, acting, synced)
