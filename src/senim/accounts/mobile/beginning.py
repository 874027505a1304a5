"""Begin to connect a number in the app (PH-6.1, PH-6.2)."""

from collections.abc import Collection
from datetime import datetime
from typing import ClassVar

from senim.accounts import AccountId, phones
from senim.accounts.connection import AnotherNumberConnected
from senim.accounts.methods import Method
from senim.accounts.numbers import holds_another, opened
from senim.accounts.states import Channel
from senim.errors import Refused


class NotSignedInByKey(Refused):
    """In the app a person is authorised by their certificate, and by nothing weaker."""

    clause: ClassVar[str] = "PH-6.1"


class ActsForOrganisation(Refused):
    """Signed in for an organisation: only individuals connect numbers."""

    clause: ClassVar[str] = "PH-3"


def begin(
    *,
    account_id: AccountId,
    methods: Collection[str],
    organisation: str,
    number: str,
    consent: bool,
    network: str,
    at: datetime,
) -> None:
    """Open a request and send a code to the number; an open request is replaced.

    ``methods`` are the ways this person signed in, ``organisation`` what they act for, if anything. Refuses:
    NotSignedInByKey, ActsForOrganisation, AnotherNumberConnected, and what ``numbers.opened`` refuses.
    """
    if Method.SIGNATURE not in methods:
        raise NotSignedInByKey
    if organisation:
        raise ActsForOrganisation
    parsed = phones.parse(number)
    if holds_another(account_id, parsed):
        raise AnotherNumberConnected
    opened(account_id, parsed, Channel.MOBILE, consent=consent, network=network, at=at)
