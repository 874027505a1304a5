"""Is this person's identity in order, by the registries' own answers (PH-A8b, PH-A9.1)?

Asked over the gateway, never of the person, and only after the person agreed to it.
"""

import hashlib
from datetime import datetime
from typing import ClassVar

from senim.accounts.registry_reads import Asker, Ground, note
from senim.errors import Refused
from senim.registries import documents, people
from senim.registries.people import Person
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
    return evidence_of(person_in_force(iin=iin, at=at), at=at)


def person_in_force(*, iin: str, at: datetime, asked_by: Asker = Asker.HOLDER, who: str = "") -> Person:
    """Whom the register has under this IIN, which is in force. Refuses: IinNotRegistered, IinAnnulled."""
    note(iin=iin, registry=people.INDIVIDUALS.name, asked_by=asked_by, ground=Ground.NUMBER, at=at, who=who)
    try:
        person = people.person(iin=iin, at=at)
    except people.PersonUnknown:
        raise IinNotRegistered from None
    if person.status != "active":
        raise IinAnnulled
    return person


def evidence_of(person: Person, *, at: datetime, asked_by: Asker = Asker.HOLDER, who: str = "") -> bytes:
    """With an identity card in force: the digest of what the registries answered."""
    return hashlib.sha256(person.evidence + _card_in_force(person.iin, at, asked_by, who)).digest()


def _card_in_force(iin: str, at: datetime, asked_by: Asker, who: str) -> bytes:
    registry = documents.IDENTITY_CARDS.name
    note(iin=iin, registry=registry, asked_by=asked_by, ground=Ground.NUMBER, at=at, who=who)
    try:
        card = documents.identity_card(iin=iin, at=at)
    except documents.DocumentUnknown:
        raise NoIdentityDocument from None
    if card.status != "valid":
        raise _BY_STATUS.get(card.status, IdentityDocumentAnnulled)
    if card.expires < day_of(at):
        raise IdentityDocumentExpired
    return card.signature
