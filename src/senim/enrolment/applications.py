"""Apply for certificates: the registry is asked, an application gets its number, a letter brings it."""

from datetime import datetime
from uuid import UUID, uuid4

from senim.enrolment.applicant import Applicant, OrderForm, ask_registry, check_in_force, checked
from senim.enrolment.kinds import Kind
from senim.enrolment.registration import (
    Sheet,
    Submitted,
    ask_or_record_refusal,
    count_tries,
    earlier_answer,
    register,
    with_evidence,
    with_keys,
)
from senim.enrolment.requests import check_keys, read


def examine(*, form: OrderForm, network: str, language: str, started_at: datetime, at: datetime) -> Applicant:
    """Ask the registry before the applicant makes keys, so that nobody makes keys for nothing.

    Raises Unavailable, TooManyTries and the refusals of ``applicant``; a refusal is recorded (CA-6.P3).
    """
    check_in_force(at=at)
    form = checked(form)
    count_tries(form, step="order", network=network, at=at)
    return ask_or_record_refusal(Sheet(Kind.ORDER, form, uuid4(), language, started_at), ask_registry, at=at)


def submit(
    *,
    form: OrderForm,
    sign_request: bytes,
    auth_request: bytes,
    idempotency_key: UUID,
    network: str,
    language: str,
    policy_read_at: datetime | None,
    policy_edition: str,
    started_at: datetime,
    at: datetime,
) -> Submitted:
    """Register the application (CA-6.P1–P5). The same key twice gives the same answer.

    ``policy_read_at``: when the applicant said they had read the recommended texts, in that edition; None is
    no ground to refuse (CA-19.4a). Raises Unavailable, TooManyTries, RequestNotUsable, KeyAlreadyOffered and
    the refusals of ``applicant``.
    """
    if earlier := earlier_answer(idempotency_key):
        return earlier
    check_in_force(at=at)
    form = checked(form)
    count_tries(form, step="registration", network=network, at=at)
    requests = read(sign=sign_request, auth=auth_request)
    sheet = Sheet(Kind.ORDER, form, idempotency_key, language, started_at)
    applicant = ask_or_record_refusal(sheet, ask_registry, at=at)
    check_keys(requests, iin=applicant.form.iin)
    case = with_evidence(with_keys(sheet.case(applicant.form, at=at), requests), applicant)
    case.policy_read_at, case.policy_edition = policy_read_at, policy_edition
    return register(case, actor="applicant", at=at)
