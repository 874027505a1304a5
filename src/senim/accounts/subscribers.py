"""Is a number still in the hands it was connected by? Asked of the mobile operators before a code counts.

A number can be given to somebody else, or moved by a thief into another SIM card, and its codes go with it.
"Unknown" is an answer, and it means what a bad one means: the person proves themselves in a stronger way. By
an instance that has no agreement with the operators nobody is asked, and nothing changes. Decision 72.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from senim.accounts.identity import IdentityRefused
from senim.accounts.registry_reads import Asker, Ground, note
from senim.registries import subscribers as operators
from senim.settings import NumbersOfOthers, UncheckedCodes, settings


class Doubt(StrEnum):
    """Why a code proves too little."""

    RECYCLED = "number recycled"
    SIM_CHANGED = "sim changed"
    OF_ANOTHER = "of another"
    NOT_CHECKED = "not checked"


class NumberOfAnother(IdentityRefused):
    """The operators say that another person holds the number, and this instance connects no such number."""

    clause: ClassVar[str] = "PH-3"


@dataclass(frozen=True)
class Ownership:
    """What the operators say; None is what they do not know, or did not say in time."""

    owner_is_iin: bool | None
    sim_changed_recently: bool | None
    recycled: bool | None
    """Whether it is somebody else's since it was connected, or lately."""


UNKNOWN = Ownership(None, None, None)


def checked(*, number: str, iin: str, at: datetime, since: datetime | None = None) -> Ownership:
    """Ask about an E.164 number, never inside a transaction. ``since``: when it was connected to this IIN.

    Whatever keeps the operators from answering makes the answer unknown; nothing is refused here.
    """
    if not operators.is_agreed():
        return UNKNOWN
    try:
        held = operators.subscriber(number=number, iin=iin, at=at)
    except (operators.RegistryUnavailable, operators.RegistryAnswerInvalid):
        return UNKNOWN
    if held is None:
        return UNKNOWN
    settled = at - settings.sim_settles
    return Ownership(
        owner_is_iin=held.is_the_one,
        sim_changed_recently=_is_after(held.sim_since, settled),
        recycled=_is_after(held.held_since, since or settled),
    )


def doubt_about_code(*, number: str, iin: str, at: datetime, since: datetime | None = None) -> Doubt | None:
    """Why a sign-in code to this number would prove too little; None where it proves what it should."""
    if not operators.is_agreed():
        return None
    found = checked(number=number, iin=iin, at=at, since=since)
    if found.recycled:
        return Doubt.RECYCLED
    if found.sim_changed_recently:
        return Doubt.SIM_CHANGED
    if found.owner_is_iin is False and settings.numbers_of_others is NumbersOfOthers.REFUSED:
        return Doubt.OF_ANOTHER
    return Doubt.NOT_CHECKED if _is_unknown(found) else None


def doubted(*, number: str, iin: str, who: str, at: datetime) -> bool:
    """For ``who`` connects a number by its code, without its holder's own signature or face: whether anything
    the operators say, or cannot say, speaks against it. The holder reads that they were asked.

    Refuses: NumberOfAnother, where the instance asks for it.
    """
    if not operators.is_agreed():
        return False
    registry = operators.SUBSCRIBERS.name
    note(iin=iin, registry=registry, asked_by=Asker.OPERATOR, ground=Ground.NUMBER, at=at, who=who)
    found = checked(number=number, iin=iin, at=at)
    if found.owner_is_iin is False and settings.numbers_of_others is NumbersOfOthers.REFUSED:
        raise NumberOfAnother
    against = found.owner_is_iin is False or found.recycled or found.sim_changed_recently
    return bool(against) or _is_unknown(found)


def refuse_of_another(*, number: str, iin: str, at: datetime) -> None:
    """For whoever connects a number by something stronger than its code: that settles every other doubt.

    Refuses: NumberOfAnother, where the instance asks for it.
    """
    if settings.numbers_of_others is not NumbersOfOthers.REFUSED or not operators.is_agreed():
        return
    if checked(number=number, iin=iin, at=at).owner_is_iin is False:
        raise NumberOfAnother


def _is_after(moment: datetime | None, other: datetime) -> bool | None:
    return None if moment is None else moment > other


def _is_unknown(found: Ownership) -> bool:
    if settings.unchecked_codes is UncheckedCodes.SENT:
        return False
    needed = [found.recycled, found.sim_changed_recently]
    if settings.numbers_of_others is NumbersOfOthers.REFUSED:
        needed.append(found.owner_is_iin)
    return None in needed
