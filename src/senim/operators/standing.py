"""Who is an operator, and may this operator act now (CA-5.15)? Asked at each request and each confirming."""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, ClassVar, NewType
from uuid import UUID

from django.db import transaction

from senim import journal
from senim.errors import NotFound, Refused
from senim.identifiers import parse
from senim.operators.advance import locked
from senim.operators.centres import Centre, centres
from senim.operators.models import RegistrationAuthorityOperator
from senim.operators.process import Standing

OPERATOR_PROFILE = "operator_sign"
OperatorId = NewType("OperatorId", UUID)
CEREMONY = "ceremony"


class NotInOffice(Refused):
    """Nobody acts who is no operator, or no longer."""

    clause: ClassVar[str] = "CA-5.15"


class Suspended(NotInOffice):
    """Absent for long; the centre has not said that they are back."""

    clause: ClassVar[str] = "CA-15.1g"


class Dismissed(NotInOffice):
    """Dismissed, or transferred to other work."""

    clause: ClassVar[str] = "CA-15.1f"


class KeyLost(NotInOffice):
    """Their key was lost or came into other hands."""

    clause: ClassVar[str] = "CA-19.5c"


class NotResponsible(Refused):
    """Operators and their papers are the matter of the provider's responsible staff."""

    clause: ClassVar[str] = "CA-15.1d"


class OwnStanding(Refused):
    """Nobody decides about themselves; a lost key of one's own is reported all the same."""

    clause: ClassVar[str] = "CA-15.2a"


class OperatorUnknown(NotFound):
    """No such operator."""

    clause: ClassVar[str] = "CA-5.15"


REFUSALS: dict[str, type[NotInOffice]] = {
    Standing.SUSPENDED: Suspended,
    Standing.DISMISSED: Dismissed,
    Standing.STOPPED: KeyLost,
}


@dataclass(frozen=True)
class Operator:
    """An operator. ``office`` is the id of a registration centre; ``responsible``: of the provider's
    responsible staff, who decide about operators."""

    id: OperatorId
    iin: str
    name: str
    office: str
    responsible: bool = False

    @property
    def centre(self) -> Centre | None:
        return centres().get(self.office)

    @property
    def reference(self) -> str:
        return f"operator:{self.id}"


@dataclass(frozen=True)
class Changed:
    """An operator after a step."""

    operator: Operator
    standing: Standing
    leaves_on: date | None = None


def operator_of(iin: str) -> Operator | None:
    """The operator of this IIN who may act now, or None."""
    row = RegistrationAuthorityOperator.objects.filter(iin=iin, active=True).first()
    return _facts(row) if row else None


def operator_by_id(operator_id: UUID) -> Operator | None:
    """Also one who may act no longer: old cases name them."""
    row = RegistrationAuthorityOperator.objects.filter(id=operator_id).first()
    return _facts(row) if row else None


def operator_by_iin(iin: str) -> Operator | None:
    """Also one who may act no longer."""
    row = RegistrationAuthorityOperator.objects.filter(iin=iin).first()
    return _facts(row) if row else None


def colleagues_of(operator: Operator) -> tuple[Operator, ...]:
    """The others who may act now, by name."""
    others = RegistrationAuthorityOperator.objects.filter(active=True).exclude(id=operator.id)
    return tuple(map(_facts, others.order_by("name")))


def refuse_unless_in_office(*operators: UUID) -> None:
    """May these operators act at this moment? Within a transaction a suspension waits for its end.

    Held in one order by everybody: two may be handing cases to each other. Raises Suspended, Dismissed,
    KeyLost, NotInOffice.
    """
    with transaction.atomic():
        rows = RegistrationAuthorityOperator.objects.select_for_update(no_key=True)
        found = {row.id: row for row in rows.filter(id__in=operators).order_by("id")}
    for row in map(found.get, operators):
        if row is None or not row.active:
            raise REFUSALS.get(row.state, NotInOffice) if row else NotInOffice


def refuse_at_the_door(iin: str) -> None:
    """Whoever stands at the desk's door, with a certificate that holds. Raises as the above."""
    row = RegistrationAuthorityOperator.objects.filter(iin=iin).first()
    if row is None or not row.active:
        raise REFUSALS.get(row.state, NotInOffice) if row else NotInOffice


def refuse_unless_responsible(by: Operator | None) -> None:
    """The console, which has no operator, is answered for by whoever may run it. Raises NotResponsible."""
    if by is not None and not by.responsible:
        raise NotResponsible


def appoint(
    *, iin: str, name: str, office: str, at: datetime, email: str = "", responsible: bool = False
) -> Operator:
    """Have this person an operator of this office: as the ceremony does. Raises WrongIdentifier.

    Again with another office moves them there. Whoever was dismissed comes back by an application only.
    """
    number = parse(iin).number
    known = RegistrationAuthorityOperator.objects.filter(iin=number).first()
    said = {"name": name, "office": office, "email": email, "responsible": responsible}
    if known is not None and all(getattr(known, field) == value for field, value in said.items()):
        return _facts(known)
    with transaction.atomic():
        row, _ = RegistrationAuthorityOperator.objects.update_or_create(
            iin=number,
            defaults=said,
            create_defaults={**said, "iin": number, "appointed_at": at, "state_since_at": at},
        )
        journal.record(
            verb="operators.appoint",
            clause="CA-5.15",
            subject=f"operator:{row.id}",
            actor=CEREMONY,
            at=at,
            facts={"office": office, "responsible": responsible},
            changed=[row],
        )
    return _facts(row)


def is_anybody_responsible() -> bool:
    """Whether somebody is there to decide about operators."""
    return RegistrationAuthorityOperator.objects.filter(responsible=True, active=True).exists()


def appoint_from_ceremony(path: Path, *, at: datetime) -> tuple[Operator, ...]:
    """Appoint the people the ceremony file gives an operator's signing certificate.

    Once: an instance that is started again changes nothing of what happened to them since. Operators of
    before 0.4.0 have no address yet, and get what the file says.
    """
    people = tomllib.loads(path.read_text(encoding="utf-8")).get("people", [])
    chosen = [person for person in people if OPERATOR_PROFILE in person.get("profiles", [])]
    return tuple(_appointed(person, at=at) for person in chosen)


def _appointed(person: dict[str, Any], *, at: datetime) -> Operator:
    known = RegistrationAuthorityOperator.objects.filter(iin=parse(person["iin"]).number).first()
    if known is not None and (known.email or known.steps.exists()):
        return _facts(known)
    return appoint(
        iin=person["iin"],
        name=_name(person),
        office=str(person.get("office", "")),
        email=str(person.get("email", "")),
        responsible=bool(person.get("responsible", False)),
        at=at,
    )


def _name(person: dict[str, Any]) -> str:
    return " ".join(filter(None, map(person.get, ("surname", "given_name", "patronymic"))))


def _to_change(iin: str, *, by: Operator | None) -> RegistrationAuthorityOperator:
    """Locked, for a step of the responsible staff. Raises NotResponsible, OwnStanding, OperatorUnknown."""
    refuse_unless_responsible(by)
    if by is not None and by.iin == iin:
        raise OwnStanding
    row = locked(iin)
    if row is None:
        raise OperatorUnknown
    return row


def _facts(row: RegistrationAuthorityOperator) -> Operator:
    return Operator(OperatorId(row.id), row.iin, row.name, row.office, row.responsible)


def _changed(row: RegistrationAuthorityOperator) -> Changed:
    return Changed(_facts(row), Standing(row.state), row.leaves_on)
