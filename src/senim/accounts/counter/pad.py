"""The citizen's own page at the counter: the code is asked for, typed and judged there, on any device.

The worker's screen shows a number; whoever types it on a device at the portal has the page, once, for as
long as ``counter_pad_lifetime``. The number leads to nobody's data but a given name and a masked phone. The
code is sent by SMS to the phone being connected and goes back through this page alone. A code that is wrong
is refused at once (P19-9a), and may be corrected without a new application (P19-9b).
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import ClassVar

from django.db import transaction

from senim.accounts import number_requests
from senim.accounts.advance import _advance, may
from senim.accounts.counter import CounterApplicationId
from senim.accounts.counter.applications import refuse_unless_offered
from senim.accounts.counter.found import CounterApplicationExpired, in_hand
from senim.accounts.counter.process import WITH_A_CODE, worker_may_correct
from senim.accounts.counter.workers import Worker
from senim.accounts.counting import HOUR, counted, give_back, stand_in, window_of
from senim.accounts.models import CounterApplication, OneTimePassword
from senim.accounts.number_codes import PURPOSES, CodeExpired, WrongCode, judge_code, send_code
from senim.accounts.phones import masked
from senim.accounts.sms import code_text
from senim.accounts.states import Actor, Channel, RequestState
from senim.errors import NotFound, Refused
from senim.journal import record
from senim.process import NotAllowed
from senim.settings import settings

DIGITS = 8
TOKEN_BYTES = 24
_PAD_OPEN = (RequestState.FORM_SIGNED, *WITH_A_CODE)


class PadUnknown(NotFound):
    """No page waits under this number, or it was opened on another device, or its time is over."""

    clause: ClassVar[str] = "P19-4"


class TooManyPads(Refused):
    """Too many wrong numbers from this network."""

    clause: ClassVar[str] = "P19-4"


class WorkerMayNotEnter(Refused):
    """The code is the citizen's to type (decision 67)."""

    clause: ClassVar[str] = "P19-9b"


class WrongCodeAtCounter(Refused):
    """Refused at once; ``count`` corrections are left."""

    clause: ClassVar[str] = "P19-9a"


@dataclass(frozen=True)
class PadNumber:
    """What the worker's screen shows the citizen."""

    number: str
    until: datetime


@dataclass(frozen=True)
class Pad:
    """What the citizen's page shows. ``code_until``: a code is alive until then."""

    given_name: str
    number: str
    state: str
    until: datetime
    code_until: datetime | None
    for_worker: bool

    @property
    def done(self) -> bool:
        return self.state not in _PAD_OPEN


def show(
    *, application_id: CounterApplicationId, worker: Worker, at: datetime, for_worker: bool = False
) -> PadNumber:
    """A new number for the citizen's page; the page that was open is closed.

    ``for_worker``: a worker is going to correct the entry, where the switch allows it. Raises
    WorkerMayNotEnter, process.NotAllowed.
    """
    if for_worker and not worker_may_correct(None):
        raise WorkerMayNotEnter
    with transaction.atomic():
        application = in_hand(application_id, worker, at)
        if application.request.state not in _PAD_OPEN:
            raise NotAllowed(f"no code is typed when {application.request.state}")
        application.pad_number = "".join(str(secrets.randbelow(10)) for _ in range(DIGITS))
        application.pad_for = Actor.WORKER if for_worker else Actor.SUBSCRIBER
        application.pad_digest, application.pad_until_at = None, at + settings.counter_pad_lifetime
        application.save()
        record(
            verb="accounts.counter.show_pad",
            clause=PadUnknown.clause,
            subject=f"number_request:{application.pk}",
            actor=worker.reference,
            at=at,
            facts={"for": application.pad_for},
            changed=[application],
        )
    return PadNumber(application.pad_number, application.pad_until_at)


def shown(*, application: CounterApplication, at: datetime) -> PadNumber | None:
    """The number that waits to be typed; None once it was, or where there is none."""
    if not application.pad_number or application.pad_until_at is None or at >= application.pad_until_at:
        return None
    return PadNumber(application.pad_number, application.pad_until_at)


def claim(*, number: str, network: str, at: datetime) -> str:
    """The page of this number is this device's from now on, by the token that comes back.

    Raises PadUnknown, TooManyPads.
    """
    refuse_unless_offered(at)
    window, key = window_of(at, HOUR), stand_in(network)
    if not counted("pad hour", key, window, settings.counter_pad_tries_per_network_per_hour):
        raise TooManyPads
    token = secrets.token_urlsafe(TOKEN_BYTES)
    waiting = CounterApplication.objects.filter(pad_number=number, pad_until_at__gt=at).exclude(pad_number="")
    if not waiting.update(pad_number="", pad_digest=_digest(token)):
        raise PadUnknown
    give_back("pad hour", key, window)
    return token


def at_pad(*, token: str, at: datetime) -> Pad:
    """What the page shows now. Raises PadUnknown."""
    application = _of(token, at)
    request = application.request
    live = OneTimePassword.objects.filter(
        purpose=PURPOSES[Channel.COUNTER],
        account_id=request.account_id,
        used_at=None,
        replaced_at=None,
        expires_at__gt=at,
    ).first()
    return Pad(
        given_name=application.given_name,
        number=masked(request.number),
        state=request.state,
        until=application.pad_until_at or at,
        code_until=live.expires_at if live and request.state in WITH_A_CODE else None,
        for_worker=application.pad_for == Actor.WORKER,
    )


def get_code(*, token: str, network: str, at: datetime) -> None:
    """A code to the number being connected; the one before it is dead. Raises what ``issue`` refuses."""
    with transaction.atomic():
        application = _locked(token, at)
        request = application.request
        step = "get_code_again" if request.state in WITH_A_CODE else "get_code"
        may(request, step)
        expired = number_requests.run_out(request, at)
        if not expired:
            words = partial(code_text, text_id="accounts.sms.counter_code")
            send_code(request, network=network, at=at, words=words)
            _advance(request, step, actor=Actor.SUBSCRIBER, at=at)
    if expired:
        raise CounterApplicationExpired


def enter(*, token: str, code: str, at: datetime) -> None:
    """Judge what was typed. Raises WrongCodeAtCounter, CodeExpired, CodeAttemptsSpent.

    What comes of it is committed before it is raised: the attempt, and that the entry was refused.
    """
    with transaction.atomic():
        application = _locked(token, at)
        request = application.request
        if request.state == RequestState.NUMBER_CONFIRMED:  # a second click
            return
        actor = Actor.WORKER if application.pad_for == Actor.WORKER else Actor.SUBSCRIBER
        may(request, "confirm_code", actor=actor)
        refusal = (
            CounterApplicationExpired()
            if number_requests.run_out(request, at)
            else _judge(application, actor, code, at)
        )
    if refusal:
        raise refusal


def _judge(application: CounterApplication, actor: Actor, code: str, at: datetime) -> Refused | None:
    by = f"counter_worker:{application.taken_by_id}" if actor is Actor.WORKER else ""
    refusal = judge_code(application.request, code, at=at, actor=actor, by=by)
    if isinstance(refusal, WrongCode | CodeExpired):
        _advance(application.request, "refuse_entry", actor=Actor.PORTAL, at=at)
    return WrongCodeAtCounter(**refusal.facts) if isinstance(refusal, WrongCode) else refusal


def _of(token: str, at: datetime) -> CounterApplication:
    """Raises PadUnknown."""
    refuse_unless_offered(at)
    found = CounterApplication.objects.select_related("request")
    application = found.filter(pad_digest=_digest(token), pad_until_at__gt=at).first() if token else None
    if application is None:
        raise PadUnknown
    return application


def _locked(token: str, at: datetime) -> CounterApplication:
    """The request is held; the page may have been closed meanwhile. Raises PadUnknown."""
    request = number_requests.lock(_of(token, at).request)
    application = _of(token, at)
    application.request = request
    return application


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
