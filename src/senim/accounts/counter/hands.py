"""In whose hands an application is: take it, also out of a colleague's, let it go, hand it to a colleague."""

from datetime import datetime
from typing import ClassVar

from django.db import transaction

from senim import journal
from senim.accounts.counter import CounterApplicationId
from senim.accounts.counter.found import in_hand, locked, of_office
from senim.accounts.counter.process import OPEN
from senim.accounts.counter.workers import Worker, WorkerId, facts_of
from senim.accounts.models import CounterApplication, CounterWorker
from senim.errors import Refused


class CounterApplicationOver(Refused):
    """It has ended: nobody has anything to do in it."""

    clause: ClassVar[str] = "P19-4"


def take(*, application_id: CounterApplicationId, worker: Worker, at: datetime) -> None:
    """Raises CounterApplicationOver."""
    with transaction.atomic():
        application = locked(application_id, worker, at)
        if application.request.state not in OPEN:
            raise CounterApplicationOver
        if application.taken_by_id != worker.id:
            _put(application, worker.id, "take", worker, at)


def release(*, application_id: CounterApplicationId, worker: Worker, at: datetime) -> None:
    """Let it go: it is anybody's of the office."""
    with transaction.atomic():
        _put(in_hand(application_id, worker, at), None, "release", worker, at)


def hand_over(*, application_id: CounterApplicationId, worker: Worker, to: WorkerId, at: datetime) -> None:
    """Give it to a colleague of the office who is at work. Raises NotACounterWorker."""
    with transaction.atomic():
        application = in_hand(application_id, worker, at, to)
        colleague = facts_of(CounterWorker.objects.get(pk=to))
        of_office(application_id, colleague)  # of this office, and not about themselves
        _put(application, to, "hand_over", worker, at)


def _put(
    application: CounterApplication, to: WorkerId | None, action: str, worker: Worker, at: datetime
) -> None:
    application.taken_by_id = to
    application.save(update_fields=["taken_by"])
    journal.record(
        verb=f"accounts.counter.{action}",
        clause=CounterApplicationOver.clause,
        subject=f"number_request:{application.pk}",
        actor=worker.reference,
        at=at,
        facts={"to": f"counter_worker:{to}" if to else ""},
        changed=[application],
    )
