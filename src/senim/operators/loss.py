"""A key is lost, or came into other hands: one report stops its owner, revokes, and tells (CA-19.5c)."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction

from senim import journal
from senim.errors import Refused
from senim.operators import letters
from senim.operators.advance import _advance, locked
from senim.operators.leaving import revoke_all
from senim.operators.process import Actor, Step
from senim.operators.standing import Changed, Operator, OperatorUnknown, _changed, _facts
from senim.operators.steps import name_of
from senim.pki.crl import RevocationReason


class NotYoursToReport(Refused):
    """Of one's own key, of a colleague's in the same office; responsible staff reports for everybody."""

    clause: ClassVar[str] = "CA-19.5c"


@dataclass(frozen=True)
class Reported:
    """The operator is stopped. ``told`` is how many people were written to, ``revoked`` how many
    certificates are no longer valid."""

    changed: Changed
    told: int
    revoked: int


def report(*, iin: str, by: Operator | None, at: datetime, note: str = "") -> Reported:
    """Stop the operator, revoke their certificates and tell the direct head and the responsible staff.

    Raises NotYoursToReport, OperatorUnknown, NotAllowed.
    """
    with transaction.atomic():
        row = locked(iin)
        if row is None:
            raise OperatorUnknown
        if not may_report(_facts(row), by):
            raise NotYoursToReport
        who = name_of(by)
        taken, changed = _advance(row, action=Step.LOSE_KEY, actor=Actor.OPERATOR, by=who, at=at, note=note)
        revoked = revoke_all(row, reason=RevocationReason.KEY_COMPROMISE, by=who, at=at)
        told = letters.tell_of_loss(row, at=at)
        journal.record(
            verb="operators.report_loss",
            clause=taken.clause,
            subject=f"operator:{row.id}",
            actor=who,
            at=at,
            facts={"told": told, "revoked": revoked},
            personal={"note": note} if note else None,
            changed=changed,
        )
    return Reported(_changed(row), told, len(revoked))


def may_report(reported: Operator, by: Operator | None) -> bool:
    """The console may report for everybody, as responsible staff does."""
    return by is None or by.responsible or by.office == reported.office or by.id == reported.id
