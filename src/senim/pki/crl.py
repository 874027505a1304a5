"""Certificate revocation lists (RFC 5280 §5): full lists, whole or one shard of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from senim.pki.keys import PrivateKey


class RevocationReason(StrEnum):
    """RFC 5280 §5.3.1; the values are the standard's own words."""

    UNSPECIFIED = "unspecified"
    KEY_COMPROMISE = "keyCompromise"
    CA_COMPROMISE = "cACompromise"
    AFFILIATION_CHANGED = "affiliationChanged"
    SUPERSEDED = "superseded"
    CESSATION_OF_OPERATION = "cessationOfOperation"
    CERTIFICATE_HOLD = "certificateHold"
    PRIVILEGE_WITHDRAWN = "privilegeWithdrawn"
    AA_COMPROMISE = "aACompromise"

    @property
    def code(self) -> int:
        """The CRLReason number (7 is not used)."""
        raise NotImplementedError


@dataclass(frozen=True)
class Revocation:
    serial_number: int
    revoked_at: datetime
    reason: RevocationReason = RevocationReason.UNSPECIFIED


def build(
    revoked: Iterable[Revocation],
    *,
    issuer: bytes,
    key: PrivateKey,
    number: int,
    this_update: datetime,
    next_update: datetime,
    distribution_point: str | None = None,
    only_user_certificates: bool = False,
    only_ca_certificates: bool = False,
) -> bytes:
    """A list signed by ``issuer`` (its certificate). ``distribution_point`` is the URL of a shard.

    A shard carries a critical IssuingDistributionPoint with that URL; certificates of the shard carry the same
    URL in their CRLDistributionPoints.
    """
    raise NotImplementedError


@dataclass(frozen=True)
class RevocationList:
    """A list whose signature by ``issuer`` holds."""

    number: int | None
    this_update: datetime
    next_update: datetime | None
    der: bytes

    def revocation_of(self, serial_number: int) -> Revocation | None:
        raise NotImplementedError


class ListInvalid(ValueError):
    """Not a revocation list of this issuer."""


def read(der: bytes, *, issuer: bytes) -> RevocationList:
    """Raises ListInvalid."""
    raise NotImplementedError
