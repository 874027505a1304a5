"""The state database of individuals: who is this identifier's (CA-6.P2, CA-6.C1)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from senim.errors import Refused
from senim.registries import reading
from senim.registries.answers import Answer, ask
from senim.registries.gateway import Registry
from senim.registries.reading import Malformed, Place
from senim.registries.refusals import RegistryAnswerInvalid, RegistryUnavailable

__all__ = ["Person", "PersonUnknown", "RegistryAnswerInvalid", "RegistryUnavailable", "person"]

INDIVIDUALS = Registry("gbdfl", "gbdfl/persons")
STATUSES = ("active", "annulled")
SEXES = ("female", "male")


class PersonUnknown(Refused):
    """The registry answered that it knows nobody of this identifier."""

    clause: ClassVar[str] = "CA-6.P3"


@dataclass(frozen=True)
class Person:
    """What the registry says. ``status`` is of the identifier; ``evidence`` the signed answer as it came."""

    iin: str
    status: str
    surname: str
    given_name: str
    patronymic: str
    born: date
    sex: str
    region: Place
    settlement: Place
    as_of: datetime
    evidence: bytes


def person(*, iin: str, at: datetime) -> Person:
    """Raises PersonUnknown, RegistryUnavailable, RegistryAnswerInvalid."""
    answer = ask(INDIVIDUALS, identifier=iin, at=at)
    if not answer.found:
        raise PersonUnknown
    try:
        return _person(reading.part(answer.data, "person"), iin, answer)
    except Malformed as wrong:
        raise RegistryAnswerInvalid(str(wrong), registry=INDIVIDUALS.title) from wrong


def _person(data: dict[str, Any], iin: str, answer: Answer) -> Person:
    return Person(
        iin=reading.one_of(data, "iin", (iin,)),
        status=reading.one_of(data, "status", STATUSES),
        surname=reading.words(data, "surname"),
        given_name=reading.words(data, "given_name"),
        patronymic=reading.words(data, "patronymic", may_be_empty=True),
        born=reading.day(data, "born"),
        sex=reading.one_of(data, "sex", SEXES),
        region=reading.place(data, "region"),
        settlement=reading.place(data, "settlement"),
        as_of=answer.as_of,
        evidence=answer.evidence,
    )
