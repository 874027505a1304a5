"""The state database of legal entities: is this BIN somebody's, and who heads it (CA-5.3, CA-6.C1)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from senim.errors import Refused
from senim.registries import reading
from senim.registries.answers import Answer, ask
from senim.registries.gateway import Registry
from senim.registries.reading import Malformed
from senim.registries.refusals import RegistryAnswerInvalid, RegistryUnavailable

__all__ = ["EntityUnknown", "LegalEntity", "RegistryAnswerInvalid", "RegistryUnavailable", "legal_entity"]

LEGAL_ENTITIES = Registry("gbdul", "gbdul/legal-entities")
STATUSES = ("active", "liquidated")


class EntityUnknown(Refused):
    """The registry answered that it knows no legal entity of this BIN."""

    clause: ClassVar[str] = "CA-5.3"


@dataclass(frozen=True)
class LegalEntity:
    """What the registry says; ``names`` in every language, ``evidence`` the signed answer as it came."""

    bin: str
    status: str
    names: dict[str, str]
    head_iin: str
    as_of: datetime
    evidence: bytes


def legal_entity(*, bin: str, at: datetime) -> LegalEntity:  # noqa: A002 - the country's own word
    """Raises EntityUnknown, RegistryUnavailable, RegistryAnswerInvalid."""
    answer = ask(LEGAL_ENTITIES, identifier=bin, at=at)
    if not answer.found:
        raise EntityUnknown
    try:
        return _entity(reading.part(answer.data, "legal_entity"), bin, answer)
    except Malformed as wrong:
        raise RegistryAnswerInvalid(str(wrong), registry=LEGAL_ENTITIES.title) from wrong


def _entity(data: dict[str, Any], asked: str, answer: Answer) -> LegalEntity:
    return LegalEntity(
        bin=reading.one_of(data, "bin", (asked,)),
        status=reading.one_of(data, "status", STATUSES),
        names=reading.in_languages(data, "name"),
        head_iin=reading.words(reading.part(data, "head"), "iin"),
        as_of=answer.as_of,
        evidence=answer.evidence,
    )
