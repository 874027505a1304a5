"""An operator is dismissed or transferred: notice first, then the certificates are revoked (CA-15.1f)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from django.db import transaction
from django.db.models import Model

from senim import journal
from senim.certification import certificates, revocation
from senim.errors import Refused
from senim.operators.advance import _advance, locked
from senim.operators.models import RegistrationAuthorityOperator
from senim.operators.process import Actor, Standing, Step
from senim.operators.standing import Changed, Operator, _changed, _to_change
from senim.operators.steps import name_of
from senim.pki.crl import RevocationReason
from senim.pki.ocsp import CertStatus
from senim.rulebook import day_of

NOTICE_DAYS = 2
PROFILES = ("operator_sign", "operator_auth")
BY_DATE = "process:jobs"


class LeavingInThePast(Refused):
    """The day is over: dismiss the operator at once instead."""

    clause: ClassVar[str] = "CA-15.1f"


@dataclass(frozen=True)
class Notice:
    """The notice as registered. ``late``: less than two days before the day."""

    changed: Changed
    late: bool


def give_notice(*, iin: str, leaves_on: date, by: Operator | None, at: datetime, note: str = "") -> Notice:
    """From the beginning of ``leaves_on`` the operator acts no more. Late notice is taken, and marked.

    Raises LeavingInThePast, NotResponsible, OwnStanding, OperatorUnknown, NotAllowed.
    """
    if leaves_on <= day_of(at):
        raise LeavingInThePast
    late = leaves_on - day_of(at) < timedelta(days=NOTICE_DAYS)
    with transaction.atomic():
        row = _to_change(iin, by=by)
        row.leaves_on, who = leaves_on, name_of(by)
        taken, changed = _advance(row, action=Step.GIVE_NOTICE, actor=Actor.CENTRE, by=who, at=at, note=note)
        journal.record(
            verb="operators.give_notice",
            clause=taken.clause,
            subject=f"operator:{row.id}",
            actor=who,
            at=at,
            facts={"leaves_on": leaves_on.isoformat(), "late": late},
            changed=changed,
        )
    return Notice(_changed(row), late)


def dismiss(*, iin: str, by: Operator | None, at: datetime, note: str = "") -> Changed:
    """The operator acts no more, and the certificates are revoked, now.

    Raises NotResponsible, OwnStanding, OperatorUnknown, NotAllowed.
    """
    with transaction.atomic():
        row = _to_change(iin, by=by)
        _dismiss(row, by=name_of(by), at=at, note=note)
    return _changed(row)


def dismiss_due(*, at: datetime) -> int:
    """Those whose day has come; how many. Twice dismisses once."""
    due = RegistrationAuthorityOperator.objects.filter(leaves_on__lte=day_of(at))
    waiting = due.exclude(state=Standing.DISMISSED).values_list("iin", flat=True)
    return sum(_dismiss_by_date(iin, at=at) for iin in waiting)


def _dismiss_by_date(iin: str, *, at: datetime) -> bool:
    with transaction.atomic():
        row = locked(iin)
        if row is None or row.state == Standing.DISMISSED or not row.leaves_on:
            return False
        if row.leaves_on > day_of(at):
            return False
        _dismiss(row, by=BY_DATE, at=at)
    return True


def _dismiss(row: RegistrationAuthorityOperator, *, by: str, at: datetime, note: str = "") -> None:
    row.leaves_on = row.leaves_on or day_of(at)
    taken, changed = _advance(row, action=Step.DISMISS, actor=Actor.PROVIDER, by=by, at=at, note=note)
    numbers = revoke_all(row, reason=RevocationReason.CESSATION_OF_OPERATION, by=by, at=at)
    _record_end(row, "operators.dismiss", taken.clause, changed, by=by, at=at, revoked=numbers)


def revoke_all(
    row: RegistrationAuthorityOperator, *, reason: RevocationReason, by: str, at: datetime
) -> list[str]:
    """Every operator's certificate of this person that is in force, in the caller's transaction."""
    good = [
        one.serial_number
        for one in certificates.of_person(row.iin)
        if one.profile in PROFILES and one.status is CertStatus.GOOD
    ]
    for number in good:
        revocation.revoke(serial_number=number, reason=reason, at=at, actor=by)
    return [f"{number:040x}" for number in good]


def _record_end(
    row: RegistrationAuthorityOperator,
    verb: str,
    clause: str,
    changed: list[Model],
    *,
    by: str,
    at: datetime,
    revoked: list[str],
) -> None:
    journal.record(
        verb=verb,
        clause=clause,
        subject=f"operator:{row.id}",
        actor=by,
        at=at,
        facts={"revoked": revoked},
        changed=changed,
    )
