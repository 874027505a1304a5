"""What an organisation's information systems were shown: its side of the marks (DD-18b).

When, by which system, for what, which kind of document, how it ended. Not whose it was: a system sees that
for minutes, with the owner's consent, and keeps nothing (decision 74); a list of names would be kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db.models import Q

from senim.accounts.organisations.acting import Acting
from senim.accounts.organisations.rights import Deed, refuse_unless
from senim.accounts.systems import register
from senim.accounts.systems.process import OF_DOCUMENTS
from senim.countries.kz import times
from senim.documents.kinds import KINDS, kind_named
from senim.documents.models import View, ViewerKind
from senim.documents.process import ViewState
from senim.documents.views import said_purpose, state_of_look
from senim.texts import Text, alphabetical

AT_MOST = 100


class Outcome(StrEnum):
    """How a look stands, as marks say it."""

    OPEN = "open"
    STOPPED = "stopped"
    CLOSED = "closed"


class Order(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
    SYSTEM = "system"


@dataclass(frozen=True)
class Sought:
    """``words``: of a system's name, a purpose, a kind of document; all of them have to be found."""

    words: str = ""
    outcome: Outcome | None = None
    day: date | None = None
    order: Order = Order.NEWEST


@dataclass(frozen=True)
class Look:
    system: str
    purpose: Text | None
    kind: Text
    opened_at: datetime
    ended_at: datetime | None
    outcome: Outcome


@dataclass(frozen=True)
class Found:
    """``more``: there are others, which a closer search shows. ``systems``: the organisation has any."""

    looks: tuple[Look, ...]
    more: bool
    systems: bool


def search(acting: Acting, sought: Sought, *, at: datetime) -> Found:
    """The newest (or oldest) that fit. Refuses: NotInThisRole."""
    refuse_unless(acting.role, Deed.SEE_WHAT_SYSTEMS_SAW)
    names = register.names_for(acting.bin)
    order = "opened_at" if sought.order is Order.OLDEST else "-opened_at"
    rows = View.objects.filter(_wanted(sought, names, at=at)).order_by(order)[: AT_MOST + 1]
    looks = [_look(row, names[row.viewer_id], at=at) for row in rows]
    shown = looks[:AT_MOST]
    if sought.order is Order.SYSTEM:
        shown.sort(key=lambda look: alphabetical(look.system))
    return Found(tuple(shown), len(looks) > AT_MOST, bool(names))


def _wanted(sought: Sought, names: register.Names, *, at: datetime) -> Q:
    wanted = Q(viewer_kind=ViewerKind.SYSTEM, viewer_id__in=names)
    for word in sought.words.casefold().split():
        wanted &= _named(word, names)
    if sought.outcome is not None:
        wanted &= _ended(sought.outcome, at=at)
    return wanted & _within(sought.day) if sought.day else wanted


def _named(word: str, names: register.Names) -> Q:
    systems = [system_id for system_id, name in names.items() if word in name.casefold()]
    purposes = _fitting(word, ((one, said_purpose(one)) for one in OF_DOCUMENTS))
    kinds = _fitting(word, ((kind.name, kind.title) for kind in KINDS))
    return Q(viewer_id__in=systems) | Q(purpose__in=purposes) | Q(kind__in=kinds)


def _fitting(word: str, called: Iterable[tuple[str, object]]) -> list[str]:
    return [one for one, words in called if word in str(words).casefold()]


def _ended(outcome: Outcome, *, at: datetime) -> Q:
    stopped, going_on = Q(state=ViewState.STOPPED), Q(state=ViewState.OPEN, closes_at__gt=at)
    if outcome is Outcome.CLOSED:
        return ~stopped & ~going_on
    return stopped if outcome is Outcome.STOPPED else going_on


def _within(day: date) -> Q:
    return Q(opened_at__range=times.whole_day(day))


def _look(row: View, system: str, *, at: datetime) -> Look:
    outcome = Outcome(state_of_look(row, at=at))
    return Look(
        system, said_purpose(row.purpose), kind_named(row.kind).title, row.opened_at, row.ended_at, outcome
    )
