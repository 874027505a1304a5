"""The one writer of a state: of an application, of an admitted system.

Everything else asks here, inside its own transaction, and holds the row.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Model

from senim.accounts.models import InformationSystem, SystemApplication, SystemStep
from senim.accounts.systems.process import Actor, Step
from senim.accounts.systems.refusals import SystemApplicationUnknown, SystemUnknown
from senim.journal import record

Case = SystemApplication | InformationSystem


@dataclass(frozen=True)
class By:
    """Who takes a step, and what they signed for it; a step that only stops a system is not signed."""

    actor: Actor
    name: str
    note: str = ""
    document: bytes | None = None
    signature: bytes | None = None


def locked_system(system_id: UUID) -> InformationSystem:
    """Raises SystemUnknown."""
    row = InformationSystem.objects.select_for_update().filter(pk=system_id).first()
    if row is None:
        raise SystemUnknown
    return row


def locked_application(application_id: UUID) -> SystemApplication:
    """Raises SystemApplicationUnknown."""
    row = SystemApplication.objects.select_for_update().filter(pk=application_id).first()
    if row is None:
        raise SystemApplicationUnknown
    return row


def _advance(case: Case, action: Step, *, by: By, at: datetime) -> list[Model]:
    """Take one step and write it down; the rows changed. Raises NotAllowed."""
    row = case.process.row_for(state=case.state, action=action, actor=by.actor, case=case)
    step = case.steps.create(
        place=case.steps.count(),
        clause=row.clause,
        action=action,
        actor=by.actor,
        taken_by=by.name,
        from_state=case.state,
        to_state=row.to,
        taken_at=at,
        note=by.note,
        document=by.document,
        signature=by.signature,
    )
    case.state, case.state_since_at = row.to, at
    case.save()
    return [case, step]


def _record(case: Case, action: Step, *, by: By, at: datetime, changed: list[Model]) -> None:
    record(
        verb=f"accounts.systems.{action}",
        clause="DD-4a",
        subject=reference_of(case),
        actor=by.name,
        at=at,
        facts={"state": str(case.state), "signed": by.signature is not None},
        personal={"note": by.note} if by.note else None,
        changed=changed,
    )


def reference_of(case: Case) -> str:
    return f"{'system' if isinstance(case, InformationSystem) else 'system_application'}:{case.pk}"


__all__ = ["By", "Case", "SystemStep", "_advance", "_record", "locked_application", "locked_system"]
