"""Is this person's identity in order, by the registries' own answers (PH-A8b, PH-A9.1)?

Asked over the gateway, never of the person, and only after the person agreed to it.
"""

import hashlib
from datetime import datetime
from typing import ClassVar

from senim.accounts.registry_reads import Asker, Ground, note
from senim.errors import Refused
from senim.registries import documents, people
from senim.rulebook import day_of


class IdentityRefused(Refused):
    """Not in order by the laws on identity documents and registers of identification numbers."""

    clause: ClassVar[str] = "PH-A9.1"


class IinNotRegistered(IdentityRefused):
    pass


class IinAnnulled(IdentityRefused):
    pass


class NoIdentityDocument(IdentityRefused):
    pass


class IdentityDocumentExpired(IdentityRefused):
    pass


class IdentityDocumentLost(IdentityRefused):
    pass


class IdentityDocumentAnnulled(IdentityRefused):
    pass


_BY_STATUS: dict[str, type[IdentityRefused]] = {
    "expired": IdentityDocumentExpired,
    "lost": IdentityDocumentLost,
}


def check_identity(*, iin: str, at: datetime) -> bytes:
    """The digest of the registries' answers, as evidence; never asked in a transaction.

    Refuses with an IdentityRefused, or as the registries do when they cannot answer.
    """
    return hashlib.sha256(_iin_in_force(iin, at) + _card_in_force(iin, at)).digest()


def _iin_in_force(iin: str, at: datetime) -> bytes:
    note(iin=iin, registry="gbdfl", asked_by=Asker.HOLDER, ground=Ground.NUMBER, at=at)
    try:
        person = people.person(iin=iin, at=at)
    except people.PersonUnknown:
        raise IinNotRegistered from None
    if person.status != "active":
        raise IinAnnulled
    return person.evidence


def _card_in_force(iin: str, at: datetime) -> bytes:
    note(iin=iin, registry="documents", asked_by=Asker.HOLDER, ground=Ground.NUMBER, at=at)
    try:
        card = documents.identity_card(iin=iin, at=at)
    except documents.DocumentUnknown:
        raise NoIdentityDocument from None
    if card.status != "valid":
        raise _BY_STATUS.get(card.status, IdentityDocumentAnnulled)
    if card.expires < day_of(at):
        raise IdentityDocumentExpired
    return card.signature
