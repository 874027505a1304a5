"""Connect a subscriber number to one's account, or change it, in the cabinet (PH-4, PH-5.*, PH-8, PH-9,
PH-A5, PH-A9.*).

``begin`` → ``confirm_code`` → ``request_text``, signed in the browser → ``connect``. The order is the
table's in ``process``; a step out of it raises ``process.NotAllowed``. Every step bears a second click.
The steps after ``begin`` serve every channel in which the citizen is signed in with us.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from senim import rulebook
from senim.accounts import AccountId, number_requests, phones, signed_steps, subscribers
from senim.accounts.advance import _advance, connecting_row, may
from senim.accounts.authentication import Authentication
from senim.accounts.connection import connect_now
from senim.accounts.freezing import refuse_if_frozen
from senim.accounts.identity import IdentityRefused, check_identity
from senim.accounts.models import Account, NumberRequest, OneTimePassword, SubscriberNumber
from senim.accounts.number_codes import PURPOSES, judge_code, send_code
from senim.accounts.signatures import SignatureRefused, accept
from senim.accounts.states import Actor, Channel, RequestState
from senim.countries.kz import roles
from senim.errors import Refused
from senim.notices.outbox import NoticeState, latest_about
from senim.process import NotAllowed

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


class RequestNotSigned(Refused):
    """The signature over the request is not accepted; ``problem`` says why."""

    clause: ClassVar[str] = "PH-5.2c"


class SignedByAnother(Refused):
    clause: ClassVar[str] = "PH-5.2c"


class OnlyIndividuals(Refused):
    """Signed for an organisation."""

    clause: ClassVar[str] = "PH-3"


@dataclass(frozen=True)
class CodeOnItsWay:
    """A live code. ``waiting``: the SMS has not left yet, because the SMS centre is slow or down."""

    expires_at: datetime
    waiting: bool


@dataclass(frozen=True)
class Standing:
    """Where a person's latest request stands. ``signed``: it has to be, in the end."""

    request_id: UUID
    channel: Channel
    state: RequestState
    number: str
    signed: bool


def begin(*, account_id: AccountId, number: str, consent: bool, network: str, at: datetime) -> None:
    """Open a request and send a code to the number; an open request is replaced.

    Where another number is connected it is a request to change it (PH-8); the connected one may be confirmed
    anew. Refuses what ``opened`` refuses.
    """
    parsed = phones.parse(number)
    channel = Channel.CHANGE if holds_another(account_id, parsed) else Channel.PORTAL
    opened(account_id, parsed, channel, consent=consent, network=network, at=at)


def opened(
    account_id: AccountId, number: str, channel: Channel, *, consent: bool, network: str, at: datetime
) -> None:
    """A request in a channel of the citizen's own, with its first code sent. ``number`` is E.164.

    Refuses: what ``identity.check_identity``, ``subscribers.refuse_of_another``, ``one_time_passwords.issue``
    and the registries refuse, ServiceNotOffered, ConsentMissing, AccountFrozen.
    """
    if not rulebook.followed("subscriber_number_2024", at=at):
        raise ServiceNotOffered
    refuse_if_frozen(account_id)
    if _clicked_twice(account_id, number, channel, at):
        return
    if not consent:
        number_requests.refuse(account_id, number, channel, "refuse_consent", ConsentMissing(), at)
        raise ConsentMissing
    evidence = _identity(account_id, number, channel, at)
    with transaction.atomic():
        request = number_requests.new(account_id, number, channel, at)
        request.consented_at, request.evidence_digest = at, evidence
        send_code(request, network=network, at=at)
        _advance(request, "get_code", actor=Actor.SUBSCRIBER, at=at)


def holds_another(account_id: AccountId, number: str) -> bool:
    """Whether a number other than this is connected to the account."""
    held = SubscriberNumber.objects.filter(account_id=account_id, released_at=None)
    return held.exclude(number=number).exists()


def send_again(*, account_id: AccountId, network: str, at: datetime) -> None:
    """Send a new code for the open request; the old one is dead. Refuses what ``issue`` refuses."""
    with transaction.atomic():
        request = number_requests.locked(account_id)
        may(request, "get_code_again")
        expired = number_requests.run_out(request, at)
        if not expired:
            send_code(request, network=network, at=at)
            _advance(request, "get_code_again", actor=Actor.SUBSCRIBER, at=at)
    if expired:
        raise RequestExpired


def confirm_code(*, account_id: AccountId, code: str, at: datetime) -> Standing:
    """Judge the code the person typed. Refuses: WrongCode, CodeExpired, CodeAttemptsSpent, RequestExpired."""
    with transaction.atomic():
        request = number_requests.locked(account_id)
        refusal = None
        if request.state != RequestState.NUMBER_CONFIRMED:  # else a second click
            may(request, "confirm_code")
            expired = number_requests.run_out(request, at)
            refusal = RequestExpired() if expired else judge_code(request, code, at=at)
    if refusal:
        raise refusal
    return _standing(request)


def request_text(*, account_id: AccountId) -> str:
    """The electronic request, byte for byte (UTF-8) as it is signed, once everything before that was done."""
    request = number_requests.latest(account_id)
    _may_be_signed(request)
    return number_requests.text_of(request)


def connect(
    *,
    account_id: AccountId,
    authentication: Authentication | None,
    signature: bytes,
    keep_session: str,
    at: datetime,
) -> None:
    """Connect the number: the request carries its owner's signature, and how they were signed in.

    The number held until now stays until this very moment. A number somebody else held moves here, and they
    are told. Other sessions of this account end. Refuses: RequestNotSigned, SignedByAnother,
    OnlyIndividuals, RequestExpired.
    """
    request = number_requests.latest(account_id)
    if request.state == RequestState.CONNECTED and at - (request.closed_at or at) < DOUBLE_CLICK:
        return
    _may_be_signed(request)
    _check_signature(request, signature, at)
    with transaction.atomic():
        request = number_requests.lock(request)  # not the latest: another may have replaced it meanwhile
        _may_be_signed(request)
        expired = number_requests.run_out(request, at)
        if not expired:
            request.signature = signature
            signed = signed_steps.keep(
                subject=number_requests.reference(request.pk),
                account_id=account_id,
                authentication=authentication,
                at=at,
            )
            connect_now(request, keep_session=keep_session, at=at, beside=signed)
    if expired:
        raise RequestExpired


def standing(*, account_id: AccountId) -> Standing:
    """Where the latest request stands. Refuses: NoRequest."""
    return _standing(number_requests.latest(account_id))


def connected_by(*, account_id: AccountId) -> Channel | None:
    """The channel by which the number that is connected now came; None where none is."""
    held = SubscriberNumber.objects.filter(account_id=account_id, released_at=None).values("request_id")
    channel = NumberRequest.objects.filter(pk__in=held).values_list("channel", flat=True).first()
    return Channel(channel) if channel else None


def code_on_its_way(*, account_id: AccountId, stands: Standing, at: datetime) -> CodeOnItsWay | None:
    """What the code page says about the live code of the request that ``stands`` so, if there is one."""
    sent = _live_code(account_id, stands.channel).filter(expires_at__gt=at).first()
    if stands.state is not RequestState.CODE_SENT or sent is None:
        return None
    about = latest_about(number_requests.reference(stands.request_id))
    return CodeOnItsWay(sent.expires_at, about in {NoticeState.QUEUED, NoticeState.SENDING})


def _identity(account_id: AccountId, number: str, channel: Channel, at: datetime) -> bytes:
    account = Account.objects.get(pk=account_id)
    try:
        evidence = check_identity(iin=account.iin, at=at)
        subscribers.refuse_of_another(number=number, iin=account.iin, at=at)
    except IdentityRefused as refusal:
        number_requests.refuse(account_id, number, channel, "refuse_identity", refusal, at)
        raise
    return evidence


def _may_be_signed(request: NumberRequest) -> None:
    """Whether the step that is due is the citizen's own, with a signature."""
    if connecting_row(request).actor is not Actor.SUBSCRIBER:
        raise NotAllowed(f"a request in {request.channel} is not signed when {request.state}")


def _check_signature(request: NumberRequest, signature: bytes, at: datetime) -> None:
    try:
        person = accept(cms=signature, text=number_requests.text_of(request), profiles=ACCEPTED, at=at)
    except SignatureRefused as refusal:
        raise RequestNotSigned(problem=refusal.reason) from None
    if person.signer.profile not in PROFILES or person.signer.bin:
        raise OnlyIndividuals
    if person.iin != Account.objects.values_list("iin", flat=True).get(pk=request.account_id):
        raise SignedByAnother


def _clicked_twice(account_id: AccountId, number: str, channel: Channel, at: datetime) -> bool:
    """Whether the first of two clicks has opened this very request."""
    opened_now = NumberRequest.objects.filter(
        account_id=account_id, number=number, channel=channel, state=RequestState.CODE_SENT
    )
    return (
        opened_now.exists()
        and _live_code(account_id, channel).filter(created_at__gt=at - DOUBLE_CLICK).exists()
    )


def _live_code(account_id: AccountId, channel: Channel) -> QuerySet[OneTimePassword]:
    return OneTimePassword.objects.filter(
        account_id=account_id, purpose=PURPOSES[channel], used_at=None, replaced_at=None
    )


def _standing(request: NumberRequest) -> Standing:
    return Standing(
        request.pk,
        Channel(request.channel),
        RequestState(request.state),
        request.number,
        request.signature_wanted,
    )
