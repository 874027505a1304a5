"""Civil status records: who is registered as whose relative. Asked so that nobody confirms for their own."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from senim.registries import reading
from senim.registries.answers import ask
from senim.registries.gateway import Registry
from senim.registries.reading import Malformed
from senim.registries.refusals import RegistryAnswerInvalid, RegistryUnavailable

__all__ = ["RegistryAnswerInvalid", "RegistryUnavailable", "Relatives", "relatives"]

CIVIL_STATUS = Registry("civil-status", "civil-status/relations")
ONE, MANY = ("spouse", "guardian"), ("parents", "children", "wards")


@dataclass(frozen=True)
class Relatives:
    """Identifiers of spouse, parents, children, wards and guardian; empty where nothing is registered."""

    iins: frozenset[str]


def relatives(*, iin: str, at: datetime) -> Relatives:
    """Raises RegistryUnavailable, RegistryAnswerInvalid."""
    answer = ask(CIVIL_STATUS, identifier=iin, at=at)
    if not answer.found:
        return Relatives(frozenset())
    try:
        return Relatives(frozenset(_iins(reading.part(answer.data, "relations"))))
    except Malformed as wrong:
        raise RegistryAnswerInvalid(str(wrong), registry=CIVIL_STATUS.title) from wrong


def _iins(relations: dict[str, Any]) -> list[str]:
    found = [reading.words(relations, name) for name in ONE if relations.get(name) is not None]
    for name in MANY:
        listed = relations.get(name, [])
        if not isinstance(listed, list) or not all(isinstance(iin, str) for iin in listed):
            raise Malformed(name)
        found += listed
    return found
