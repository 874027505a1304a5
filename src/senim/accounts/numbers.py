"""Connect a subscriber number to one's account through the portal (PH-4, PH-5.*, PH-9, PH-A5, PH-A9.*).

``begin`` → ``confirm_code`` → ``request_text``, signed in the browser → ``connect``. The order is the
table's in ``process``; a step out of it raises ``process.NotAllowed``. Every step bears a second click.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from django.db import transaction

from senim import rulebook
from senim.accounts import AccountId, number_requests, phones
from senim.accounts.advance import _advance, may
from senim.accounts.connection import connect_now
from senim.accounts.identity import IdentityRefused, check_identity
from senim.accounts.models import Account, NumberRequest, OneTimePassword
from senim.accounts.one_time_passwords import Issued, Purpose, Verdict, issue, judge
from senim.accounts.process import Actor, RequestState
from senim.accounts.signatures import SignatureRefused, accept
from senim.accounts.sms import code_text
from senim.countries.kz import roles
from senim.errors import Refused
from senim.notices.outbox import NoticeState, latest_about, send_sms
from senim.settings import settings

PROFILES = frozenset({"individual_sign"})
ACCEPTED = roles.SIGNING
"""A signature for an organisation is understood, so that the refusal can say that those have no numbers."""
DOUBLE_CLICK = timedelta(seconds=10)


class ServiceNotOffered(Refused):
    """The rulebook has no rule in force by which numbers are connected."""

    clause: ClassVar[str] = "PH-4"


class ConsentMissing(Refused):
    """No consent to access to personal data of restricted access."""

    clause: ClassVar[str] = "PH-A9.2"


class RequestExpired(Refused):
    clause: ClassVar[str] = "PH-4"


class WrongCode(Refused):
    """``count`` attempts are left."""

    clause: ClassVar[str] = "PH-9"


class CodeExpired(Refused):
    clause: ClassVar[str] = "PH-2.4"


class CodeAttemptsSpent(Refused):
    """The request is refused: the number is not connected."""

    clause: ClassVar[str] = "PH-9"


class RequestNotSigned(Refused):
    """The signature over the request is not accepted; ``problem`` says why."""

    clause: ClassVar[str] = "PH-5.2c"


class SignedByAnother(Refused):
    clause: ClassVar[str] = "PH-5.2c"


class OnlyIndividuals(Refused):
    """Signed for an organisation."""

    clause: ClassVar[str] = "PH-3"


@dataclass(frozen=True)
class Begun:
    """A code is on its way to ``number``; ``resend_at`` is when another may be asked for."""

    request_id: UUID
    number: str
    code_expires_at: datetime
    resend_at: datetime


@dataclass(frozen=True)
class CodeOnItsWay:
    """A live code. ``waiting``: the SMS has not left yet, because the SMS centre is slow or down."""

    number: str
    code_expires_at: datetime
    resend_at: datetime
    waiting: bool


@dataclass(frozen=True)
class Standing:
    """Where a person's latest request stands."""

    request_id: UUID
    state: RequestState
    number: str
    expires_at: datetime


@dataclass(frozen=True)
class RequestText:
    """The electronic request, byte for byte (UTF-8) as the citizen signs it."""

    request_id: UUID
    number: str
    text: str


@dataclass(frozen=True)
class Connected:
    number: str


def begin(*, account_id: AccountId, number: str, consent: bool, network: str, at: datetime) -> Begun:
    """Open a request and send a code to the number; an open request is replaced.

    A number that is connected here already may be confirmed anew.

    Refuses: what ``phones.parse``, ``identity.check_identity``, ``one_time_passwords.issue`` and the
    registries refuse, ServiceNotOffered, ConsentMissing.
    """
    if not rulebook.followed("subscriber_number_2024", at=at):
        raise ServiceNotOffered
    parsed = phones.parse(number)
    if clicked_twice := _same_click(account_id, parsed, at):
        return clicked_twice
    if not consent:
        number_requests.refuse(account_id, parsed, "refuse_consent", ConsentMissing(), at)
        raise ConsentMissing
    evidence = _identity(account_id, parsed, at)
    with transaction.atomic():
        request = number_requests.new(account_id, parsed, at)
        request.consented_at, request.evidence_digest = at, evidence
        issued = _send_code(request, network, at)
        _advance(request, "get_code", actor=Actor.SUBSCRIBER, at=at)
    return Begun(request.pk, parsed, issued.expires_at, issued.resend_at)


def send_again(*, account_id: AccountId, network: str, at: datetime) -> Begun:
    """Send a new code for the open request; the old one is dead. Refuses what ``issue`` refuses."""
    with transaction.atomic():
        request = number_requests.locked(account_id)
        may(request, "get_code_again")
        expired = number_requests.run_out(request, at)
        if not expired:
            issued = _send_code(request, network, at)
            _advance(request, "get_code_again", actor=Actor.SUBSCRIBER, at=at)
    if expired:
        raise RequestExpired
    return Begun(request.pk, request.number, issued.expires_at, issued.resend_at)


def confirm_code(*, account_id: AccountId, code: str, at: datetime) -> Standing:
    """Judge the code the person typed. Refuses: WrongCode, CodeExpired, CodeAttemptsSpent, RequestExpired."""
    with transaction.atomic():
        request = number_requests.locked(account_id)
        refusal = None
        if request.state != RequestState.NUMBER_CONFIRMED:  # else a second click
            may(request, "confirm_code")
            refusal = RequestExpired() if number_requests.run_out(request, at) else _judge(request, code, at)
    if refusal:
        raise refusal
    return _standing(request)


def request_text(*, account_id: AccountId) -> RequestText:
    """The text to sign, once the code was right."""
    request = number_requests.latest(account_id)
    may(request, "connect")
    return RequestText(request.pk, request.number, number_requests.text_of(request))


def connect(*, account_id: AccountId, signature: bytes, keep_session: str, at: datetime) -> Connected:
    """Connect the number: the request carries its owner's signature.

    A number somebody else held moves here, and they are told. Other sessions of this account end. Refuses:
    RequestNotSigned, SignedByAnother, OnlyIndividuals, RequestExpired.
    """
    request = number_requests.latest(account_id)
    if request.state == RequestState.CONNECTED and at - (request.closed_at or at) < DOUBLE_CLICK:
        return Connected(request.number)
    may(request, "connect")
    _check_signature(request, signature, at)
    with transaction.atomic():
        request = number_requests.lock(request)  # not the latest: another may have replaced it meanwhile
        may(request, "connect")
        expired = number_requests.run_out(request, at)
        if not expired:
            request.signature = signature
            connect_now(request, keep_session=keep_session, at=at)
    if expired:
        raise RequestExpired
    return Connected(request.number)


def standing(*, account_id: AccountId) -> Standing:
    """Where the latest request stands. Refuses: NoRequest."""
    return _standing(number_requests.latest(account_id))


def code_on_its_way(*, account_id: AccountId, at: datetime) -> CodeOnItsWay | None:
    """What the code page says about the live code; None if there is none."""
    request = number_requests.latest(account_id)
    sent = OneTimePassword.objects.filter(
        account_id=account_id,
        purpose=Purpose.CONNECT_NUMBER,
        used_at=None,
        replaced_at=None,
        expires_at__gt=at,
    ).first()
    if request.state != RequestState.CODE_SENT or sent is None:
        return None
    waiting = latest_about(_reference(request)) in {NoticeState.QUEUED, NoticeState.SENDING}
    return CodeOnItsWay(request.number, sent.expires_at, sent.created_at + settings.otp_resend_after, waiting)


def _reference(request: NumberRequest) -> str:
    return f"number_request:{request.pk}"


def _identity(account_id: AccountId, number: str, at: datetime) -> bytes:
    account = Account.objects.get(pk=account_id)
    try:
        return check_identity(iin=account.iin, at=at)
    except IdentityRefused as refusal:
        number_requests.refuse(account_id, number, "refuse_identity", refusal, at)
        raise


def _send_code(request: NumberRequest, network: str, at: datetime) -> Issued:
    """A code to the number being connected and to no other (PH-5.2b)."""
    issued = issue(
        purpose=Purpose.CONNECT_NUMBER,
        account_id=AccountId(request.account_id),
        number=request.number,
        operation=number_requests.text_of(request),
        network=network,
        at=at,
    )
    send_sms(
        to=request.number,
        text=code_text(issued.code),
        reference=_reference(request),
        expires_at=issued.expires_at,
        at=at,
    )
    return issued


def _judge(request: NumberRequest, code: str, at: datetime) -> Refused | None:
    judgement = judge(
        purpose=Purpose.CONNECT_NUMBER,
        account_id=AccountId(request.account_id),
        number=request.number,
        operation=number_requests.text_of(request),
        code=code,
        at=at,
    )
    if judgement.verdict is Verdict.RIGHT:
        request.confirmed_at = at
        _advance(request, "confirm_code", actor=Actor.SUBSCRIBER, at=at)
        return None
    if judgement.verdict is Verdict.SPENT:
        request.refusal = CodeAttemptsSpent.text_id()
        _advance(request, "refuse_code", actor=Actor.PORTAL, at=at)
        return CodeAttemptsSpent()
    return CodeExpired() if judgement.verdict is Verdict.NONE else WrongCode(count=judgement.attempts_left)


def _check_signature(request: NumberRequest, signature: bytes, at: datetime) -> None:
    try:
        person = accept(cms=signature, text=number_requests.text_of(request), profiles=ACCEPTED, at=at)
    except SignatureRefused as refusal:
        raise RequestNotSigned(problem=refusal.reason) from None
    if person.signer.profile not in PROFILES or person.signer.bin:
        raise OnlyIndividuals
    if person.iin != Account.objects.values_list("iin", flat=True).get(pk=request.account_id):
        raise SignedByAnother


def _same_click(account_id: AccountId, number: str, at: datetime) -> Begun | None:
    """The request the first of two clicks opened, if this is the second."""
    request = NumberRequest.objects.filter(
        account_id=account_id, number=number, state=RequestState.CODE_SENT
    ).first()
    sent = OneTimePassword.objects.filter(account_id=account_id, used_at=None, replaced_at=None).first()
    if request is None or sent is None or at - sent.created_at >= DOUBLE_CLICK:
        return None
    return Begun(request.pk, number, sent.expires_at, sent.created_at + settings.otp_resend_after)


def _standing(request: NumberRequest) -> Standing:
    return Standing(request.pk, RequestState(request.state), request.number, request.expires_at)
