"""Have the person recognised in the app (PH-6.2), and connect their number if nothing else is due (PH-6.3).

Who is not recognised is refused with the reason, and nothing is connected (PH-9). What only shows that
somebody meddled with the way back from the service ends nobody's request.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from senim.accounts import AccountId, biometrics, number_requests, signed_steps
from senim.accounts.advance import _advance, may
from senim.accounts.authentication import Authentication
from senim.accounts.biometrics import (
    AssertionForSomethingElse,
    Begun,
    BiometricRefused,
    Proof,
    Purpose,
)
from senim.accounts.connection import connect_now
from senim.accounts.mobile.process import has_to_be_certified
from senim.accounts.models import Account, NumberRequest
from senim.accounts.numbers import RequestExpired, Standing, standing
from senim.accounts.states import Actor, Channel, RequestState

APP = frozenset({Channel.MOBILE})
DONE = frozenset({RequestState.RECOGNISED, RequestState.CONNECTED})


def ask(*, account_id: AccountId, return_to: str, at: datetime) -> Begun:
    """Where this person's device goes to be looked at; it comes back to ``return_to``.

    Refuses: RequestExpired, and what ``biometrics.begin`` refuses.
    """
    request = number_requests.latest(account_id, among=APP)
    may(request, "recognise", actor=Actor.PORTAL)
    _close_if_run_out(request, at)
    return biometrics.begin(**_about(request), return_to=return_to, at=at)


def waiting(*, account_id: AccountId, at: datetime) -> Begun | None:
    """The session this person was asked to go to and has not come back from, if there is one."""
    request = number_requests.latest(account_id, among=APP)
    return biometrics.open_session(**_about(request), at=at)


def take(
    *,
    account_id: AccountId,
    authentication: Authentication | None,
    session_id: UUID,
    code: str,
    keep_session: str,
    at: datetime,
) -> Standing:
    """The device is back: fetch what the service saw, and judge it.

    Where that connects the number, how the person was signed in is kept with it. What another channel
    connected meanwhile is changed by its holder's signature only. Refuses: RequestExpired,
    AnotherNumberConnected, and what ``biometrics`` refuses.
    """
    request = number_requests.latest(account_id, among=APP)
    if request.state in DONE:  # the way back, taken twice
        return standing(account_id=account_id)
    may(request, "recognise", actor=Actor.PORTAL)
    _close_if_run_out(request, at)
    proof = _judged(request, session_id, code, at)
    with transaction.atomic():
        request = number_requests.lock(request)
        request.proof_id = proof.id
        _advance(request, "recognise", actor=Actor.PORTAL, at=at)
        if not has_to_be_certified(request):
            kept = signed_steps.keep(
                subject=number_requests.reference(request.pk),
                account_id=account_id,
                authentication=authentication,
                at=at,
            )
            connect_now(request, keep_session=keep_session, at=at, replacing=False, beside=kept)
    return standing(account_id=account_id)


def _judged(request: NumberRequest, session_id: UUID, code: str, at: datetime) -> Proof:
    """Only the session that was opened for this request counts: who brings another one ends nothing."""
    about = _about(request)
    mine = biometrics.open_session(**about, at=at)
    if mine is None or mine.session_id != session_id:
        raise AssertionForSomethingElse
    assertion = biometrics.collect(session_id=session_id, code=code, at=at)
    try:
        return biometrics.judge(**about, assertion=assertion, at=at)
    except biometrics.SOMEBODY_ELSE as refusal:
        _refuse(request, refusal, at)
        raise


def _refuse(request: NumberRequest, refusal: BiometricRefused, at: datetime) -> None:
    with transaction.atomic():
        request = number_requests.lock(request)
        request.refusal = refusal.text_id()
        _advance(request, "refuse_biometrics", actor=Actor.PORTAL, at=at)


def _close_if_run_out(request: NumberRequest, at: datetime) -> None:
    with transaction.atomic():
        expired = number_requests.run_out(number_requests.lock(request), at)
    if expired:
        raise RequestExpired


def _about(request: NumberRequest) -> dict[str, str]:
    """Whom to recognise, and for which request: an assertion for another one is worth nothing here."""
    return {
        "iin": Account.objects.values_list("iin", flat=True).get(pk=request.account_id),
        "purpose": Purpose.CONNECT_NUMBER,
        "operation": number_requests.text_of(request),
    }
