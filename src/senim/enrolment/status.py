"""How far an application is: by its number for whoever has it (CA-A2.2), by its link for the applicant."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from senim.enrolment import numbers
from senim.enrolment.advance import ApplicationId, digest_of_link
from senim.enrolment.attempts import count
from senim.enrolment.kinds import FINAL, Kind
from senim.enrolment.lists import Centre, Entry, centres, papers
from senim.enrolment.models import Application, Passage, RevocationPassage
from senim.enrolment.process import Actor, Stage, Step
from senim.errors import NotFound, Refused
from senim.settings import settings
from senim.texts import Text

IN_PERSON = {Stage.REFUSED_AT_DESK, Stage.REFUSED_BY_AUTHORITY, Stage.TO_CONFIRM, Stage.WITHDRAWN}
"""Where somebody at the desk is advised otherwise than somebody who ordered."""


class NotANumber(Refused):
    """Not an application number: a digit is missing or mistyped."""

    clause: ClassVar[str] = "CA-A2.2"


class NumberUnknown(NotFound):
    """No application has this number."""

    clause: ClassVar[str] = "CA-A2.2"


class LinkUnknown(NotFound):
    """No application has this link, or it is no longer the one."""

    clause: ClassVar[str] = "CA-6.P11"


@dataclass(frozen=True)
class Taken:
    """One step that was taken: by which clause, what, by whom, how long it took and how long it may."""

    clause: str
    what: Text
    who: Text
    at: datetime
    took: timedelta
    within: timedelta | None
    good: bool = True
    """Not so where somebody found something wrong, or refused."""

    @property
    def took_said(self) -> Text:
        return span_text(self.took)

    @property
    def limit_said(self) -> Text | None:
        return span_text(self.within) if self.within else None

    @property
    def in_time(self) -> bool:
        return self.within is None or self.took <= self.within


BAD_NEWS = frozenset(
    {Step.MISS, Step.REFUSE_UNKNOWN, Step.FIND_VIOLATIONS, Step.REFUSE, Step.FAIL, Step.REFUSE_ORDER}
)
_OTHERWISE_ON_A_CARD = (Stage.ISSUED, Stage.INSTALLED)


class InWords:
    """What pages say of an application's kind and stage."""

    kind: Kind
    stage: Stage

    @property
    def reissue(self) -> bool:
        return self.kind is Kind.REISSUE

    @property
    def card(self) -> bool:
        return self.kind is Kind.CARD

    @property
    def revocation(self) -> bool:
        return self.kind is Kind.REVOCATION

    @property
    def said(self) -> Text:
        return stage_text(self.stage)

    @property
    def tone(self) -> str:
        return tone_of(self.stage)


@dataclass(frozen=True)
class Status(InWords):
    """Where an application stands, without a word about whose it is."""

    application_id: ApplicationId
    number: str
    kind: Kind
    stage: Stage
    since_at: datetime
    centre: Centre
    storage: str
    refusal: str
    refusal_text: Text | None
    may_withdraw: bool
    papers: tuple[Entry, ...]
    policy_edition: str
    taken: tuple[Taken, ...]

    @property
    def advice(self) -> Text:
        words = "advice_in_person." if self.revocation and self.stage in IN_PERSON else "advice."
        card = "card_" if self.card and self.stage in _OTHERWISE_ON_A_CARD else ""
        return Text(f"enrolment.{words}{card}{self.stage.name.lower()}")

    @property
    def line(self) -> list[dict[str, object]]:
        """The steps taken; the last one is where it stands."""
        return line_of(self.taken)

    @property
    def may_be_ordered_anew(self) -> bool:
        """It came to an end without certificates."""
        return not self.revocation and self.tone in {"stop", "idle"}


def status_of_number(*, number: str, network: str, at: datetime) -> Status:
    """CA-A2.2: the status check. Raises NotANumber, NumberUnknown, TooManyTries."""
    digits = numbers.read(number)
    if digits is None:
        raise NotANumber
    count(what="status of network", of=network, at_most=settings.status_checks_per_network_per_hour, at=at)
    case = Application.objects.filter(number=digits).first()
    if case is None:
        raise NumberUnknown
    return status_of(case)


def status_of_own(*, application_id: ApplicationId) -> Status:
    """For the browser that has just sent the application. Raises NumberUnknown."""
    case = Application.objects.filter(id=application_id, number__isnull=False).first()
    if case is None:
        raise NumberUnknown
    return status_of(case)


def of_person(*, iin: str, at_most: int) -> tuple[Status, ...]:
    """The newest applications under this IIN, for its holder's cabinet."""
    cases = Application.objects.filter(iin=iin, number__isnull=False).order_by("-applied_at")[:at_most]
    return tuple(map(status_of, cases))


def status_of_link(*, link: str) -> Status:
    """For the applicant's own link out of the letter. Raises LinkUnknown."""
    return status_of(case_of_own_link(link))


def case_of_own_link(link: str) -> Application:
    case = Application.objects.filter(own_link_digest=digest_of_link(link)).first()
    if case is None:
        raise LinkUnknown
    return case


def status_of(case: Application) -> Status:
    refusal = case.refusal or {}
    return Status(
        application_id=ApplicationId(case.id),
        number=case.number or "",
        kind=Kind(case.kind),
        stage=Stage(case.state),
        since_at=case.state_since_at,
        centre=centres()[case.centre],
        storage=case.storage,
        refusal=refusal.get("reason", ""),
        refusal_text=Text(refusal["text"]) if "text" in refusal else None,
        may_withdraw=Step.WITHDRAW in case.process.actions_open_to(Actor.APPLICANT, state=case.state),
        papers=tuple(papers(case.role).values()),
        policy_edition=case.policy_edition,
        taken=steps_taken(case.passages.all()),
    )


def steps_taken(
    passages: Iterable[Passage | RevocationPassage], *, words: str = "enrolment.step"
) -> tuple[Taken, ...]:
    """``words`` is where the texts of this process's steps are."""
    return tuple(
        Taken(
            clause=passage.clause,
            what=Text(f"{words}.{passage.action}"),
            who=Text(f"enrolment.actor.{Actor(passage.actor).name.lower()}"),
            at=passage.left_at,
            took=passage.left_at - passage.entered_at,
            within=passage.within,
            good=passage.action not in BAD_NEWS,
        )
        for passage in passages
    )


def line_of(taken: Iterable[Taken]) -> list[dict[str, object]]:
    """Steps as a page's line draws them: no tick where the news is bad."""
    return [
        {"title": step.what, "at": step.at, "state": "is-done" if step.good else "is-late", "note": step.who}
        for step in taken
    ]


def stage_text(stage: str) -> Text:
    return Text(f"enrolment.stage.{Stage(stage).name.lower()}")


def tone_of(stage: str) -> str:
    """The colour word of a stage's tag: done, waiting for somebody, stopped, or on its way."""
    if stage in {Stage.ISSUED, Stage.INSTALLED, Stage.PUBLISHED}:
        return "ok"
    if stage == Stage.WITHDRAWN:
        return "idle"
    if stage in FINAL:
        return "stop"
    return "wait" if stage == Stage.AWAITED else ""


def span_text(span: timedelta) -> Text:
    """A span as the regulation prints limits: 15 s, 1 min 30 s, 10 min, 1 day."""
    seconds = int(span.total_seconds())
    if days := seconds // (24 * 3600):
        return Text("enrolment.span.days", days=days)
    if seconds >= 3600:
        return Text("enrolment.span.hours", hours=seconds // 3600, minutes=seconds % 3600 // 60)
    if seconds < 60 or seconds % 60 == 0:
        unit, number = ("seconds", seconds) if seconds < 60 else ("minutes", seconds // 60)
        return Text(f"enrolment.span.{unit}", number=number)
    return Text("enrolment.span.minutes_seconds", minutes=seconds // 60, seconds=seconds % 60)
