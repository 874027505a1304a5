"""What happened when somebody tried to sign in: told to the holder of the identifier, and to nobody else.

A row is written for identifiers nobody has here just as for those of our accounts, under a stand-in, so that
neither the work nor the rows tell which is which. The desk notes nothing: it has no secret to make stand-ins
with, and takes certificates only.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from senim.accounts.counting import stand_in
from senim.accounts.methods import Method
from senim.accounts.models import SignInAttempt
from senim.settings import settings
from senim.statements import insert

DOOR = "portal"


class Outcome(StrEnum):
    SIGNED_IN = "signed in"
    WRONG = "wrong"
    CODE_SENT = "code sent"
    NOT_CONNECTED = "not connected"
    NUMBER_RECYCLED = "number recycled"
    SIM_CHANGED = "sim changed"
    OF_ANOTHER = "of another"
    NOT_CHECKED = "not checked"
    FROZEN = "frozen"


@dataclass(frozen=True)
class Attempt:
    id: UUID
    at: datetime
    method: Method
    outcome: Outcome

    @property
    def text_id(self) -> str:
        return f"accounts.attempt.{self.method}.{self.outcome.replace(' ', '_')}"


def note(*, iin: str, network: str, method: Method, outcome: Outcome, at: datetime) -> None:
    """Leave a line for the holder of this IIN or BIN, in the caller's transaction."""
    insert(
        [SignInAttempt(whose=stand_in(iin), network=stand_in(network), method=method, outcome=outcome, at=at)]
    )


def latest(*, iin: str, at: datetime, count: int) -> tuple[Attempt, ...]:
    """The newest first, as far back as they are kept."""
    kept = SignInAttempt.objects.filter(whose=stand_in(iin), at__gt=at - settings.sign_in_attempts_kept)
    return tuple(
        Attempt(row.pk, row.at, Method(row.method), Outcome(row.outcome))
        for row in kept.order_by("-at")[:count]
    )


def came_from_here(*, iin: str, network: str, at: datetime) -> bool:
    """Whether the holder of this IIN signed in from this network before, so that it is no stranger's."""
    return SignInAttempt.objects.filter(
        whose=stand_in(iin),
        network=stand_in(network),
        outcome=Outcome.SIGNED_IN,
        at__gt=at - settings.sign_in_attempts_kept,
    ).exists()


def forget_old(*, at: datetime) -> int:
    """How many were forgotten."""
    return SignInAttempt.objects.filter(at__lt=at - settings.sign_in_attempts_kept).delete()[0]
