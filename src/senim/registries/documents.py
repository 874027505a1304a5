"""The register of identity documents, live: never a copy of ours (DD-5a, DD-13, PH-A8b)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from senim.errors import Refused
from senim.registries import reading
from senim.registries.answers import Answer, ask
from senim.registries.gateway import Registry
from senim.registries.reading import Malformed
from senim.registries.refusals import RegistryAnswerInvalid, RegistryUnavailable

__all__ = ["DocumentUnknown", "IdentityCard", "RegistryAnswerInvalid", "RegistryUnavailable", "identity_card"]

IDENTITY_CARDS = Registry("documents", "documents/identity-card")
STATUSES = ("valid", "annulled", "expired", "lost")
LARGEST_PORTRAIT = 64 * 1024


class DocumentUnknown(Refused):
    """The register answered that it holds no such document of this person."""

    clause: ClassVar[str] = "DD-7"


@dataclass(frozen=True)
class IdentityCard:
    """What the register says, and its owner's signature (CMS, detached) over ``payload``."""

    number: str
    iin: str
    surname: str
    given_name: str
    patronymic: str
    born: date
    issued: date
    expires: date
    issuer: dict[str, str]
    status: str
    portrait: bytes
    as_of: datetime
    signer_name: str
    payload: bytes
    signature: bytes


def identity_card(*, iin: str, at: datetime) -> IdentityCard:
    """Raises DocumentUnknown, RegistryUnavailable, RegistryAnswerInvalid."""
    answer = ask(IDENTITY_CARDS, identifier=iin, at=at)
    if not answer.found:
        raise DocumentUnknown
    try:
        return _card(reading.part(answer.data, "document"), iin, answer)
    except Malformed as wrong:
        raise RegistryAnswerInvalid(str(wrong), registry=IDENTITY_CARDS.title) from wrong


def _card(data: dict[str, Any], iin: str, answer: Answer) -> IdentityCard:
    card = IdentityCard(
        number=reading.words(data, "number"),
        iin=reading.one_of(data, "iin", (iin,)),
        surname=reading.words(data, "surname"),
        given_name=reading.words(data, "given_name"),
        patronymic=reading.words(data, "patronymic", may_be_empty=True),
        born=reading.day(data, "born"),
        issued=reading.day(data, "issued"),
        expires=reading.day(data, "expires"),
        issuer=reading.in_languages(data, "issuer"),
        status=reading.one_of(data, "status", STATUSES),
        portrait=reading.picture(data, "portrait", largest=LARGEST_PORTRAIT),
        as_of=answer.as_of,
        signer_name=answer.signer_name,
        payload=answer.payload,
        signature=answer.signature,
    )
    if card.expires < card.issued:
        raise Malformed("expires")
    return card
