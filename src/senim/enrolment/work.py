"""What awaits the operators: the work list, the search and the case file. Reads only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import F, OrderBy, Q, QuerySet

from senim.accounts import searching
from senim.countries.kz import names
from senim.enrolment import addresses, numbers
from senim.enrolment.advance import ApplicationId
from senim.enrolment.desk import ApplicationUnknown, name_of
from senim.enrolment.kinds import OPEN, Kind
from senim.enrolment.letters import reason_text
from senim.enrolment.lists import Centre, Entry, all_papers, centres, identifications, regions
from senim.enrolment.models import Application
from senim.enrolment.process import Actor, Stage
from senim.enrolment.reissue_check import SignedBy, signed_by
from senim.enrolment.status import InWords, Status, status_of
from senim.operators.standing import Operator, operator_by_id
from senim.process import ProcessTable
from senim.texts import Text

PAGE = 50
SOON = timedelta(minutes=5)
HANDLED = Q(number__isnull=False) | Q(kind=Kind.CARD)
"""What operators see: one with a card is at the desk before it has a number."""


class Pill(StrEnum):
    """The work list's filters."""

    ALL_OPEN = "all_open"
    AT_DESK = "at_desk"
    AWAITED = "awaited"
    MINE = "mine"
    FREE = "free"
    OTHERS = "others"
    LATE = "late"
    AT_AUTHORITY = "at_authority"
    ENDED = "ended"


_AT_DESK = (
    Stage.PRESENTED,
    Stage.VIOLATIONS,
    Stage.ACCEPTED,
    Stage.RECEIPTED,
    Stage.KNOWN,
    Stage.REGISTERED,
    Stage.TO_CONFIRM,
)
_AT_AUTHORITY = (Stage.CONFIRMED, Stage.VERIFIED, Stage.UNVERIFIED, Stage.REVOKED, Stage.ISSUED)

_TO_WRITE = Q(kind=Kind.CARD, state=Stage.ISSUED)
"""Onto the card, by an operator."""
_IS_AT_DESK = Q(state__in=_AT_DESK) | _TO_WRITE


_ON_A_CARD = {
    Stage.KNOWN: Stage.AWAITED,  # the applicant's PIN
    Stage.REGISTERED: Stage.AWAITED,  # the applicant's hand under the paper
    Stage.ISSUED: Stage.TO_CONFIRM,
}
"""Stages in which an issue onto a card awaits somebody else than an order: as in which other stage."""


class Sort(StrEnum):
    """By what the list is sorted; by deadline the late ones stand first."""

    DUE = "due"
    NUMBER = "number"
    APPLICANT = "applicant"
    STATE = "state"


_ORDERS: dict[Sort, tuple[OrderBy | str, ...]] = {
    Sort.DUE: (F("due_at").asc(nulls_last=True), "state_since_at"),
    Sort.NUMBER: ("number",),
    Sort.APPLICANT: ("surname", "given_name"),
    Sort.STATE: ("state", F("due_at").asc(nulls_last=True)),
}


@dataclass(frozen=True)
class Work(InWords):
    """One line of the work list. ``due_at`` is None where the order prints no limit; ``number`` and
    ``applicant`` are empty until there is one and the name is known.
    """

    application_id: ApplicationId
    number: str
    kind: Kind
    applicant: str
    iin: str
    centre: Centre
    stage: Stage
    since_at: datetime
    due_at: datetime | None
    held_by: str

    @property
    def awaits(self) -> Text:
        stage = _ON_A_CARD.get(self.stage, self.stage) if self.card else self.stage
        return Text(f"enrolment.awaits.{stage.name.lower()}")


@dataclass(frozen=True)
class WorkList:
    """The lines of one page, the most urgent first, and how many there are under each pill."""

    lines: tuple[Work, ...]
    counts: dict[Pill, int]
    soon: int
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class CaseFile:
    """Everything an operator sees of one application."""

    status: Status
    iin: str
    surname: str
    given_name: str
    patronymic: str
    email: str
    region: Entry
    settlement: str
    applied_at: datetime
    due_at: datetime | None
    limit: timedelta | None
    identification: Entry | None
    papers: tuple[Entry, ...]
    bin: str
    role: str
    organisation: str
    accepted_by: str
    taken_by: UUID | None
    held_by: str
    revocation_reason: Text | None
    signed: SignedBy | None
    actions: tuple[str, ...]
    ahead: tuple[Text, ...]

    @property
    def role_said(self) -> Text | None:
        return Text(f"enrolment.role.{self.role}") if self.role else None

    @property
    def full_name(self) -> str:
        return names.in_full(self)


def work_list(
    *,
    pill: Pill,
    operator: Operator,
    at: datetime,
    office: str = "",
    search: str = "",
    sort: Sort = Sort.DUE,
    page: int = 1,
) -> WorkList:
    """What awaits whom. ``office`` narrows to one centre; a search looks everywhere."""
    everything = Application.objects.filter(HANDLED)
    if office and not search:
        everything = everything.filter(centre=office)
    found = searching.among(everything, search) if search else _under(pill, everything, operator, at)
    total = found.count()
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    shown = list(found.order_by(*_ORDERS[sort], "id")[(page - 1) * PAGE : page * PAGE])
    holders = {one: name_of(one) for one in {case.taken_by for case in shown}}
    return WorkList(
        lines=tuple(_work(case, holders[case.taken_by]) for case in shown),
        counts={one: _under(one, everything, operator, at).count() for one in Pill},
        soon=everything.filter(state__in=_AT_DESK, due_at__gte=at, due_at__lt=at + SOON).count(),
        total=total,
        page=page,
        pages=pages,
    )


def case_file(*, application_id: ApplicationId, at: datetime) -> CaseFile:
    """Raises ApplicationUnknown."""
    case = Application.objects.filter(HANDLED, id=application_id).first()
    if case is None:
        raise ApplicationUnknown
    return CaseFile(
        status=status_of(case),
        iin=case.iin,
        surname=case.surname,
        given_name=case.given_name,
        patronymic=case.patronymic,
        email=addresses.readable(case.email),
        region=regions()[case.region],
        settlement=case.settlement,
        applied_at=case.applied_at,
        due_at=case.due_at if case.state in OPEN else None,
        limit=case.process.limit_in(case.state),
        identification=identifications().get(case.identification),
        papers=tuple(all_papers()[paper] for paper in case.papers if paper in all_papers()),
        bin=case.bin,
        role=case.role,
        organisation=case.organisation,
        accepted_by=_name_of_operator(case, Stage.ACCEPTED),
        taken_by=case.taken_by,
        held_by=name_of(case.taken_by),
        revocation_reason=reason_text(case.revocation_reason) if case.revocation_reason else None,
        signed=signed_by(case, at=at),
        actions=tuple(case.process.actions_open_to(Actor.OPERATOR, state=case.state)),
        ahead=steps_ahead(case.process, case.state),
    )


def kind_of(*, application_id: ApplicationId) -> Kind:
    """Raises ApplicationUnknown."""
    found = Application.objects.filter(HANDLED, id=application_id)
    kind = found.values_list("kind", flat=True).first()
    if kind is None:
        raise ApplicationUnknown
    return Kind(kind)


def _under(
    pill: Pill, cases: QuerySet[Application], operator: Operator, at: datetime
) -> QuerySet[Application]:
    if pill is Pill.MINE:
        return cases.filter(taken_by=operator.id)
    if pill is Pill.FREE:
        return cases.filter(_IS_AT_DESK, taken_by__isnull=True)
    if pill is Pill.OTHERS:
        return cases.exclude(taken_by__isnull=True).exclude(taken_by=operator.id)
    if pill is Pill.AT_DESK:
        return cases.filter(_IS_AT_DESK)
    if pill is Pill.AWAITED:
        return cases.filter(state=Stage.AWAITED)
    if pill is Pill.LATE:
        return cases.filter(state__in=sorted(OPEN), due_at__lt=at)
    if pill is Pill.AT_AUTHORITY:
        return cases.filter(state__in=_AT_AUTHORITY).exclude(_TO_WRITE)
    if pill is Pill.ENDED:
        return cases.exclude(state__in=sorted(OPEN))
    return cases.filter(state__in=sorted(OPEN))


def _work(case: Application, held_by: str) -> Work:
    return Work(
        application_id=ApplicationId(case.id),
        number=numbers.shown(case.number) if case.number else "",
        kind=Kind(case.kind),
        applicant=f"{case.surname} {case.given_name}".strip(),
        iin=case.iin,
        centre=centres()[case.centre],
        stage=Stage(case.state),
        since_at=case.state_since_at,
        due_at=case.due_at if case.state in OPEN else None,
        held_by=held_by,
    )


def _name_of_operator(case: Application, reached: Stage) -> str:
    passage = case.passages.filter(to_state=reached).first()
    operator_id: UUID | None = passage.operator_id if passage else None
    operator = operator_by_id(operator_id) if operator_id else None
    return operator.name if operator else ""


def steps_ahead(process: ProcessTable, state: str) -> tuple[Text, ...]:
    """The steps still to come if all goes well: the first row out of each state."""
    ahead: list[Text] = []
    while state not in process.final:
        row = next(row for row in process.rows if row.state == state)
        ahead.append(Text(f"enrolment.ahead.{row.action}"))
        state = row.to
    return tuple(ahead)
