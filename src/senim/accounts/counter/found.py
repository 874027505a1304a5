"""Find an application of one's own office, and hold it: another's is as if it were not there."""

from datetime import datetime
from typing import ClassVar

from senim.accounts import number_requests
from senim.accounts.counter import CounterApplicationId
from senim.accounts.counter.applications import OwnCounterApplication, refuse_unless_offered
from senim.accounts.counter.workers import Worker, WorkerId, refuse_unless_at_work
from senim.accounts.models import CounterApplication
from senim.errors import NotFound, Refused


class CounterApplicationUnknown(NotFound):
    """There is no such application, or it is another office's."""

    clause: ClassVar[str] = "P19-4"


class CounterApplicationHeld(Refused):
    """A colleague has it in hand."""

    clause: ClassVar[str] = "P19-4"


class CounterApplicationExpired(Refused):
    """It stood open for too long; a new one takes a minute."""

    clause: ClassVar[str] = "P19-4"


def of_office(application_id: CounterApplicationId, worker: Worker) -> CounterApplication:
    """To look at. Raises CounterApplicationUnknown, OwnCounterApplication."""
    found = CounterApplication.objects.select_related("request", "taken_by", "opened_by")
    application = found.filter(pk=application_id, bin=worker.bin, office=worker.office).first()
    if application is None:
        raise CounterApplicationUnknown
    if application.iin == worker.iin:
        raise OwnCounterApplication
    return application


def locked(
    application_id: CounterApplicationId, worker: Worker, at: datetime, *colleagues: WorkerId
) -> CounterApplication:
    """Held until the end of the transaction, request first; and with it that this worker, and these
    colleagues, are at work.

    Raises CounterNotOffered, CounterApplicationUnknown, OwnCounterApplication, NotACounterWorker.
    """
    refuse_unless_offered(at)
    request = number_requests.lock(of_office(application_id, worker).request)
    application = of_office(application_id, worker)
    application.request = request
    refuse_unless_at_work(worker.id, *colleagues)
    return application


def in_hand(
    application_id: CounterApplicationId, worker: Worker, at: datetime, *colleagues: WorkerId
) -> CounterApplication:
    """Locked, and nobody else's by now; whoever takes a step has it from then on.

    Raises what ``locked`` raises, CounterApplicationHeld.
    """
    application = locked(application_id, worker, at, *colleagues)
    if application.taken_by_id not in {None, worker.id}:
        raise CounterApplicationHeld(name=application.taken_by.name if application.taken_by else "")
    application.taken_by_id = worker.id
    return application
