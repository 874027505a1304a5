"""Letters that ask for operators' certificates, as the responsible staff reads them. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from senim.countries.kz import names
from senim.operators.applications import OperatorApplicationUnknown
from senim.operators.centres import centres
from senim.operators.models import OPEN, OperatorApplication
from senim.operators.papers import kinds_of
from senim.operators.process import Actor, Stage
from senim.operators.register import Event, event_of, names_in
from senim.texts import Text

TONES = {
    Stage.RECEIVED: "wait",
    Stage.ORDERED: "",
    Stage.ISSUED: "wait",
    Stage.INSTALLED: "ok",
    Stage.REFUSED: "stop",
    Stage.REFUSED_BY_AUTHORITY: "stop",
}


_LETTERS = OperatorApplication.objects.defer("sign_request", "auth_request").prefetch_related("steps")
"""With what is shown of them, and without the bytes that are not."""


@dataclass(frozen=True)
class Letter:
    """One application for an operator. ``papers`` are the kinds of its scans; a list of letters has none."""

    id: UUID
    stage: Stage
    received_at: datetime
    iin: str
    name: str
    email: str
    office_id: str
    letter_number: str
    letter_dated_on: date
    head_name: str
    head_email: str
    executor_name: str
    executor_email: str
    order_number: str
    order_dated_on: date
    carrier_model: str
    carrier_number: str
    papers: tuple[str, ...]
    history: tuple[Event, ...]
    actions: tuple[str, ...]
    refusal: Text | str

    @property
    def said(self) -> Text:
        return Text(f"operators.stage.{self.stage.name.lower()}")

    @property
    def tone(self) -> str:
        return TONES[self.stage]

    @property
    def office(self) -> object:
        centre = centres().get(self.office_id)
        return centre.name if centre else self.office_id


def open_letters() -> tuple[Letter, ...]:
    """Those that await a step, the oldest first."""
    waiting = _LETTERS.filter(state__in=sorted(OPEN)).order_by("received_at")
    return tuple(map(_letter, waiting))


def letter(application_id: UUID) -> Letter:
    """Raises OperatorApplicationUnknown."""
    case = _LETTERS.filter(pk=application_id).first()
    if case is None:
        raise OperatorApplicationUnknown
    return _letter(case, papers=kinds_of(application_id))


_SHOWN = (
    *("id", "received_at", "iin", "email", "letter_number", "letter_dated_on", "head_name", "head_email"),
    *("executor_name", "executor_email", "order_number", "order_dated_on", "carrier_model", "carrier_number"),
)


def _letter(case: OperatorApplication, *, papers: Iterable[str] = ()) -> Letter:
    steps = list(case.steps.all())
    who = names_in(steps)
    said = case.refusal or {}
    return Letter(
        **{name: getattr(case, name) for name in _SHOWN},
        stage=Stage(case.state),
        name=names.in_full(case),
        office_id=case.office,
        papers=tuple(papers),
        history=tuple(event_of(step, who) for step in steps),
        actions=tuple(case.process.actions_open_to(Actor.PROVIDER, state=case.state)),
        refusal=Text(said["text"]) if "text" in said else said.get("reason", ""),
    )
