"""A second worker signs for what the first may not do alone (decision 68, as decision 49 does it)."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction
from django.db.models import Model

from senim.accounts import number_requests
from senim.accounts.advance import _advance, may
from senim.accounts.authentication import Authentication
from senim.accounts.counter import CounterApplicationId, signed
from senim.accounts.counter.confirming import Ground, check_signature, document_of, grounds_of, kin_of
from senim.accounts.counter.found import CounterApplicationExpired, locked, of_office
from senim.accounts.counter.workers import Worker, facts_of
from senim.accounts.models import CounterApplication, CounterSecond
from senim.accounts.states import Actor
from senim.errors import Refused
from senim.process import NotAllowed

KIND = "senim counter countersignature 1"


class OneWorkerTwice(Refused):
    """The second signature is another worker's, or it is no second one."""

    clause: ClassVar[str] = "P19-4"


class SecondIsRelative(Refused):
    """The second pair of eyes is a relative of the applicant."""

    clause: ClassVar[str] = "P19-4"


@dataclass(frozen=True)
class Asked:
    """What the second worker is shown: for whom they sign, why it is needed, and the text."""

    first: Worker
    grounds: tuple[Ground, ...]
    document: bytes
    confirmation: bytes
    """What the first one will sign, which the document names by its digest."""


def asked(*, application_id: CounterApplicationId, worker: Worker, at: datetime) -> Asked:
    """Raises OneWorkerTwice, SecondIsRelative, process.NotAllowed (nothing to countersign)."""
    application = of_office(application_id, worker)
    may(application.request, "countersign", actor=Actor.SECOND_WORKER)
    first = facts_of(application.taken_by or application.opened_by)
    if first.id == worker.id:
        raise OneWorkerTwice
    kin = kin_of(application, worker=worker, at=at)
    if kin and worker.iin in kin:
        raise SecondIsRelative
    grounds = grounds_of(application=application, worker=first, kin=kin)
    if not grounds:
        raise NotAllowed("one worker is enough")
    text = _text(application, first, worker, grounds)
    return Asked(first, grounds, text, document_of(application, first))


def countersign(
    *,
    application_id: CounterApplicationId,
    worker: Worker,
    authentication: Authentication | None,
    signature: bytes,
    at: datetime,
) -> None:
    """The first worker may confirm now; how the second was signed in is kept.

    Raises what ``asked`` raises, WorkersSignatureNotValid.
    """
    shown = asked(application_id=application_id, worker=worker, at=at)
    check_signature(signature, shown.document, worker=worker, at=at)
    with transaction.atomic():
        application = locked(application_id, worker, at)
        may(application.request, "countersign", actor=Actor.SECOND_WORKER)
        if _text(application, shown.first, worker, shown.grounds) != shown.document:
            raise NotAllowed("what was signed is not what stands there now")
        expired = number_requests.run_out(application.request, at)
        if not expired:
            kept = signed.keep(application, iin=worker.iin, authentication=authentication, at=at)
            _put_on_record(application, shown, signature, worker, at, kept)
    if expired:
        raise CounterApplicationExpired


def _put_on_record(
    application: CounterApplication,
    shown: Asked,
    signature: bytes,
    worker: Worker,
    at: datetime,
    kept: list[Model],
) -> None:
    second = CounterSecond.objects.create(
        application=application,
        first_id=shown.first.id,
        worker_id=worker.id,
        grounds=[ground.value for ground in shown.grounds],
        document=shown.document,
        signature=signature,
        signed_at=at,
    )
    application.request.proof_id = second.pk
    # Two who answer for it stand for the code where there is none.
    application.request.confirmed_at = application.request.confirmed_at or at
    _advance(
        application.request,
        "countersign",
        actor=Actor.SECOND_WORKER,
        by=worker.reference,
        at=at,
        facts={"first": shown.first.reference, "grounds": second.grounds},
        changed=[second, *kept],
    )


def _text(
    application: CounterApplication, first: Worker, worker: Worker, grounds: tuple[Ground, ...]
) -> bytes:
    said = {
        "kind": KIND,
        "application": hashlib.sha256(document_of(application, first)).hexdigest(),
        "number": application.number,
        "phone": application.request.number,
        "grounds": sorted(grounds),
        "confirmed_by": first.iin,
        "countersigned_by": worker.iin,
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
