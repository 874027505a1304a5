"""Papers of the counter: the form of annex 3 to sign by hand (P19-F1, P19-F4), the result or the refusal."""

from dataclasses import dataclass
from typing import ClassVar

from senim import unique_numbers
from senim.accounts.counter import CounterApplicationId
from senim.accounts.counter.found import of_office
from senim.accounts.counter.work import reason_of
from senim.accounts.counter.workers import Worker
from senim.accounts.models import CounterApplication
from senim.accounts.states import RequestState
from senim.errors import NotFound
from senim.papers import number_papers
from senim.settings import settings
from senim.texts import speaking


class NoCounterPaper(NotFound):
    """This paper is not due yet, or never will be."""

    clause: ClassVar[str] = "P19-4"


@dataclass(frozen=True)
class Paper:
    number: str
    pdf: bytes


def application_form(*, application_id: CounterApplicationId, worker: Worker) -> Paper:
    """The form as it is to be signed, in the applicant's language."""
    application = of_office(application_id, worker)
    return Paper(application.number, number_papers.application(facts=_facts(application)))


def outcome(*, application_id: CounterApplicationId, worker: Worker) -> Paper:
    """The result of the service or the reasoned refusal, to hand over. Raises NoCounterPaper."""
    application = of_office(application_id, worker)
    request = application.request
    if request.closed_at is None or request.state not in {RequestState.CONNECTED, RequestState.REFUSED}:
        raise NoCounterPaper
    with speaking(request.language):
        reason = "" if request.state == RequestState.CONNECTED else str(reason_of(application))
    by = application.confirmed_by or application.taken_by or application.opened_by
    pdf = number_papers.outcome(
        facts=_facts(application), worker=by.name, reason=reason, at=request.closed_at
    )
    return Paper(application.number, pdf)


def _facts(application: CounterApplication) -> number_papers.Facts:
    language = application.request.language
    return number_papers.Facts(
        language=language,
        number=unique_numbers.shown(application.number),
        iin=application.iin,
        surname=application.surname,
        given_name=application.given_name,
        patronymic=application.patronymic,
        email=application.email,
        phone=application.request.number,
        portal=f"{settings.portal_origin}/{language}/",
        at=application.opened_at,
    )
