"""Trust sets: whose certificates we believe, and how we learn of their revocation."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TrustSet:
    """Anchors and intermediates (DER). An empty one named "ours" is read from ``<home>/certificates``."""

    name: str
    anchors: tuple[bytes, ...] = ()
    intermediates: tuple[bytes, ...] = ()


OURS = TrustSet("ours")
