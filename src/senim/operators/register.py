"""The register of operators and one operator's file. Reads only."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max, Q

from senim.certification import certificates
from senim.certification.facts import CertificateFacts
from senim.operators.centres import centres
from senim.operators.leaving import PROFILES
from senim.operators.models import (
    OperatorApplication,
    RegistrationAuthorityOperator,
    StepTaken,
    Violation,
)
from senim.operators.process import Actor, Standing, Step
from senim.operators.standing import Operator, OperatorUnknown, _facts
from senim.operators.workplaces import BY_THE_DOOR
from senim.texts import Text, alphabetical

TONES = {
    Standing.IN_OFFICE: "ok",
    Standing.LEAVING: "wait",
    Standing.SUSPENDED: "wait",
    Standing.STOPPED: "stop",
    Standing.DISMISSED: "idle",
}


@dataclass(frozen=True)
class Line:
    """One operator in the register. ``used_elsewhere_on``: the last day on which their key was (CA-19.5a)."""

    operator: Operator
    standing: Standing
    since_at: datetime
    absent_until: date | None
    leaves_on: date | None
    used_elsewhere_on: date | None = None

    @property
    def said(self) -> Text:
        return Text(f"operators.standing.{self.standing.name.lower()}")

    @property
    def tone(self) -> str:
        return TONES[self.standing]

    @property
    def office(self) -> object:
        centre = centres().get(self.operator.office)
        return centre.name if centre else self.operator.office


@dataclass(frozen=True)
class Event:
    """One step in an operator's history. ``by`` is a name, or the account at the console."""

    what: Text
    clause: str
    at: datetime
    by: str
    note: str


@dataclass(frozen=True)
class Found:
    """A violation as it was told."""

    found_on: date
    said: str
    told_at: datetime


@dataclass(frozen=True)
class File:
    """Everything about one operator that is not a secret of theirs."""

    line: Line
    appointed_at: datetime
    email: str
    head_name: str
    head_email: str
    history: tuple[Event, ...]
    violations: tuple[Found, ...]
    certificates: tuple[CertificateFacts, ...]
    actions: tuple[str, ...]

    @property
    def operator(self) -> Operator:
        return self.line.operator


def register(*, search: str = "") -> tuple[Line, ...]:
    """Everybody who is or was an operator: those who may act first, each by name.

    ``search``: every word of it in name or office, or the IIN.
    """
    elsewhere = Max("violations__found_on", filter=Q(violations__recorded_by=BY_THE_DOOR))
    rows = RegistrationAuthorityOperator.objects.annotate(elsewhere_on=elsewhere)
    lines = [replace(_line(row), used_elsewhere_on=row.elsewhere_on) for row in rows]
    order, found = list(Standing), [line for line in lines if _fits(line, search)]
    return tuple(sorted(found, key=lambda one: (order.index(one.standing), alphabetical(one.operator.name))))


def _fits(line: Line, search: str) -> bool:
    if search.replace(" ", "") == line.operator.iin:
        return True
    said = f"{line.operator.name} {line.office}".casefold()
    return all(word in said for word in search.casefold().split())


def offices_without_networks() -> list[str]:
    """Offices of those who may act now whose networks the list of centres does not name."""
    offices = RegistrationAuthorityOperator.objects.filter(active=True).values_list("office", flat=True)
    known = centres()
    return sorted({one for one in offices if one not in known or not known[one].networks})


def file_of(operator_id: UUID) -> File:
    """Raises OperatorUnknown."""
    row = RegistrationAuthorityOperator.objects.filter(pk=operator_id).first()
    if row is None:
        raise OperatorUnknown
    letters = tuple(row.applications.order_by("received_at"))
    return File(
        line=_line(row),
        appointed_at=row.appointed_at,
        email=row.email,
        head_name=row.head_name,
        head_email=row.head_email,
        history=_history(row, letters),
        violations=tuple(map(_found, row.violations.order_by("-told_at"))),
        certificates=tuple(one for one in certificates.of_person(row.iin) if one.profile in PROFILES),
        actions=_actions(row),
    )


def _line(row: RegistrationAuthorityOperator) -> Line:
    return Line(
        operator=_facts(row),
        standing=Standing(row.state),
        since_at=row.state_since_at or row.appointed_at,
        absent_until=row.absent_until,
        leaves_on=row.leaves_on,
    )


def _history(
    row: RegistrationAuthorityOperator, letters: tuple[OperatorApplication, ...]
) -> tuple[Event, ...]:
    """Steps of the standing and of every application, the newest first."""
    steps = [*row.steps.all(), *(step for letter in letters for step in letter.steps.all())]
    names = names_in(steps)
    events = sorted((event_of(step, names) for step in steps), key=lambda event: event.at)
    return tuple(reversed(events))


def event_of(step: StepTaken, names: dict[str, str]) -> Event:
    clause = "" if step.clause.startswith("own:") else step.clause
    by = names.get(step.taken_by, step.taken_by)
    return Event(Text(f"operators.step.{step.action}"), clause, step.left_at, by, step.note)


def names_in(steps: list[StepTaken]) -> dict[str, str]:
    """Names of the operators who took these steps, by their references."""
    ids = {step.taken_by.partition(":")[2] for step in steps if step.taken_by.startswith("operator:")}
    rows = RegistrationAuthorityOperator.objects.filter(pk__in=ids)
    return {f"operator:{row.pk}": row.name for row in rows}


def _found(violation: Violation) -> Found:
    return Found(violation.found_on, violation.said, violation.told_at)


def _actions(row: RegistrationAuthorityOperator) -> tuple[str, ...]:
    """What the table allows now, whoever takes it; the first installing of a key is not a button."""
    allowed = [
        row.process.actions_open_to(actor, state=row.state)
        for actor in (Actor.CENTRE, Actor.PROVIDER, Actor.OPERATOR)
    ]
    return tuple(step for steps in allowed for step in steps if step != Step.TAKE_UP)
