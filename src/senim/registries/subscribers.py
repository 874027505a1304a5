"""The mobile operators' common service: who holds a number, since when, and in which SIM card.

It is asked about a number and an IIN together and says only whether they belong together, never whose else
the number is. An operator cannot be told from a number (numbers move), so there is one service for all.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from senim.registries import reading
from senim.registries.answers import ask
from senim.registries.gateway import Registry
from senim.registries.owners import owner_of
from senim.registries.reading import Malformed
from senim.registries.refusals import RegistryAnswerInvalid, RegistryUnavailable

__all__ = [
    "SUBSCRIBERS",
    "RegistryAnswerInvalid",
    "RegistryUnavailable",
    "Subscriber",
    "is_agreed",
    "subscriber",
]

SUBSCRIBERS = Registry("subscribers", "subscribers/numbers")


@dataclass(frozen=True)
class Subscriber:
    """What the operators say of a number; None is what they do not know."""

    is_the_one: bool | None
    """Whether the IIN asked about holds it."""
    held_since: datetime | None
    """When its holder of today got it."""
    sim_since: datetime | None
    """When the SIM card it is in today came into use."""


def is_agreed() -> bool:
    """Whether anybody is asked: the list of owners names whose answers count."""
    return owner_of(SUBSCRIBERS.name) is not None


def subscriber(*, number: str, iin: str, at: datetime) -> Subscriber | None:
    """None where nobody holds this number. Raises RegistryUnavailable, RegistryAnswerInvalid."""
    answer = ask(SUBSCRIBERS, identifier=f"{number} {iin}", at=at)
    if not answer.found:
        return None
    try:
        return _subscriber(reading.part(answer.data, "subscriber"))
    except Malformed as wrong:
        raise RegistryAnswerInvalid(str(wrong), registry=SUBSCRIBERS.title) from wrong


def _subscriber(data: dict[str, Any]) -> Subscriber:
    return Subscriber(
        is_the_one=reading.truth_if_known(data, "is_the_one"),
        held_since=reading.moment_if_known(data, "held_since"),
        sim_since=reading.moment_if_known(data, "sim_since"),
    )
