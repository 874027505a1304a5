"""Trust sets: whose certificates we believe, and how we learn of their revocation."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from senim.certification import certificates, status


class StatusSource(Protocol):
    """Answers for a certificate of the issuer with this key identifier, as of ``at``."""

    def __call__(self, *, issuer_key_id: bytes | None, serial_number: int, at: datetime) -> status.Status: ...


@dataclass(frozen=True)
class Certificates:
    """DER. Intermediates are issuing authorities that this set knows by themselves, not from a message."""

    anchors: tuple[bytes, ...]
    intermediates: tuple[bytes, ...]


@dataclass(frozen=True)
class TrustSet:
    """``certificates`` is asked at each check, so that a new authority needs no restart."""

    name: str
    certificates: Callable[[], Certificates]
    status_of: StatusSource


def _ours() -> Certificates:
    """Of this instance's ceremony. Raises FileNotFoundError before it."""
    return Certificates((certificates.certificate_file("root"),), certificates.issuing_authorities())


OURS = TrustSet("ours", _ours, status.status_of)
