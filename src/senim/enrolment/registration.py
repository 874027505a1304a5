"""Registering an application of either kind: the registry's answer, the number, the letter that brings it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Model

from senim import journal
from senim.enrolment import entity, letters, numbers
from senim.enrolment.advance import ApplicationId, _advance, changed_rows, new_link
from senim.enrolment.applicant import (
    Applicant,
    ApplicantAbsent,
    IinAnnulled,
    NamesDiffer,
    OrderForm,
    folded_name,
)
from senim.enrolment.attempts import count
from senim.enrolment.kinds import Kind
from senim.enrolment.models import Application
from senim.enrolment.process import Actor, Stage, Step
from senim.enrolment.requests import Requests
from senim.errors import Refused
from senim.settings import settings

_NUMBER_TRIES = 5
_ON_RECORD: tuple[type[Refused], ...] = (ApplicantAbsent, IinAnnulled, NamesDiffer, *entity.ON_RECORD)
_REFUSALS: dict[str, type[Refused]] = {refusal.__name__: refusal for refusal in _ON_RECORD}
Ask = Callable[[OrderForm, datetime], Applicant]
Beside = Callable[[Application], list[Model]]
"""Writes what belongs to an application beside its own row, once that is there; for the same record."""


def nothing_beside(_: Application) -> list[Model]:
    return []


class KeyAlreadyOffered(Refused):
    """An open application holds one of these keys already."""

    clause: ClassVar[str] = "CA-6.P4"


@dataclass(frozen=True)
class Submitted:
    """The application as registered; ``number`` has twelve digits."""

    application_id: ApplicationId
    number: str


@dataclass(frozen=True)
class Sheet:
    """A filled-in form on its way: whose second click, in which language, since when."""

    kind: Kind
    form: OrderForm
    key: UUID
    language: str
    started_at: datetime

    def case(self, form: OrderForm, *, at: datetime) -> Application:
        """A new application, not saved; ``form`` may have the registry's spelling by now."""
        return Application(
            **vars(form),
            kind=self.kind,
            folded_name=folded_name(form),
            language=self.language,
            idempotency_key=self.key,
            state=Stage.FILLING,
            state_since_at=min(self.started_at, at),
            applied_at=at,
        )


def earlier_answer(key: UUID) -> Submitted | None:
    """What the first of two clicks led to; its refusal is raised again."""
    earlier = Application.objects.filter(idempotency_key=key).first()
    return _same_answer(earlier) if earlier else None


def count_tries(form: OrderForm, *, step: str, network: str, at: datetime) -> None:
    """Raises TooManyTries."""
    count(what=f"{step} of network", of=network, at_most=settings.orders_per_network_per_hour, at=at)
    count(what=f"{step} of iin", of=form.iin, at_most=settings.orders_per_iin_per_hour, at=at)


def ask_or_record_refusal(sheet: Sheet, ask: Ask, *, at: datetime) -> Applicant:
    """CA-6.P2, CA-7.P2. Raises what ``ask`` raises, once the registry's no is on record."""
    try:
        return ask(sheet.form, at)
    except _ON_RECORD as refusal:
        _record_refusal(sheet, refusal, at=at)
        raise


def with_evidence(case: Application, applicant: Applicant) -> Application:
    """What the registries answered, as they signed it."""
    case.registry_evidence, case.entity_evidence = applicant.evidence, applicant.entity_evidence
    return case


def with_keys(case: Application, requests: Requests) -> Application:
    case.sign_request, case.sign_key_digest = requests.sign, requests.sign_key_digest
    case.auth_request, case.auth_key_digest = requests.auth, requests.auth_key_digest
    return case


def register(case: Application, *, actor: str, at: datetime, beside: Beside = nothing_beside) -> Submitted:
    """Give the application its number (CA-6.P4–P5, CA-7.P4–P5). Raises KeyAlreadyOffered."""
    state, since = case.state, case.state_since_at
    for _ in range(_NUMBER_TRIES):
        # A number that is taken rolls everything back; the next try starts from the same case.
        case.number, case.state, case.state_since_at, case._state.adding = numbers.new(), state, since, True
        try:
            return _register_under(case, actor=actor, at=at, beside=beside)
        except IntegrityError as clash:
            constraint = _constraint(clash)
            if "idempotency_key" in constraint:
                return _same_answer(Application.objects.get(idempotency_key=case.idempotency_key))
            if "per_signing_key" in constraint or "per_authentication_key" in constraint:
                raise KeyAlreadyOffered from clash
            if "number" not in constraint:
                raise
    raise RuntimeError("no free application number found")


def _register_under(case: Application, *, actor: str, at: datetime, beside: Beside) -> Submitted:
    with transaction.atomic():
        own_link, case.own_link_digest = new_link()
        case.save(force_insert=True)
        _advance(case, action=Step.FILL_IN, actor=Actor.APPLICANT, at=at)
        _advance(case, action=Step.ASK_REGISTRY, actor=Actor.PORTAL, at=at)
        _advance(case, action=Step.FIND, actor=Actor.REGISTRY, at=at)
        row = _advance(case, action=Step.REGISTER, actor=Actor.AUTHORITY, at=at)
        letters.send_number(case, own_link=own_link, at=at)
        _advance(case, action=Step.SEND_NUMBER, actor=Actor.AUTHORITY, at=at)
        _record(case, "enrolment.submit", row.clause, actor=actor, at=at, beside=beside(case))
    return Submitted(ApplicationId(case.id), case.number or "")


def _record_refusal(sheet: Sheet, refusal: Refused, *, at: datetime) -> None:
    """CA-6.P3, CA-7.P3: the reasoned refusal stays on record, committed before it is said."""
    case = sheet.case(sheet.form, at=at)
    case.refusal = {"name": type(refusal).__name__, "fields": list(getattr(refusal, "fields", ()))}
    try:
        _register_refusal(case, refusal, at=at)
    except IntegrityError as clash:
        if "idempotency_key" not in _constraint(clash):  # else the first of two clicks recorded it
            raise


def _register_refusal(case: Application, refusal: Refused, *, at: datetime) -> None:
    with transaction.atomic():
        case.save(force_insert=True)
        _advance(case, action=Step.FILL_IN, actor=Actor.APPLICANT, at=at)
        _advance(case, action=Step.ASK_REGISTRY, actor=Actor.PORTAL, at=at)
        _advance(case, action=Step.MISS, actor=Actor.REGISTRY, at=at)
        row = _advance(case, action=Step.REFUSE_UNKNOWN, actor=Actor.REGISTRY, at=at)
        said = type(refusal).__name__
        _record(case, "enrolment.refuse_unknown", row.clause, actor="applicant", at=at, refusal=said)


def _same_answer(earlier: Application) -> Submitted:
    if earlier.number is None:
        raise _refusal_of(earlier.refusal or {})
    return Submitted(ApplicationId(earlier.id), earlier.number)


def _refusal_of(facts: dict[str, Any]) -> Refused:
    if facts["name"] == NamesDiffer.__name__:
        return NamesDiffer(fields=tuple(facts["fields"]))
    return _REFUSALS[facts["name"]]()


def _record(
    case: Application,
    verb: str,
    clause: str,
    *,
    actor: str,
    at: datetime,
    beside: Iterable[Model] = (),
    **facts: object,
) -> None:
    journal.record(
        verb=verb,
        clause=clause,
        subject=f"application:{case.id}",
        actor=actor,
        at=at,
        facts=facts,
        changed=[*changed_rows(case, at=at), *beside],
    )


def _constraint(clash: IntegrityError) -> str:
    """Which constraint said no; psycopg keeps its name beside the error."""
    return str(getattr(getattr(clash.__cause__, "diag", None), "constraint_name", "") or "")
