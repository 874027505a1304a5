"""What awaits whom at the counter: the office's list, the search and one application. Reads only."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import QuerySet

from senim import unique_numbers
from senim.accounts import searching
from senim.accounts.counter import CounterApplicationId, signed
from senim.accounts.counter.confirming import Ground, second_of
from senim.accounts.counter.found import of_office
from senim.accounts.counter.pad import PadNumber, shown
from senim.accounts.counter.process import NUMBER_AT_COUNTER, OPEN
from senim.accounts.counter.steps import RefusedAtCounter
from senim.accounts.counter.workers import Worker
from senim.accounts.models import CounterApplication, CounterWorker
from senim.accounts.signed_steps import SignedIn
from senim.accounts.states import Actor, RequestState
from senim.countries.kz import names
from senim.texts import Text

PAGE = 50
_TONES: dict[str, str] = {
    RequestState.CONNECTED: "ok",
    RequestState.REFUSED: "stop",
    RequestState.EXPIRED: "idle",
    RequestState.REPLACED: "idle",
    RequestState.ENTRY_REFUSED: "wait",
    RequestState.CODE_SET_ASIDE: "wait",
}


class Pill(StrEnum):
    """The list's filters."""

    OPEN = "open"
    MINE = "mine"
    FREE = "free"
    ENDED = "ended"


class InWords:
    """What the desk says of the state something is in."""

    state: str

    @property
    def said(self) -> Text:
        return Text(f"accounts.counter_state.{self.stage}")

    @property
    def tone(self) -> str:
        return _TONES.get(self.state, "")

    @property
    def awaits(self) -> Text:
        return Text(f"accounts.counter_awaits.{self.stage}")

    @property
    def stage(self) -> str:
        return self.state.replace(" ", "_")


@dataclass(frozen=True)
class Line(InWords):
    """One application of the list."""

    application_id: CounterApplicationId
    number: str
    applicant: str
    phone: str
    state: str
    held_by: str
    until: datetime | None


@dataclass(frozen=True)
class WorkList:
    """The lines of one page, the oldest open first, and how many there are under each pill."""

    lines: tuple[Line, ...]
    counts: dict[Pill, int]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class File(InWords):
    """Everything a worker sees of one application; ``…_signed``: how surely who signed was signed in."""

    application_id: CounterApplicationId
    number: str
    iin: str
    surname: str
    given_name: str
    patronymic: str
    email: str
    phone: str
    document: Text
    document_checked: bool
    number_doubted: bool
    state: str
    opened_at: datetime
    until: datetime | None
    form_signed_at: datetime | None
    taken_by: UUID | None
    held_by: str
    opened_by: str
    confirmed_by: str
    confirmed_signed: SignedIn | None
    closed_at: datetime | None
    reason: Text | str
    second: str
    second_signed: SignedIn | None
    grounds: tuple[Ground, ...]
    pad: PadNumber | None
    actions: tuple[str, ...]

    @property
    def full_name(self) -> str:
        return names.in_full(self)


def work_list(*, worker: Worker, pill: Pill, search: str = "", page: int = 1) -> WorkList:
    """Of the worker's office. A search looks among all of them, also those that have ended."""
    everything = CounterApplication.objects.filter(bin=worker.bin, office=worker.office)
    found = searching.among(everything, search) if search else _under(pill, everything, worker)
    total = found.count()
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    ended = pill is Pill.ENDED or bool(search)
    ordered = found.select_related("request", "taken_by").order_by(
        "-opened_at" if ended else "opened_at", "pk"
    )
    return WorkList(
        lines=tuple(map(_line, ordered[(page - 1) * PAGE : page * PAGE])),
        counts={one: _under(one, everything, worker).count() for one in Pill},
        total=total,
        page=page,
        pages=pages,
    )


def file_of(*, application_id: CounterApplicationId, worker: Worker, at: datetime) -> File:
    """Raises CounterApplicationUnknown, OwnCounterApplication."""
    application = of_office(application_id, worker)
    request, second = application.request, second_of(application)
    return File(
        application_id=CounterApplicationId(application.pk),
        number=application.number,
        iin=application.iin,
        surname=application.surname,
        given_name=application.given_name,
        patronymic=application.patronymic,
        email=application.email,
        phone=request.number,
        document=Text(f"accounts.counter_document.{application.document}"),
        document_checked=application.document_checked,
        number_doubted=application.number_doubted,
        state=request.state,
        opened_at=application.opened_at,
        until=request.expires_at if request.state in OPEN else None,
        form_signed_at=application.form_signed_at,
        taken_by=application.taken_by_id,
        held_by=application.taken_by.name if application.taken_by else "",
        opened_by=application.opened_by.name,
        confirmed_by=application.confirmed_by.name if application.confirmed_by else "",
        confirmed_signed=_signed_by(application, application.confirmed_by),
        closed_at=request.closed_at,
        reason=reason_of(application),
        second=second.worker.name if second else "",
        second_signed=_signed_by(application, second.worker if second else None),
        grounds=tuple(map(Ground, second.grounds)) if second else (),
        pad=shown(application=application, at=at),
        actions=tuple(NUMBER_AT_COUNTER.actions_open_to(Actor.WORKER, state=request.state, case=request)),
    )


def _signed_by(application: CounterApplication, worker: CounterWorker | None) -> SignedIn | None:
    return signed.latest(application, iin=worker.iin) if worker else None


def reason_of(application: CounterApplication) -> Text | str:
    """Why it was refused: the system's reason, or the worker's words."""
    refusal = application.request.refusal
    if not refusal or refusal == RefusedAtCounter.text_id():
        return application.said if refusal else ""
    return Text(refusal)


def _under(
    pill: Pill, applications: QuerySet[CounterApplication], worker: Worker
) -> QuerySet[CounterApplication]:
    if pill is Pill.ENDED:
        return applications.exclude(request__state__in=OPEN)
    unfinished = applications.filter(request__state__in=OPEN)
    if pill is Pill.MINE:
        return unfinished.filter(taken_by_id=worker.id)
    return unfinished.filter(taken_by=None) if pill is Pill.FREE else unfinished


def _line(application: CounterApplication) -> Line:
    request = application.request
    return Line(
        application_id=CounterApplicationId(application.pk),
        number=unique_numbers.shown(application.number),
        applicant=f"{application.surname} {application.given_name}",
        phone=request.number,
        state=request.state,
        held_by=application.taken_by.name if application.taken_by else "",
        until=request.expires_at if request.state in OPEN else None,
    )
