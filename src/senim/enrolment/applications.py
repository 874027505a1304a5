"""Apply for certificates: the registry is asked, an application gets its number, a letter brings it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from senim import journal
from senim.enrolment import letters, numbers
from senim.enrolment.advance import ApplicationId, _advance, changed_rows, new_link
from senim.enrolment.applicant import (
    Applicant,
    ApplicantAbsent,
    IinAnnulled,
    NamesDiffer,
    OrderForm,
    ask_registry,
    check_in_force,
    checked,
    folded_name,
)
from senim.enrolment.attempts import count
from senim.enrolment.models import Application
from senim.enrolment.process import Actor, Stage, Step
from senim.enrolment.requests import read
from senim.errors import Refused
from senim.settings import settings

_NUMBER_TRIES = 5
_REFUSALS: dict[str, type[Refused]] = {
    refusal.__name__: refusal for refusal in (ApplicantAbsent, IinAnnulled, NamesDiffer)
}


class KeyAlreadyOffered(Refused):
    """An open application holds one of these keys already."""

    clause: ClassVar[str] = "CA-6.P4"


@dataclass(frozen=True)
class Submitted:
    """The application as registered; ``number`` has twelve digits."""

    application_id: ApplicationId
    number: str


def examine(*, form: OrderForm, network: str, language: str, started_at: datetime, at: datetime) -> Applicant:
    """Ask the registry before the applicant makes keys, so that nobody makes keys for nothing.

    Raises Unavailable, TooManyTries and the refusals of ``applicant``; a refusal is recorded (CA-6.P3).
    """
    check_in_force(at=at)
    form = checked(form)
    _count_tries(form, step="order", network=network, at=at)
    return _ask_or_record_refusal(form, key=uuid4(), language=language, started_at=started_at, at=at)


def submit(
    *,
    form: OrderForm,
    sign_request: bytes,
    auth_request: bytes,
    idempotency_key: UUID,
    network: str,
    language: str,
    policy_read_at: datetime | None,
    started_at: datetime,
    at: datetime,
) -> Submitted:
    """Register the application (CA-6.P1–P5). The same key twice gives the same answer.

    ``policy_read_at``: when the applicant said they had read the recommended texts; None is no ground to
    refuse (CA-19.4a). Raises Unavailable, TooManyTries, RequestNotUsable, KeyAlreadyOffered and the
    refusals of ``applicant``.
    """
    if earlier := Application.objects.filter(idempotency_key=idempotency_key).first():
        return _same_answer(earlier)
    check_in_force(at=at)
    form = checked(form)
    _count_tries(form, step="registration", network=network, at=at)
    requests = read(sign=sign_request, auth=auth_request)
    applicant = _ask_or_record_refusal(
        form, key=idempotency_key, language=language, started_at=started_at, at=at
    )
    case = _new_case(applicant.form, key=idempotency_key, language=language, started_at=started_at, at=at)
    case.registry_evidence, case.policy_read_at = applicant.evidence, policy_read_at
    case.sign_request, case.sign_key_digest = requests.sign, requests.sign_key_digest
    case.auth_request, case.auth_key_digest = requests.auth, requests.auth_key_digest
    return _register(case, at=at)


def _register(case: Application, *, at: datetime) -> Submitted:
    state, since = case.state, case.state_since_at
    for _ in range(_NUMBER_TRIES):
        # A number that is taken rolls everything back; the next try starts from the same case.
        case.number, case.state, case.state_since_at, case._state.adding = numbers.new(), state, since, True
        try:
            return _register_under(case, at=at)
        except IntegrityError as clash:
            constraint = _constraint(clash)
            if "idempotency_key" in constraint:
                return _same_answer(Application.objects.get(idempotency_key=case.idempotency_key))
            if "per_signing_key" in constraint or "per_authentication_key" in constraint:
                raise KeyAlreadyOffered from clash
            if "number" not in constraint:
                raise
    raise RuntimeError("no free application number found")


def _register_under(case: Application, *, at: datetime) -> Submitted:
    with transaction.atomic():
        own_link, case.own_link_digest = new_link()
        case.save(force_insert=True)
        _advance(case, action=Step.FILL_IN, actor=Actor.APPLICANT, at=at)
        _advance(case, action=Step.ASK_REGISTRY, actor=Actor.PORTAL, at=at)
        _advance(case, action=Step.FIND, actor=Actor.REGISTRY, at=at)
        _advance(case, action=Step.REGISTER, actor=Actor.AUTHORITY, at=at)
        letters.send_number(case, own_link=own_link, at=at)
        _advance(case, action=Step.SEND_NUMBER, actor=Actor.AUTHORITY, at=at)
        _record(case, "enrolment.submit", "CA-6.P4", at=at)
    return Submitted(ApplicationId(case.id), case.number or "")


def _ask_or_record_refusal(
    form: OrderForm, *, key: UUID, language: str, started_at: datetime, at: datetime
) -> Applicant:
    try:
        return ask_registry(form, at=at)
    except (ApplicantAbsent, IinAnnulled, NamesDiffer) as refusal:
        _record_refusal(form, refusal, key=key, language=language, started_at=started_at, at=at)
        raise


def _record_refusal(
    form: OrderForm, refusal: Refused, *, key: UUID, language: str, started_at: datetime, at: datetime
) -> None:
    """CA-6.P3: the reasoned refusal stays on record, committed before it is said."""
    case = _new_case(form, key=key, language=language, started_at=started_at, at=at)
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
        _advance(case, action=Step.REFUSE_UNKNOWN, actor=Actor.REGISTRY, at=at)
        _record(case, "enrolment.refuse_unknown", "CA-6.P3", at=at, refusal=type(refusal).__name__)


def _new_case(
    form: OrderForm, *, key: UUID, language: str, started_at: datetime, at: datetime
) -> Application:
    return Application(
        **vars(form),
        folded_name=folded_name(form),
        language=language,
        idempotency_key=key,
        state=Stage.FILLING,
        state_since_at=min(started_at, at),
        applied_at=at,
    )


def _same_answer(earlier: Application) -> Submitted:
    if earlier.number is None:
        raise _refusal_of(earlier.refusal or {})
    return Submitted(ApplicationId(earlier.id), earlier.number)


def _refusal_of(facts: dict[str, Any]) -> Refused:
    if facts["name"] == NamesDiffer.__name__:
        return NamesDiffer(fields=tuple(facts["fields"]))
    return _REFUSALS[facts["name"]]()


def _count_tries(form: OrderForm, *, step: str, network: str, at: datetime) -> None:
    count(what=f"{step} of network", of=network, at_most=settings.orders_per_network_per_hour, at=at)
    count(what=f"{step} of iin", of=form.iin, at_most=settings.orders_per_iin_per_hour, at=at)


def _record(case: Application, verb: str, clause: str, *, at: datetime, **facts: object) -> None:
    journal.record(
        verb=verb,
        clause=clause,
        subject=f"application:{case.id}",
        actor="applicant",
        at=at,
        facts=facts,
        changed=changed_rows(case, at=at),
    )


def _constraint(clash: IntegrityError) -> str:
    """Which constraint said no; psycopg keeps its name beside the error."""
    return str(getattr(getattr(clash.__cause__, "diag", None), "constraint_name", "") or "")
