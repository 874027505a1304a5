"""What happened to an account's holder, as they read it in the cabinet: all of it in one place.

Three tables of this room are brought together: what they are told (``tell``), who tried to sign in
(``attempts``), and who asked a state registry about them (``registry_reads``). What other rooms know (who
looked at a document) is joined by the page.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from senim.accounts import AccountId, attempts, registry_reads
from senim.accounts.models import Account, TimelineEntry
from senim.texts import Text


class Kind(StrEnum):
    """What a line is about; the page filters by it."""

    SIGN_IN = "sign in"
    FACTOR = "factor"
    REGISTRY = "registry"
    DOCUMENT = "document"
    CERTIFICATE = "certificate"


class Outcome(StrEnum):
    """How it went."""

    DONE = "done"
    REFUSED = "refused"


MOST = 1000
"""Lines read of each table; what is older is in the journal."""


@dataclass(frozen=True)
class Happening:
    """One line. ``reference`` names it among its holder's own."""

    reference: str
    at: datetime
    kind: Kind
    outcome: Outcome
    text: Text


def tell(
    *,
    account_id: AccountId,
    text_id: str,
    at: datetime,
    kind: Kind = Kind.FACTOR,
    outcome: Outcome = Outcome.DONE,
    **facts: str,
) -> None:
    """Leave a line in this account's timeline, in the caller's transaction."""
    TimelineEntry.objects.create(
        account_id=account_id, at=at, text_id=text_id, kind=kind, outcome=outcome, facts=facts
    )


def latest(account_id: AccountId, *, count: int = 10) -> tuple[Happening, ...]:
    """The newest lines that the holder was told, first."""
    rows = TimelineEntry.objects.filter(account_id=account_id).order_by("-at")[:count]
    return tuple(map(_told, rows))


def everything(account_id: AccountId, *, at: datetime) -> list[Happening]:
    """All that is kept, in no order."""
    iin = Account.objects.values_list("iin", flat=True).get(pk=account_id)
    told = latest(account_id, count=MOST)
    tried = [_tried(one) for one in attempts.latest(iin=iin, at=at, count=MOST)]
    asked = [_asked(one) for one in registry_reads.latest(iin=iin, at=at, count=MOST)]
    return [*told, *tried, *asked]


def _told(row: TimelineEntry) -> Happening:
    text = Text(row.text_id, **row.facts)
    return Happening(f"told-{row.pk}", row.at, Kind(row.kind), Outcome(row.outcome), text)


def _tried(one: attempts.Attempt) -> Happening:
    went_well = one.outcome in {attempts.Outcome.SIGNED_IN, attempts.Outcome.CODE_SENT}
    outcome = Outcome.DONE if went_well else Outcome.REFUSED
    return Happening(f"tried-{one.id}", one.at, Kind.SIGN_IN, outcome, Text(one.text_id))


def _asked(one: registry_reads.Read) -> Happening:
    return Happening(f"asked-{one.id}", one.at, Kind.REGISTRY, Outcome.DONE, one.text)
