"""The root's revocation lists: each signed in a ceremony of its own, from a reviewed file.

A list never says less than the one before it: numbers rise, and what was revoked stays revoked.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from django.db import transaction
from django.db.models import Model

from senim.certification.ceremony import root_key
from senim.certification.ceremony.certify import ACTOR, Log, write_whole
from senim.certification.ceremony.plan import PlanWrong
from senim.certification.certificates import certificate_file
from senim.certification.issuance import Authority
from senim.certification.models import Certificate, hexadecimal
from senim.certification.revocation import is_revoked, put_on_record
from senim.journal import record
from senim.pki import crl
from senim.pki.crl import RevocationReason
from senim.pki.keys import FileKeyStore
from senim.settings import settings

CLAUSE = "CA-8.P3b"
NEVER = {RevocationReason.CERTIFICATE_HOLD}


class ListRefused(ValueError):
    """The list would contradict the one before it, or our records; the message says where."""


@dataclass(frozen=True)
class ListPlan:
    """The reviewed file: the list's number, how long it holds, and everything the root has revoked."""

    number: int
    valid_for: timedelta
    revoked: tuple[crl.Revocation, ...]

    @classmethod
    def of(cls, said: dict[str, Any]) -> Self:
        try:
            number, days = _positive(said["number"]), _positive(said["valid_days"])
            return cls(number, timedelta(days=days), tuple(map(_entry, said.get("revoked", ()))))
        except (KeyError, TypeError, ValueError, AttributeError) as wrong:
            raise PlanWrong(f"the list's file: {wrong!r}") from wrong


@dataclass(frozen=True)
class Signed:
    """What the ceremony signed."""

    number: int
    this_update: datetime
    next_update: datetime
    revoked: tuple[int, ...]


def read(file: Path) -> ListPlan:
    """Raises PlanWrong, OSError."""
    try:
        return ListPlan.of(tomllib.loads(file.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as wrong:
        raise PlanWrong(f"{file}: {wrong}") from wrong


def _positive(number: object) -> int:
    if not isinstance(number, int) or number < 1:
        raise ValueError(f"{number!r} is no positive number")
    return number


def _entry(said: dict[str, Any]) -> crl.Revocation:
    revoked_at, reason = said["revoked_at"], RevocationReason(said["reason"])
    if not isinstance(revoked_at, datetime) or revoked_at.tzinfo is None:
        raise ValueError("revoked_at is a time with its zone")
    if reason in NEVER:
        raise ValueError(f"{reason.value} is no revocation")
    number = int(said["serial_number"].replace(":", ""), 16)
    return crl.Revocation(number, revoked_at.astimezone(UTC).replace(microsecond=0), reason)


def first(root: Authority, *, valid_for: timedelta, at: datetime, log: Log) -> None:
    """The root has revoked nothing, and says so: without a list its issuing authority cannot be checked."""
    if not root_key.list_file().exists():
        _sign(ListPlan(1, valid_for, ()), root, at=at)
        log.made.append("list root")


def sign(plan: ListPlan, *, passphrase: str | None, at: datetime) -> Signed:
    """The next list. Raises ListRefused, root_key.RootKeyNeeded, keys.WrongPassphrase.

    What is newly revoked is recorded before the list is signed; cut off in between, the same file is carried
    out once more.
    """
    _refuse_contradictions(plan, at=at)
    key = FileKeyStore(settings.root).open(root_key.LABEL, passphrase=root_key.passphrase(passphrase))
    root = Authority.of(root_key.LABEL, certificate=certificate_file(root_key.LABEL), key=key)
    with transaction.atomic():
        changed = [row for entry in plan.revoked for row in _record_revocation(entry)]
        _journal(plan, at=at, changed=changed)
    return _sign(plan, root, at=at)


def _refuse_contradictions(plan: ListPlan, *, at: datetime) -> None:
    before = crl.read(root_key.list_file().read_bytes(), issuer=certificate_file(root_key.LABEL))
    if plan.number <= (before.number or 0):
        raise ListRefused(f"list {plan.number} would follow list {before.number}")
    if at < before.this_update:
        raise ListRefused(f"the list before is of {before.this_update.isoformat()}: is the clock right?")
    if missing := set(before.revocations()) - set(plan.revoked):
        numbers = ", ".join(hexadecimal(entry.serial_number) for entry in missing)
        raise ListRefused(f"the list before also names, in these very words: {numbers}")
    if any(entry.revoked_at > at for entry in plan.revoked):
        raise ListRefused("a revocation lies in the future")


def _record_revocation(entry: crl.Revocation) -> list[Model]:
    """The rows it wrote. The root signs authorities only; for anything else its list would say nothing."""
    found = Certificate.objects.select_for_update().filter(
        issuer=root_key.LABEL, serial_number=hexadecimal(entry.serial_number)
    )
    certificate = found.exclude(profile=root_key.LABEL).first()
    if certificate is None:
        raise ListRefused(f"the root issued no authority {hexadecimal(entry.serial_number)}")
    if is_revoked(certificate):
        return []
    return put_on_record(certificate, reason=entry.reason, at=entry.revoked_at, actor=ACTOR)


def _journal(plan: ListPlan, *, at: datetime, changed: Sequence[Model]) -> None:
    facts = {"revoked": [hexadecimal(entry.serial_number) for entry in plan.revoked]}
    subject = f"root-list:{plan.number}"
    record(
        verb="ceremony.root_list",
        clause=CLAUSE,
        subject=subject,
        at=at,
        actor=ACTOR,
        facts=facts,
        changed=changed,
    )


def _sign(plan: ListPlan, root: Authority, *, at: datetime) -> Signed:
    now = at.replace(microsecond=0)
    content = crl.build(
        plan.revoked,
        issuer=certificate_file(root_key.LABEL),
        key=root.key,
        number=plan.number,
        this_update=now,
        next_update=now + plan.valid_for,
    )
    write_whole(root_key.list_file(), content)
    numbers = tuple(entry.serial_number for entry in plan.revoked)
    return Signed(plan.number, now, now + plan.valid_for, numbers)
