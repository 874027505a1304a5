"""Registration authority operators: who may act at the desk (CA-5.15). Appointed by the key ceremony."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NewType
from uuid import UUID

from django.db import transaction

from senim import journal
from senim.enrolment.lists import Centre, centres
from senim.enrolment.models import RegistrationAuthorityOperator
from senim.identifiers import parse

OPERATOR_PROFILE = "operator_sign"
OperatorId = NewType("OperatorId", UUID)


@dataclass(frozen=True)
class Operator:
    """An operator in office. ``office`` is the id of a registration centre."""

    id: OperatorId
    iin: str
    name: str
    office: str

    @property
    def centre(self) -> Centre | None:
        return centres().get(self.office)

    @property
    def reference(self) -> str:
        return f"operator:{self.id}"


def operator_of(iin: str) -> Operator | None:
    """The active operator of this IIN, or None."""
    row = RegistrationAuthorityOperator.objects.filter(iin=iin, active=True).first()
    return _facts(row) if row else None


def operator_by_id(operator_id: UUID) -> Operator | None:
    """Also one no longer active: old cases name them."""
    row = RegistrationAuthorityOperator.objects.filter(id=operator_id).first()
    return _facts(row) if row else None


def appoint(*, iin: str, name: str, office: str, at: datetime) -> Operator:
    """Make this person an operator of this office; again moves them there. Raises WrongIdentifier."""
    known = operator_of(parse(iin).number)
    if known is not None and (known.name, known.office) == (name, office):
        return known
    with transaction.atomic():
        row, _ = RegistrationAuthorityOperator.objects.update_or_create(
            iin=parse(iin).number,
            defaults={"name": name, "office": office, "active": True},
            create_defaults={"name": name, "office": office, "active": True, "appointed_at": at},
        )
        journal.record(
            verb="enrolment.appoint_operator",
            clause="CA-5.15",
            subject=f"operator:{row.id}",
            at=at,
            facts={"office": office},
            changed=[row],
        )
    return _facts(row)


def dismiss(*, iin: str, at: datetime) -> None:
    """End the appointment: the desk no longer opens to this person."""
    with transaction.atomic():
        row = RegistrationAuthorityOperator.objects.select_for_update().filter(iin=iin, active=True).first()
        if row is None:
            return
        row.active = False
        row.save(update_fields=["active"])
        journal.record(
            verb="enrolment.dismiss_operator",
            clause="CA-5.15",
            subject=f"operator:{row.id}",
            at=at,
            changed=[row],
        )


def appoint_from_ceremony(path: Path, *, at: datetime) -> tuple[Operator, ...]:
    """Appoint the people the ceremony file gives an operator's signing certificate."""
    people = tomllib.loads(path.read_text(encoding="utf-8")).get("people", [])
    return tuple(
        appoint(iin=person["iin"], name=_name(person), office=str(person.get("office", "")), at=at)
        for person in people
        if OPERATOR_PROFILE in person.get("profiles", [])
    )


def _name(person: dict[str, Any]) -> str:
    return " ".join(filter(None, (person.get("surname"), person.get("given_name"), person.get("patronymic"))))


def _facts(row: RegistrationAuthorityOperator) -> Operator:
    return Operator(OperatorId(row.id), row.iin, row.name, row.office)
