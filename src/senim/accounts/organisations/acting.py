"""For which organisation a session acts, in which role, and by which certificate."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from senim.accounts.organisations import OrganisationId
from senim.certification.status import status_of
from senim.pki.ocsp import CertStatus
from senim.texts import LANGUAGES, language


@dataclass(frozen=True)
class Acting:
    """It lives in the session. ``serial_number`` is of the certificate that gives the right to act."""

    organisation_id: OrganisationId
    bin: str
    names: dict[str, str]
    role: str
    serial_number: int
    not_after: datetime

    @property
    def name(self) -> str:
        return self.names[language()]

    @property
    def registered_name(self) -> str:
        """In the state language, as its certificates have it."""
        return self.names[LANGUAGES[0]]

    def as_json(self) -> dict[str, Any]:
        return {
            "organisation_id": str(self.organisation_id),
            "bin": self.bin,
            "names": self.names,
            "role": self.role,
            "serial_number": f"{self.serial_number:x}",
            "not_after": self.not_after.isoformat(),
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Acting":
        return cls(
            organisation_id=OrganisationId(UUID(kept["organisation_id"])),
            bin=kept["bin"],
            names=kept["names"],
            role=kept["role"],
            serial_number=int(kept["serial_number"], 16),
            not_after=datetime.fromisoformat(kept["not_after"]),
        )

    def same_as(self, other: "Acting | None") -> bool:
        return other is not None and (self.organisation_id, self.role) == (other.organisation_id, other.role)

    def still_may(self, *, at: datetime) -> bool:
        """Whether the certificate is good now: revoking it takes the right to act away at once."""
        status = status_of(issuer_key_id=None, serial_number=self.serial_number, at=at)
        return status.status is CertStatus.GOOD and at < self.not_after
