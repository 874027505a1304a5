"""What a worker records at the counter: the signed form, a code nobody can type, a reasoned refusal."""

from datetime import datetime
from typing import ClassVar, Protocol

from django.db import transaction

from senim.accounts import number_requests
from senim.accounts.advance import _advance
from senim.accounts.counter import CounterApplicationId
from senim.accounts.counter.found import CounterApplicationExpired, in_hand
from senim.accounts.counter.workers import Worker
from senim.accounts.models import CounterApplication
from senim.accounts.states import Actor
from senim.errors import Refused

SAID_AT_LEAST, SAID_AT_MOST = 10, 1000


class WithAReason(Protocol):
    """A step that says why."""

    def __call__(
        self, *, application_id: CounterApplicationId, worker: Worker, reason: str, at: datetime
    ) -> None: ...


class FormNotSigned(Refused):
    """The paper form is not signed by the applicant, or has no date."""

    clause: ClassVar[str] = "P19-F4"


class CounterReasonMissing(Refused):
    """A refusal, or setting the code aside, without a reason; ``least`` letters."""

    clause: ClassVar[str] = "P19-9a"


class RefusedAtCounter(Refused):
    """What an application that a worker refused says of itself; the reason is in their words."""

    clause: ClassVar[str] = "P19-9a"


def take_signed_form(
    *, application_id: CounterApplicationId, worker: Worker, signed_and_dated: bool, at: datetime
) -> None:
    """The applicant's signature and the date are on the paper form (P19-F4). Raises FormNotSigned."""
    if not signed_and_dated:
        raise FormNotSigned
    with transaction.atomic():
        application = in_hand(application_id, worker, at)
        expired = number_requests.run_out(application.request, at)
        if not expired:
            application.form_signed_at = at
            _step(application, "take_signed_form", worker, at)
    if expired:
        raise CounterApplicationExpired


def set_code_aside(
    *, application_id: CounterApplicationId, worker: Worker, reason: str, at: datetime
) -> None:
    """The citizen cannot read or type the code: two workers answer for it. Raises CounterReasonMissing."""
    said = _said(reason)
    with transaction.atomic():
        application = in_hand(application_id, worker, at)
        expired = number_requests.run_out(application.request, at)
        if not expired:
            application.said, application.code_aside_at = said, at
            _step(application, "set_code_aside", worker, at)
    if expired:
        raise CounterApplicationExpired


def refuse(*, application_id: CounterApplicationId, worker: Worker, reason: str, at: datetime) -> None:
    """A refusal with its reason, to be printed. Raises CounterReasonMissing."""
    said = _said(reason)
    with transaction.atomic():
        application = in_hand(application_id, worker, at)
        application.said = said
        application.request.refusal = RefusedAtCounter.text_id()
        _step(application, "refuse", worker, at)


def _said(reason: str) -> str:
    said = " ".join(reason.split())
    if not SAID_AT_LEAST <= len(said) <= SAID_AT_MOST:
        raise CounterReasonMissing(least=SAID_AT_LEAST)
    return said


def _step(application: CounterApplication, action: str, worker: Worker, at: datetime) -> None:
    application.save()
    _advance(
        application.request,
        action,
        actor=Actor.WORKER,
        by=worker.reference,
        at=at,
        changed=[application],
    )
