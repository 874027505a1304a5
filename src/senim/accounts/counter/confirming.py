"""The worker's own signature over the application, and the number is connected (P19-4).

One worker is enough where the citizen typed the code on their own page, the register has their document in
force and the mobile operators know the number as theirs. Where one is not (``Ground``), a second worker has
signed for it first (``second``).
"""

import json
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from django.db import transaction
from django.db.models import Model

from senim import validation
from senim.accounts import number_requests, registry_reads
from senim.accounts.authentication import Authentication
from senim.accounts.connection import connect_now
from senim.accounts.counter import CounterApplicationId, signed
from senim.accounts.counter.found import CounterApplicationExpired, in_hand, of_office
from senim.accounts.counter.workers import PROFILE, Worker
from senim.accounts.locks import take_turns
from senim.accounts.models import CounterApplication, CounterSecond, SubscriberNumber
from senim.accounts.registry_reads import note
from senim.accounts.states import RequestState
from senim.errors import Refused
from senim.process import NotAllowed
from senim.registries.refusals import RegistryAnswerInvalid, RegistryUnavailable
from senim.registries.relatives import relatives
from senim.settings import settings
from senim.texts import Text

KIND = "senim counter application 1"
TO_CONFIRM = (RequestState.NUMBER_CONFIRMED, RequestState.CODE_SET_ASIDE, RequestState.COUNTERSIGNED)


class Ground(StrEnum):
    """Why one worker may not connect this number alone."""

    RELATIVE = "relative"
    RELATIONS_UNKNOWN = "relations_unknown"
    DOCUMENT_UNCHECKED = "document_unchecked"
    ALWAYS = "always"
    NUMBER_OF_ANOTHER = "number_of_another"
    NUMBER_DOUBTED = "number_doubted"
    CODE_SET_ASIDE = "code_set_aside"

    @property
    def said(self) -> Text:
        return Text(f"accounts.counter_ground.{self.value}")


class SecondWorkerNeeded(Refused):
    """``why`` one worker may not do it alone."""

    clause: ClassVar[str] = "P19-4"


class WorkersSignatureNotValid(Refused):
    """Not this worker's signature over this application; ``why`` is validation's."""

    clause: ClassVar[str] = "P19-4"


def grounds_of(
    *, application: CounterApplication, worker: Worker, kin: frozenset[str] | None
) -> tuple[Ground, ...]:
    """What stands in one worker's way now. ``kin`` is the applicant's, None while the register is silent."""
    found: list[Ground] = []
    if kin is None:
        found.append(Ground.RELATIONS_UNKNOWN)
    elif worker.iin in kin:
        found.append(Ground.RELATIVE)
    if settings.counter_takes_two:
        found.append(Ground.ALWAYS)
    if not application.document_checked:
        found.append(Ground.DOCUMENT_UNCHECKED)
    if _is_anothers(application):
        found.append(Ground.NUMBER_OF_ANOTHER)
    if application.number_doubted:
        found.append(Ground.NUMBER_DOUBTED)
    if application.code_aside_at is not None:
        found.append(Ground.CODE_SET_ASIDE)
    return tuple(found)


def document_to_sign(*, application_id: CounterApplicationId, worker: Worker, at: datetime) -> bytes:
    """What this worker is about to sign: sorted JSON, the same bytes each time.

    Raises CounterApplicationUnknown, OwnCounterApplication, SecondWorkerNeeded, process.NotAllowed.
    """
    application = of_office(application_id, worker)
    if application.request.state not in TO_CONFIRM:
        raise NotAllowed(f"nothing is signed when {application.request.state}")
    refuse_one_alone(application, worker, at=at)
    return document_of(application, worker)


def confirm(
    *,
    application_id: CounterApplicationId,
    worker: Worker,
    authentication: Authentication | None,
    signature: bytes,
    at: datetime,
) -> None:
    """Connect the number, and keep how the worker was signed in. A second click of theirs finds it done.

    Raises WorkersSignatureNotValid, SecondWorkerNeeded, CounterApplicationExpired, CounterApplicationHeld,
    NotACounterWorker, process.NotAllowed.
    """
    if _confirmed(of_office(application_id, worker), worker):
        return
    document = document_to_sign(application_id=application_id, worker=worker, at=at)
    check_signature(signature, document, worker=worker, at=at)
    with transaction.atomic():
        application = in_hand(application_id, worker, at)
        if _confirmed(application, worker):
            return
        if document_of(application, worker) != document:
            raise NotAllowed("what was signed is not what stands there now")
        _refuse_if_anothers_by_now(application)
        expired = number_requests.run_out(application.request, at)
        if not expired:
            kept = signed.keep(application, iin=worker.iin, authentication=authentication, at=at)
            _connect(application, document, signature, worker, at, kept)
    if expired:
        raise CounterApplicationExpired


def why_not_alone(*, application_id: CounterApplicationId, worker: Worker, at: datetime) -> Text | None:
    """For the page: what one worker needs a colleague for; None where nothing, or nothing is to be signed."""
    application = of_office(application_id, worker)
    if application.request.state not in TO_CONFIRM:
        return None
    try:
        refuse_one_alone(application, worker, at=at)
    except SecondWorkerNeeded as needed:
        return Text("accounts.counter_ground.why", why=needed.facts["why"])
    return None


def refuse_one_alone(application: CounterApplication, worker: Worker, *, at: datetime) -> None:
    """Raises SecondWorkerNeeded, unless a colleague signed for this worker and for every ground."""
    second = second_of(application)
    if second and second.first_id != worker.id:  # whoever signed as the second never is the first as well
        raise SecondWorkerNeeded(why=Text("accounts.counter_ground.another_first", name=second.first.name))
    covered = second.grounds if second else []
    kin = kin_of(application, worker=worker, at=at)
    needed = grounds_of(application=application, worker=worker, kin=kin)
    if left := [ground for ground in needed if ground not in covered]:
        raise SecondWorkerNeeded(why=left[0].said)


def second_of(application: CounterApplication) -> CounterSecond | None:
    return CounterSecond.objects.select_related("first", "worker").filter(application=application).first()


def check_signature(signature: bytes, document: bytes, *, worker: Worker, at: datetime) -> None:
    """By this worker, with the State Corporation's certificate for it. Raises WorkersSignatureNotValid."""
    report = validation.check(cms=signature, content=document, at=at)
    if not report.passed or report.signer is None:
        raise WorkersSignatureNotValid(why=report.problem or Text("accounts.counter_signature.problem"))
    signer = report.signer
    if (signer.iin, signer.bin, signer.profile) != (worker.iin, worker.bin, PROFILE):
        raise WorkersSignatureNotValid(why=Text("accounts.counter_signature.of_another"))


def document_of(application: CounterApplication, worker: Worker) -> bytes:
    """The application in full, by whom it is confirmed, and what stands instead of the code."""
    request, second = application.request, second_of(application)
    said = {
        "kind": KIND,
        "number": application.number,
        "request": str(request.pk),
        "applicant": {
            "iin": application.iin,
            "surname": application.surname,
            "given_name": application.given_name,
            "patronymic": application.patronymic,
            "email": application.email,
            "phone": request.number,
        },
        "agreed": ["connection to the account", "protected secrets in information systems"],
        "form_signed_at": _moment(application.form_signed_at),
        "code_confirmed_at": "" if application.code_aside_at else _moment(request.confirmed_at),
        "instead_of_the_code": application.said if application.code_aside_at else "",
        "grounds": sorted(second.grounds) if second else [],
        "second": second.worker.iin if second else "",
        "confirmed_by": worker.iin,
        "office": application.office,
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _connect(
    application: CounterApplication,
    document: bytes,
    signature: bytes,
    worker: Worker,
    at: datetime,
    kept: list[Model],
) -> None:
    application.confirmed_by_id, application.confirmed_document = worker.id, document
    application.pad_number, application.pad_digest = "", None
    application.save()
    application.request.signature = signature
    beside = [application, *kept]
    connect_now(application.request, keep_session="", at=at, by=worker.reference, beside=beside)


def _confirmed(application: CounterApplication, worker: Worker) -> bool:
    return application.request.state == RequestState.CONNECTED and application.confirmed_by_id == worker.id


def _refuse_if_anothers_by_now(application: CounterApplication) -> None:
    """Nobody else connects this number until the transaction ends. Raises SecondWorkerNeeded."""
    take_turns(f"subscriber number {application.request.number}")
    second = second_of(application)
    if _is_anothers(application) and (second is None or Ground.NUMBER_OF_ANOTHER not in second.grounds):
        raise SecondWorkerNeeded(why=Ground.NUMBER_OF_ANOTHER.said)


def _is_anothers(application: CounterApplication) -> bool:
    """Whether the number is connected to somebody else's account."""
    held = SubscriberNumber.objects.filter(number=application.request.number, released_at=None)
    return held.exclude(account_id=application.request.account_id).exists()


def kin_of(application: CounterApplication, *, worker: Worker, at: datetime) -> frozenset[str] | None:
    """By the register, which ``worker`` asks: before the transaction. None while it is silent."""
    note(
        iin=application.iin,
        registry="civil-status",
        asked_by=registry_reads.Asker.OPERATOR,
        ground=registry_reads.Ground.NUMBER,
        at=at,
        who=worker.name,
    )
    try:
        return frozenset(relatives(iin=application.iin, at=at).iins)
    except (RegistryUnavailable, RegistryAnswerInvalid):
        return None


def _moment(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""
