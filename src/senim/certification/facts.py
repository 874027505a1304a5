"""What other rooms know of orders and certificates."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from senim.pki.crl import RevocationReason
from senim.pki.ocsp import CertStatus

OrderId = NewType("OrderId", uuid.UUID)

PURPOSES = ("sign", "auth")


@dataclass(frozen=True)
class SubjectFacts:
    """Whom a certificate names. A service or an organisation has ``common_name`` and no IIN."""

    iin: str = ""
    surname: str = ""
    given_name: str = ""
    patronymic: str = ""
    email: str = ""
    organisation: str = ""
    bin: str = ""
    role: str = ""
    common_name: str = ""

    @property
    def identifier(self) -> str:
        """Who answers for the key: the person, else the legal entity, else the service by its name."""
        return self.iin or self.bin or self.common_name


@dataclass(frozen=True)
class CertificateFacts:
    """A certificate we issued. ``status`` is what the database says now; until it ``is_published`` those who
    ask elsewhere hear that nobody issued it."""

    serial_number: int
    profile: str
    not_before: datetime
    not_after: datetime
    der: bytes
    status: CertStatus
    revoked_at: datetime | None = None
    reason: RevocationReason | None = None
    is_published: bool = True


@dataclass(frozen=True)
class OrderOutcome:
    """How an order stands: "pending", "issued" or "refused"; a refusal names the text of its reason."""

    state: str
    refusal_text_id: str = ""
    certificates: tuple[CertificateFacts, ...] = ()
