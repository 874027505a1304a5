"""Who looks: somebody with an account, or an admitted information system for one purpose (DD-4b)."""

from dataclasses import dataclass
from uuid import UUID

from senim.documents.models import Claim, View, ViewerKind
from senim.documents.process import Actor


@dataclass(frozen=True)
class Viewer:
    """As rows of claims and looks hold it.

    ``organisation`` is what a person acts for, by certificate; a system's is in its decision. Only a system
    has a ``purpose``.
    """

    id: UUID
    kind: ViewerKind = ViewerKind.PERSON
    organisation: str = ""
    purpose: str = ""

    @classmethod
    def of(cls, row: Claim | View) -> "Viewer":
        return cls(row.viewer_id, ViewerKind(row.viewer_kind), row.organisation, row.purpose)

    @property
    def columns(self) -> dict[str, object]:
        return {
            "viewer_id": self.id,
            "viewer_kind": self.kind,
            "organisation": self.organisation,
            "purpose": self.purpose,
        }

    @property
    def actor(self) -> Actor:
        return Actor.SYSTEM if self.kind is ViewerKind.SYSTEM else Actor.VIEWER

    @property
    def reference(self) -> str:
        """As the journal names whoever acts."""
        return f"{'system' if self.kind is ViewerKind.SYSTEM else 'account'}:{self.id}"
