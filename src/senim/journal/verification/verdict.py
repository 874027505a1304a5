"""What verification found, and how far it could see."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

FINDINGS_AT_MOST = 1_000


class Tampering(StrEnum):
    CHANGED = "changed"
    REMOVED = "removed"
    ADDED = "added"
    TRUNCATED = "truncated"
    REWRITTEN = "reordered or rewritten"
    CHECKPOINT = "checkpoint"
    FORKED = "forked"
    ROLLED_BACK = "rolled back"
    PERSONAL = "personal facts"
    ROW = "row of record"
    TIME_STAMP = "time-stamp"


@dataclass(frozen=True)
class Finding:
    kind: Tampering
    where: str
    fact: str


@dataclass(frozen=True)
class WitnessSaw:
    """A witness's part of the horizon: what it signed last, and why it said nothing today if it did not."""

    name: str
    size: int
    signed_at: datetime | None
    problem: str


@dataclass
class Verification:
    """The verdict, and its horizon: ``covered`` records are vouched for, ``waiting`` are too young.

    ``forgotten`` records had personal facts that were deleted; ``rows`` rows of record stand as recorded,
    ``adopted`` of them on the word of an operator and not of the verb that wrote them.
    """

    covered: int = 0
    waiting: int = 0
    set_aside: int = 0
    forgotten: int = 0
    signed_at: datetime | None = None
    witnesses: list[WitnessSaw] = field(default_factory=list)
    stamped: int = 0
    stamped_at: datetime | None = None
    rows: int = 0
    adopted: int = 0
    more_findings: int = 0
    findings: list[Finding] = field(default_factory=list)
    walked: int = field(default=0, repr=False)
    roots: dict[int, bytes] = field(default_factory=dict, repr=False)
    """The recomputed roots at the sizes that somebody outside vouches for."""

    @property
    def ok(self) -> bool:
        return not self.findings

    def find(self, kind: Tampering, where: object, fact: str) -> None:
        if len(self.findings) < FINDINGS_AT_MOST:
            self.findings.append(Finding(kind, str(where), fact))
        else:
            self.more_findings += 1
