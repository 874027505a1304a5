"""May this system do this now? Asked at each request; the decision and its term, not the token, say so."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType
from uuid import UUID

from senim.accounts.models import InformationSystem
from senim.accounts.systems.process import Purpose, Standing
from senim.accounts.systems.refusals import (
    KindNotAdmitted,
    NotAdmitted,
    PurposeNotAdmitted,
    SystemSuspended,
)
from senim.rulebook import day_of

ClientId = NewType("ClientId", UUID)


@dataclass(frozen=True)
class AdmittedSystem:
    """A system that may act now. ``purposes`` are those of its decision, or fewer: those of its token."""

    id: ClientId
    name: str
    bin: str
    organisation: str
    kind: str
    purposes: frozenset[str]
    document_types: frozenset[str]

    @property
    def reference(self) -> str:
        return f"system:{self.id}"


def standing_of(row: InformationSystem, *, at: datetime) -> AdmittedSystem:
    """No decision, no access (DD-4a). Raises SystemSuspended, NotAdmitted."""
    if row.state != Standing.ADMITTED:
        raise SystemSuspended
    if row.expires_on is not None and day_of(at) > row.expires_on:
        raise NotAdmitted
    return AdmittedSystem(
        id=ClientId(row.pk),
        name=row.name,
        bin=row.bin,
        organisation=row.organisation,
        kind=row.kind,
        purposes=frozenset(row.purposes),
        document_types=frozenset(row.document_types),
    )


def may_act(system_id: UUID, *, at: datetime) -> bool:
    """Whether this system is admitted at this moment."""
    row = InformationSystem.objects.filter(pk=system_id).first()
    try:
        return row is not None and bool(standing_of(row, at=at))
    except (SystemSuspended, NotAdmitted):
        return False


def refuse_unless_for(system: AdmittedSystem, *purposes: Purpose) -> None:
    """For one of these at least, if any are named (DD-4b). Raises PurposeNotAdmitted."""
    if purposes and system.purposes.isdisjoint(purposes):
        raise PurposeNotAdmitted


def refuse_unless_of(system: AdmittedSystem, document_type: str) -> None:
    """Raises KindNotAdmitted."""
    if document_type not in system.document_types:
        raise KindNotAdmitted
