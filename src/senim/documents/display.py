"""Showing a document: pulled live from its owner's registry, checked, and only then shown (DD-13, DD-14a).

Nothing is kept: every look asks the registry again. What the registry signed travels with the document
(DD-5b); the gateway has verified the signature before it hands the data over, and this room checks that the
data is this person's and that the document still holds.
"""

from dataclasses import dataclass
from datetime import date, datetime

from senim.accounts import AccountId
from senim.accounts.profiles import profile
from senim.accounts.registry_reads import Asker, Ground, note
from senim.countries.kz import names, times
from senim.documents.kinds import Kind, kind_named
from senim.errors import Refused
from senim.registries import documents, people
from senim.registries.documents import IdentityCard
from senim.rulebook import day_of, followed
from senim.texts import Text, language

RULE = "digital_documents_2022"


class DocumentsNotOffered(Refused):
    """The rules of digital documents are not in force on this day."""

    clause = "DD-3a"


class SubjectUnknown(Refused):
    """The state database of individuals knows nobody of this identifier."""

    clause = "DD-11"


class SubjectAnnulled(Refused):
    """The subject's identifier is annulled: what was issued to it holds no more."""

    clause = "DD-11"


class NotThisPersons(Refused):
    """The registry answered about somebody else."""

    clause = "DD-14a"


class DocumentAnnulled(Refused):
    clause = "DD-14a"


class DocumentLost(Refused):
    clause = "DD-14a"


class DocumentExpired(Refused):
    clause = "DD-14a"


@dataclass(frozen=True)
class Document:
    """A checked document, as of ``as_of``. ``portrait`` is a PNG; ``signature`` the owning body's CMS."""

    kind: Kind
    number: str
    surname: str
    given_name: str
    patronymic: str
    born: date
    issued: date
    expires: date
    issuer: str
    portrait: bytes
    as_of: datetime
    signer_name: str
    payload: bytes
    signature: bytes

    @property
    def title(self) -> Text:
        return self.kind.title

    @property
    def full_name(self) -> str:
        return names.in_full(self)


def show(*, owner: AccountId, kind: str, at: datetime, viewer: str | None = None) -> Document:
    """The owner's document, live; ``viewer`` names whom they let in: the owner reads who had it asked.

    Raises DocumentsNotOffered, RegistryUnavailable, RegistryAnswerInvalid, SubjectUnknown, SubjectAnnulled,
    DocumentUnknown, NotThisPersons, DocumentAnnulled, DocumentLost, DocumentExpired.
    """
    if not followed(RULE, at=at):
        raise DocumentsNotOffered
    chosen = kind_named(kind)
    iin = profile(owner).iin
    _note(iin, viewer, at)
    _check_subject(iin, at=at)
    return checked(chosen.fetch(iin=iin, at=at), chosen, iin=iin, at=at)


def _note(iin: str, viewer: str | None, at: datetime) -> None:
    asked_by, who = (Asker.HOLDER, "") if viewer is None else (Asker.VIEWER, viewer)
    for registry in (people.INDIVIDUALS, documents.IDENTITY_CARDS):
        note(iin=iin, registry=registry.name, asked_by=asked_by, who=who, ground=Ground.DOCUMENT, at=at)


def _check_subject(iin: str, *, at: datetime) -> None:
    """DD-11: for authorised subjects, and nobody is one by an identifier that is not in force."""
    try:
        person = people.person(iin=iin, at=at)
    except people.PersonUnknown:
        raise SubjectUnknown from None
    if person.status != "active":
        raise SubjectAnnulled


def checked(card: IdentityCard, kind: Kind, *, iin: str, at: datetime) -> Document:
    """DD-14a: shown only if the check of the data received is successful."""
    if card.iin != iin:
        raise NotThisPersons
    if card.status == "annulled":
        raise DocumentAnnulled
    if card.status == "lost":
        raise DocumentLost
    if card.status != "valid" or card.expires < day_of(at):
        raise DocumentExpired(expires=times.day(card.expires))
    return Document(
        kind,
        card.number,
        card.surname,
        card.given_name,
        card.patronymic,
        card.born,
        card.issued,
        card.expires,
        card.issuer[language()],
        card.portrait,
        card.as_of,
        card.signer_name,
        card.payload,
        card.signature,
    )
