"""What a bank began for its customer: find it, say where it stands, refuse it, let it be forgotten."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from django.db import transaction

from senim.accounts.bank.checks import whose
from senim.accounts.models import BankRequest, NumberRequest
from senim.accounts.numbers import RequestExpired
from senim.accounts.states import RequestState
from senim.accounts.systems.standing import AdmittedSystem
from senim.accounts.timeline import tell
from senim.errors import NotFound, Refused
from senim.journal import record
from senim.process import NotAllowed
from senim.texts import Text


class NoSuchBankRequest(NotFound):
    """No request of this bank has this number."""

    clause: ClassVar[str] = "PH-7b"


class Stage(StrEnum):
    """Where a request stands, in the words of the partner API."""

    PERSON_AWAITED = "person_awaited"
    CODE_AWAITED = "code_awaited"
    CONNECTED = "connected"
    REFUSED = "refused"
    EXPIRED = "expired"
    REPLACED = "replaced"


_STAGES = {
    RequestState.CODE_SENT: Stage.CODE_AWAITED,
    RequestState.CONNECTED: Stage.CONNECTED,
    RequestState.REFUSED: Stage.REFUSED,
    RequestState.EXPIRED: Stage.EXPIRED,
    RequestState.REPLACED: Stage.REPLACED,
}


@dataclass(frozen=True)
class Standing:
    """``address``: where the person's device goes while they are awaited. ``refusal``: why, in words."""

    request_id: uuid.UUID
    stage: Stage
    expires_at: datetime
    address: str = ""
    refusal: Text | None = None
    next_step: Text | None = None


def request_of(bank: AdmittedSystem, request_id: uuid.UUID) -> BankRequest:
    """Refuses: NoSuchBankRequest, for another bank's as for none."""
    request = BankRequest.objects.filter(pk=request_id, system_id=bank.id).first()
    if request is None:
        raise NoSuchBankRequest
    return request


def lock(request: BankRequest) -> BankRequest:
    """As it is now, held until the end of the transaction."""
    return BankRequest.objects.select_for_update().get(pk=request.pk)


def citizens(request: BankRequest) -> NumberRequest:
    """The citizen's own request, held until the end of the transaction. Raises NotAllowed."""
    if request.number_request_id is None:
        raise NotAllowed("nobody was recognised yet")
    return NumberRequest.objects.select_for_update().get(pk=request.number_request_id)


def refuse_unless_awaited(request: BankRequest, *, at: datetime) -> None:
    """Refuses: RequestExpired. Raises NotAllowed."""
    if request.closed_at:
        raise NotAllowed("this request is closed")
    if at >= request.expires_at:
        raise RequestExpired


def standing_of(request: BankRequest, *, at: datetime) -> Standing:
    if request.number_request_id:
        opened = NumberRequest.objects.get(pk=request.number_request_id)
        stage = _STAGES[RequestState(opened.state)]
        if stage is Stage.CODE_AWAITED and at >= opened.expires_at:
            stage = Stage.EXPIRED
        return _told(request, stage, opened.expires_at, opened.refusal)
    if request.closed_at:
        return _told(request, Stage.REFUSED, request.expires_at, request.refusal)
    if at >= request.expires_at:
        return _told(request, Stage.EXPIRED, request.expires_at)
    return Standing(request.pk, Stage.PERSON_AWAITED, request.expires_at, request.address)


def refuse(bank: AdmittedSystem, request: BankRequest, refusal: Refused, at: datetime) -> None:
    """Leave the reasoned refusal behind, and tell whose name was used; committed before it is raised."""
    with transaction.atomic():
        request = lock(request)
        if request.closed_at:
            return
        tell(account_id=whose(request.iin), text_id="accounts.timeline.bank_refused", at=at, bank=bank.name)
        close(request, at, refusal=refusal.text_id())
        note(request, "refuse", clause=refusal.clause, at=at)


def close(
    request: BankRequest, at: datetime, *, number_request_id: uuid.UUID | None = None, refusal: str = ""
) -> None:
    request.number_request_id, request.refusal, request.closed_at = number_request_id, refusal, at
    request.iin = request.number = ""
    request.save()


def note(request: BankRequest, action: str, *, clause: str, at: datetime) -> None:
    """Record a step of the bank's own, in the caller's transaction."""
    record(
        verb=f"accounts.bank.{action}",
        clause=clause,
        subject=f"bank_request:{request.pk}",
        actor=f"system:{request.system_id}",
        at=at,
        facts={"check": str(request.check_id), "refusal": request.refusal},
        changed=[request],
    )


def forget_abandoned(*, at: datetime) -> int:
    """Wipe IIN and number of requests whose person never came. How many."""
    return BankRequest.objects.filter(expires_at__lt=at).exclude(iin="").update(iin="", number="")


def _told(request: BankRequest, stage: Stage, expires_at: datetime, refusal: str = "") -> Standing:
    why = (Text(refusal), Text(f"{refusal}.next")) if refusal else (None, None)
    return Standing(request.pk, stage, expires_at, "", *why)
