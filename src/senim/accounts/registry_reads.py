"""Who asked a state registry about somebody, and on what ground: for that somebody to read.

Whoever asks through ``registries`` notes it here; a guard walks the callers. A registry that was away was
asked, too. Rows name an IIN, as applications do: not everybody who is asked about has an account.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from senim.accounts.models import RegistryRead
from senim.settings import settings
from senim.texts import Text

LONGEST_NAME = 200
"""Of a column; a system's with its organisation's may be longer."""


class Asker(StrEnum):
    """Who asked: they themselves through a page of ours, somebody whom they let in, or somebody in office."""

    HOLDER = "holder"
    VIEWER = "viewer"
    OPERATOR = "operator"


class Ground(StrEnum):
    """What the answer was needed for."""

    NUMBER = "number"
    DOCUMENT = "document"
    APPLICATION = "application"
    OFFICE = "office"


@dataclass(frozen=True)
class Read:
    """One question, in words."""

    id: UUID
    at: datetime
    text: Text


def note(*, iin: str, registry: str, asked_by: Asker, ground: Ground, at: datetime, who: str = "") -> None:
    """Leave a line for the holder of this IIN. ``registry`` is its short name, ``who`` the asker's."""
    RegistryRead.objects.create(
        iin=iin, registry=registry, asked_by=asked_by, who=who[:LONGEST_NAME], ground=ground, at=at
    )


def latest(*, iin: str, at: datetime, count: int) -> tuple[Read, ...]:
    """The newest first, as far back as they are kept."""
    kept = RegistryRead.objects.filter(iin=iin, at__gt=at - settings.registry_reads_kept)
    return tuple(map(_in_words, kept.order_by("-at")[:count]))


def forget_old(*, at: datetime) -> int:
    """How many were forgotten."""
    return RegistryRead.objects.filter(at__lt=at - settings.registry_reads_kept).delete()[0]


def _in_words(row: RegistryRead) -> Read:
    text = Text(
        f"accounts.registry_read.{row.asked_by}",
        who=row.who,
        registry=Text(f"registries.name.{row.registry}"),
        ground=Text(f"accounts.registry_read.ground.{row.ground}"),
    )
    return Read(row.pk, row.at, text)
