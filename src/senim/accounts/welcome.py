"""Somebody proved who they are without a certificate: their account, found and on record as signed in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db.models import Model

from senim.accounts import AccountId
from senim.accounts.methods import Method, acr_of, amr_of
from senim.errors import Refused
from senim.journal import record


class SomebodyElse(Refused):
    """Somebody is signed in here, and this is another person: nobody goes on in another's session."""

    clause: ClassVar[str] = "PT-2.4"


@dataclass(frozen=True)
class Welcomed:
    """Who it is, and how they proved it."""

    account_id: AccountId
    method: Method


def welcome(
    account_id: AccountId,
    method: Method,
    *,
    clause: str,
    at: datetime,
    synced: bool = False,
    changed: Iterable[Model] = (),
) -> Welcomed:
    """Record the sign-in, in the caller's transaction. Only the portal takes these methods."""
    amr = amr_of([method], synced=synced)
    record(
        verb="accounts.sign_in",
        clause=clause,
        subject=f"account:{account_id}",
        actor=f"account:{account_id}",
        at=at,
        facts={"door": "portal", "method": method, "acr": acr_of([method]), "amr": amr},
        changed=changed,
    )
    return Welcomed(account_id, method)
