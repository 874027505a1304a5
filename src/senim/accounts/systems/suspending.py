"""The switch: a system stops at once, whatever tokens it holds. Nobody's signature is waited for.

What it was being shown is closed by the task ``documents.system_stopped``.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from senim.accounts.systems.advance import By, _advance, _record, locked_system
from senim.accounts.systems.deciding import clear
from senim.accounts.systems.letters import tell_system
from senim.accounts.systems.officials import Official, official_of
from senim.accounts.systems.process import Actor, Step
from senim.accounts.systems.refusals import NotAnOfficial
from senim.jobs import enqueue


def suspend(*, system_id: UUID, reason: str, official: Official, at: datetime) -> None:
    """Raises ReasonUnclear, NotAnOfficial, SystemUnknown, NotAllowed."""
    if official_of(official.iin) != official:
        raise NotAnOfficial
    _suspend(system_id, By(Actor.OFFICIAL, official.reference, note=clear(reason)), at=at)


def suspend_from_console(*, system_id: UUID, reason: str, account: str, at: datetime) -> None:
    """By whoever runs the platform. Raises ReasonUnclear, SystemUnknown, NotAllowed."""
    _suspend(system_id, By(Actor.PLATFORM, f"console:{account}", note=clear(reason)), at=at)


def _suspend(system_id: UUID, by: By, *, at: datetime) -> None:
    with transaction.atomic():
        system = locked_system(system_id)
        changed = _advance(system, Step.SUSPEND, by=by, at=at)
        tell_system(system, Step.SUSPEND, reason=by.note, at=at)
        _record(system, Step.SUSPEND, by=by, at=at, changed=changed)
        enqueue("documents.system_stopped", queue="documents", system=str(system.pk))
