"""The legal entity a person applies for, and what its state database says of it (CA-5.3).

Whoever asks as its first head must be the head the database names. For the other roles the database has no
word: the organisation's own papers show them at the desk.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from senim.countries.kz import roles, subjects
from senim.errors import Refused
from senim.identifiers import Kind, parse
from senim.registries import legal_entities

NAME_IN_CERTIFICATES = "kk"


class NotOfAnEntity(Refused):
    """The identifier of a person where that of an organisation belongs."""

    clause: ClassVar[str] = "CA-5.3"
    fields = ("bin",)


class EntityAbsent(Refused):
    """The state database has no legal entity of this identifier."""

    clause: ClassVar[str] = "CA-5.3"
    fields = ("bin",)


class EntityLiquidated(Refused):
    """The legal entity is no more: nobody acts for it."""

    clause: ClassVar[str] = "CA-5.3"
    fields = ("bin",)


class NotItsHead(Refused):
    """Asked for as the first head, whom the database names otherwise. It is not said who the head is."""

    clause: ClassVar[str] = "CA-5.3"
    fields = ("role",)


class EntityNameTooLong(Refused):
    """Its registered name is longer than a certificate can hold."""

    clause: ClassVar[str] = "CA-5.3"
    fields = ("bin",)

    def __init__(self) -> None:
        super().__init__(most=subjects.LONGEST_NAME)


ON_RECORD = (EntityAbsent, EntityLiquidated, NotItsHead, EntityNameTooLong)
"""What the registry's answer leads to: such a refusal stays on record, as that of an unknown person does."""


@dataclass(frozen=True)
class Entity:
    """A legal entity in being, its registered name, and the registry's signed answer."""

    name: str
    evidence: bytes


def well_formed(*, bin: str, role: str) -> bool:  # noqa: A002 - the country's own word
    """Both or neither: whoever acts for themselves has no role. Raises WrongIdentifier, NotOfAnEntity."""
    if not (bin and role):
        return not (bin or role)
    if parse(bin).kind is not Kind.LEGAL_ENTITY:
        raise NotOfAnEntity
    return role in roles.ROLES and parse(bin).number == bin


def ask(*, bin: str, role: str, iin: str, at: datetime) -> Entity:  # noqa: A002
    """Ask for the entity and its head. Raises Unavailable, and what is ON_RECORD."""
    try:
        found = legal_entities.legal_entity(bin=bin, at=at)
    except legal_entities.EntityUnknown as absent:
        raise EntityAbsent from absent
    if found.status != "active":
        raise EntityLiquidated
    if role == roles.FIRST_HEAD and found.head_iin != iin:
        raise NotItsHead
    name = found.names[NAME_IN_CERTIFICATES]
    if len(name) > subjects.LONGEST_NAME:
        raise EntityNameTooLong
    return Entity(name, found.evidence)
