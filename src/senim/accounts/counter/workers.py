"""Who is a State Corporation worker: its employee by certificate, and on this register (decision 68)."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar, NewType
from uuid import UUID

from django.db import transaction

from senim import journal
from senim.accounts.models import CounterWorker
from senim.countries.kz import roles
from senim.errors import Refused
from senim.identifiers import parse
from senim.validation import Signer

PROFILE = roles.PROFILES["employee"]["sign"]
"""The State Corporation's own certificates of its employees."""
WorkerId = NewType("WorkerId", UUID)


class NotACounterWorker(Refused):
    """Nobody serves at a counter who is no worker of the State Corporation, or no longer."""

    clause: ClassVar[str] = "P19-4"


@dataclass(frozen=True)
class Worker:
    """A worker. ``office`` is the id of a centre, ``bin`` the State Corporation's."""

    id: WorkerId
    iin: str
    bin: str
    name: str
    office: str

    @property
    def reference(self) -> str:
        return f"counter_worker:{self.id}"


def worker_of(iin: str) -> Worker | None:
    """The worker of this IIN who may act now, or None."""
    row = CounterWorker.objects.filter(iin=iin, active=True).first()
    return facts_of(row) if row else None


def colleagues_of(worker: Worker) -> tuple[Worker, ...]:
    """The others of this office who may act now, by name."""
    others = CounterWorker.objects.filter(active=True, bin=worker.bin, office=worker.office)
    return tuple(map(facts_of, others.exclude(pk=worker.id).order_by("name")))


def enter(signer: Signer) -> None:
    """At the desk's door: the certificate has to be of the organisation the register says.

    Raises NotACounterWorker.
    """
    worker = worker_of(signer.iin)
    if worker is None or worker.bin != signer.bin:
        raise NotACounterWorker


def refuse_unless_at_work(*workers: UUID) -> None:
    """May these workers act at this moment? In the caller's transaction a dismissal waits for its end.

    Held in one order by everybody: two may be handing over to each other. Raises NotACounterWorker.
    """
    rows = CounterWorker.objects.select_for_update(no_key=True).filter(pk__in=workers, active=True)
    if {row.pk for row in rows.order_by("pk")} != set(workers):
        raise NotACounterWorker


def appoint(*, iin: str, bin: str, name: str, office: str, at: datetime, by: str) -> Worker:  # noqa: A002
    """Have this person a worker of this office; again moves them there, and brings back who was dismissed.

    Raises WrongIdentifier.
    """
    said = {"bin": parse(bin).number, "name": name, "office": office, "active": True, "dismissed_at": None}
    with transaction.atomic():
        row, new = CounterWorker.objects.get_or_create(
            iin=parse(iin).number, defaults={**said, "appointed_at": at}
        )
        if not new and all(getattr(row, field) == value for field, value in said.items()):
            return facts_of(row)
        for field, value in said.items():
            setattr(row, field, value)
        row.save()
        _record("accounts.counter.appoint", row, by=by, at=at)
    return facts_of(row)


def dismiss(*, iin: str, at: datetime, by: str) -> Worker:
    """Acts no more, from now on. Raises NotACounterWorker."""
    with transaction.atomic():
        row = CounterWorker.objects.select_for_update().filter(iin=iin, active=True).first()
        if row is None:
            raise NotACounterWorker
        row.active, row.dismissed_at = False, at
        row.save()
        _record("accounts.counter.dismiss", row, by=by, at=at)
    return facts_of(row)


def everybody() -> tuple[tuple[Worker, bool], ...]:
    """All there ever were, by name, and whether they act now."""
    return tuple((facts_of(row), row.active) for row in CounterWorker.objects.order_by("name"))


def appoint_from_ceremony(path: Path, *, at: datetime) -> tuple[Worker, ...]:
    """Appoint the people the ceremony's file gives an employee's certificate and an office.

    Once: an instance that is started again changes nothing of what happened to them since.
    """
    people = tomllib.loads(path.read_text(encoding="utf-8")).get("people", [])
    known = set(CounterWorker.objects.values_list("iin", flat=True))
    return tuple(
        appoint(
            iin=one["iin"],
            bin=one["bin"],
            name=" ".join(filter(None, (one["surname"], one["given_name"], one.get("patronymic")))),
            office=one["office"],
            at=at,
            by="ceremony",
        )
        for one in people
        if PROFILE in one.get("profiles", []) and "office" in one and one["iin"] not in known
    )


def facts_of(row: CounterWorker) -> Worker:
    return Worker(WorkerId(row.pk), row.iin, row.bin, row.name, row.office)


def _record(verb: str, row: CounterWorker, *, by: str, at: datetime) -> None:
    journal.record(
        verb=verb,
        clause=NotACounterWorker.clause,
        subject=f"counter_worker:{row.pk}",
        actor=by,
        at=at,
        facts={"office": row.office},
        changed=[row],
    )
