"""Applications and systems, to read: the desk's list, one's file, what a representative sees."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from senim.accounts import AccountId, signed_steps
from senim.accounts.models import (
    AuthorisedBodyOfficial,
    InformationSystem,
    SystemApplication,
    SystemStep,
)
from senim.accounts.organisations.acting import Acting
from senim.accounts.signed_steps import SignedIn
from senim.accounts.systems.advance import reference_of
from senim.accounts.systems.keys import thumbprints
from senim.accounts.systems.officials import MAY_SIGN
from senim.accounts.systems.process import Actor, Stage, Standing
from senim.accounts.systems.refusals import SystemApplicationUnknown, SystemUnknown
from senim.rulebook import day_of
from senim.texts import Text, alphabetical

TONES = {Stage.RECEIVED: "wait", Stage.GRANTED: "ok", Stage.REFUSED: "stop"}
SHOWN_AT_MOST = 200

Names = Mapping[UUID, str]
"""What systems are called, by id."""


@dataclass(frozen=True)
class ApplicationLine:
    id: UUID
    name: str
    organisation: str
    bin: str
    stage: Stage
    received_at: datetime
    for_keys: bool
    refusal: str
    signed_in: SignedIn | None = None
    """How whoever applied was, when they signed; not asked for where many lines stand."""

    @property
    def said(self) -> Text:
        return Text(f"accounts.systems.stage.{self.stage.name.lower()}")

    @property
    def tone(self) -> str:
        return TONES[self.stage]


@dataclass(frozen=True)
class SystemLine:
    """``expired``: the decision's term is over, and with it the admission."""

    id: UUID
    name: str
    organisation: str
    bin: str
    kind: str
    purposes: tuple[Text, ...]
    standing: Standing
    since_at: datetime
    expires_on: date | None
    expired: bool

    @property
    def said(self) -> Text:
        over = self.expired and self.standing is Standing.ADMITTED
        return Text(f"accounts.systems.standing.{'expired' if over else self.standing}")

    @property
    def tone(self) -> str:
        if self.standing is Standing.SUSPENDED:
            return "stop"
        return "idle" if self.expired else "ok"


@dataclass(frozen=True)
class Named:
    """For people to read: the system, and whose it is."""

    name: str
    organisation: str


@dataclass(frozen=True)
class Event:
    what: Text
    at: datetime
    by: str
    note: str
    signed: bool
    signed_in: SignedIn | None = None


@dataclass(frozen=True)
class Facts:
    """What application and system have in common. ``keys`` are thumbprints."""

    purposes: tuple[str, ...]
    document_types: tuple[str, ...]
    keys: tuple[str, ...]
    contact_name: str
    contact_email: str


@dataclass(frozen=True)
class _File:
    facts: Facts

    @property
    def purposes(self) -> tuple[Text, ...]:
        return tuple(Text(f"accounts.systems.purpose.{each}") for each in self.facts.purposes)

    @property
    def documents(self) -> tuple[Text, ...]:
        return tuple(Text(f"accounts.systems.document.{each}") for each in self.facts.document_types)


@dataclass(frozen=True)
class ApplicationFile(_File):
    line: ApplicationLine
    system: SystemLine | None
    history: tuple[Event, ...]

    @property
    def awaits_decision(self) -> bool:
        return self.line.stage is Stage.RECEIVED


@dataclass(frozen=True)
class SystemFile(_File):
    line: SystemLine
    admitted_at: datetime
    history: tuple[Event, ...]
    actions: tuple[str, ...]

    @property
    def kind(self) -> Text:
        return Text(f"accounts.systems.kind.{self.line.kind}")


def waiting() -> tuple[ApplicationLine, ...]:
    """Applications that await an official, the oldest first."""
    rows = SystemApplication.objects.filter(state=Stage.RECEIVED).order_by("received_at")
    return tuple(map(_application_line, rows))


def systems(*, search: str = "", at: datetime) -> tuple[SystemLine, ...]:
    """All that were ever admitted, by organisation; ``search`` in name, organisation or BIN."""
    rows = InformationSystem.objects.all()
    if search:
        wanted = Q(name__icontains=search) | Q(organisation__icontains=search)
        rows = rows.filter(wanted | Q(bin=search.replace(" ", "")))
    lines = [_system_line(row, at) for row in rows]
    return tuple(sorted(lines, key=lambda one: (alphabetical(one.organisation), alphabetical(one.name))))


def applied_for_by(account_id: AccountId) -> tuple[ApplicationLine, ...]:
    """What this person handed in, the newest first."""
    rows = SystemApplication.objects.filter(account_id=account_id).order_by("-received_at")
    return _signed(list(rows[:SHOWN_AT_MOST]))


def _signed(rows: list[SystemApplication]) -> tuple[ApplicationLine, ...]:
    kept = signed_steps.of([reference_of(row) for row in rows])
    return tuple(
        replace(_application_line(row), signed_in=kept.get((reference_of(row), row.received_at)))
        for row in rows
    )


def systems_of(account_id: AccountId, acting: Acting | None, *, at: datetime) -> tuple[SystemLine, ...]:
    """Admitted systems this person applied for, and those of the organisation they act and may sign for."""
    rows = InformationSystem.objects.filter(_own(account_id, acting))
    return tuple(_system_line(row, at) for row in rows)


def own_system(account_id: AccountId, acting: Acting | None, system_id: UUID, *, at: datetime) -> SystemFile:
    """One of ``systems_of``, without its history. Raises SystemUnknown, also for another's."""
    row = InformationSystem.objects.filter(_own(account_id, acting), pk=system_id).first()
    if row is None:
        raise SystemUnknown
    return _system_file(row, (), at=at)


def _own(account_id: AccountId, acting: Acting | None) -> Q:
    applied_for = Q(pk__in=SystemApplication.objects.filter(account_id=account_id).values("pk"))
    if acting is None or acting.role not in MAY_SIGN:
        return applied_for
    return applied_for | Q(bin=acting.bin)


def application_file(application_id: UUID, *, at: datetime) -> ApplicationFile:
    """Raises SystemApplicationUnknown."""
    row = SystemApplication.objects.select_related("system").filter(pk=application_id).first()
    if row is None:
        raise SystemApplicationUnknown
    system = _system_line(row.system, at) if row.system else None
    (line,) = _signed([row])
    return ApplicationFile(_facts(row), line, system, _history(list(row.steps.all())))


def system_file(system_id: UUID, *, at: datetime) -> SystemFile:
    """Its application's steps are its history too. Raises SystemUnknown."""
    row = _system(system_id)
    steps = SystemStep.objects.filter(Q(system=row) | Q(application_id=row.pk)).order_by("taken_at")
    return _system_file(row, _history(list(steps)), at=at)


def named(system_ids: Collection[UUID]) -> dict[UUID, Named]:
    """What many systems are called, in whatever standing; unknown ones are left out."""
    rows = InformationSystem.objects.filter(pk__in=set(system_ids)) if system_ids else ()
    return {row.pk: Named(row.name, row.organisation) for row in rows}


def names_for(bin: str) -> Names:  # noqa: A002
    """The systems of the organisation of this BIN, in whatever standing."""
    return dict(InformationSystem.objects.filter(bin=bin).values_list("pk", "name"))


def _system(system_id: UUID) -> InformationSystem:
    row = InformationSystem.objects.filter(pk=system_id).first()
    if row is None:
        raise SystemUnknown
    return row


def _system_file(row: InformationSystem, history: tuple[Event, ...], *, at: datetime) -> SystemFile:
    actions = row.process.actions_open_to(Actor.OFFICIAL, state=row.state)
    return SystemFile(_facts(row), _system_line(row, at), row.admitted_at, history, tuple(actions))


def _application_line(row: SystemApplication) -> ApplicationLine:
    return ApplicationLine(
        id=row.pk,
        name=row.name,
        organisation=row.organisation,
        bin=row.bin,
        stage=Stage(row.state),
        received_at=row.received_at,
        for_keys=row.system_id is not None,
        refusal=(row.refusal or {}).get("reason", ""),
    )


def _system_line(row: InformationSystem, at: datetime) -> SystemLine:
    return SystemLine(
        id=row.pk,
        name=row.name,
        organisation=row.organisation,
        bin=row.bin,
        kind=row.kind,
        purposes=tuple(Text(f"accounts.systems.purpose.{each}") for each in row.purposes),
        standing=Standing(row.state),
        since_at=row.state_since_at,
        expires_on=row.expires_on,
        expired=row.expires_on is not None and day_of(at) > row.expires_on,
    )


def _facts(row: SystemApplication | InformationSystem) -> Facts:
    return Facts(
        purposes=tuple(row.purposes),
        document_types=tuple(row.document_types),
        keys=tuple(thumbprints(row.keys)),
        contact_name=row.contact_name,
        contact_email=row.contact_email,
    )


def _history(steps: list[SystemStep]) -> tuple[Event, ...]:
    """The newest first; officials by name."""
    names = {f"official:{row.pk}": row.name for row in AuthorisedBodyOfficial.objects.all()} if steps else {}
    kept = signed_steps.of({_subject(step) for step in steps if step.signature is not None})
    return tuple(
        Event(
            what=Text(f"accounts.systems.step.{step.action}"),
            at=step.taken_at,
            by=names.get(step.taken_by, step.taken_by),
            note=step.note,
            signed=step.signature is not None,
            signed_in=kept.get((_subject(step), step.taken_at)),
        )
        for step in reversed(steps)
    )


def _subject(step: SystemStep) -> str:
    return f"system:{step.system_id}" if step.system_id else f"system_application:{step.application_id}"
