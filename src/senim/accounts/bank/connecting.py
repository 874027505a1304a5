"""Connect the number a bank has for its customer, where it is not the one connected here (PH-7b, PH-9).

``begin`` → the person's own device is sent to be recognised → ``recognise`` sends a code to the number →
``confirm_code`` connects it. Until the person was recognised no account is touched and no code is sent, so
that a bank that asks alone can neither disturb anybody nor learn who has an account.
"""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from django.db import transaction

from senim.accounts import AccountId, biometrics, number_requests, phones, signed_steps, subscribers
from senim.accounts.advance import _advance, may
from senim.accounts.authentication import Authentication
from senim.accounts.bank.checks import NoSuchCheck, individual, pair, refuse_unless_open
from senim.accounts.bank.holders import account_of
from senim.accounts.bank.requests import (
    Standing,
    citizens,
    close,
    lock,
    note,
    refuse,
    refuse_unless_awaited,
    request_of,
    standing_of,
)
from senim.accounts.connection import connect_now
from senim.accounts.freezing.frozen import refuse_if_frozen
from senim.accounts.identity import IdentityRefused, IinNotRegistered, evidence_of, person_in_force
from senim.accounts.locks import take_turns
from senim.accounts.methods import AMR, Method
from senim.accounts.models import BankCheck, BankRequest, NumberRequest
from senim.accounts.number_codes import judge_code, send_code
from senim.accounts.numbers import ConsentMissing, RequestExpired
from senim.accounts.send_limits import refuse_while_paused
from senim.accounts.states import Actor, Channel, RequestState
from senim.accounts.systems.standing import AdmittedSystem
from senim.errors import Refused
from senim.registries.people import Person
from senim.settings import settings
from senim.texts import say


class CheckOver(Refused):
    """The comparison was too long ago: the customer may be gone."""

    clause: ClassVar[str] = "PH-7b"


class NothingToConnect(Refused):
    """The bank's number is the one connected here."""

    clause: ClassVar[str] = "PH-7b"


@dataclass(frozen=True)
class Wish:
    """What a customer agreed to in the bank's app. IIN and number are those of the check: without them its id
    is worth nothing. ``return_to``: where the person's device goes once they were recognised."""

    check_id: uuid.UUID
    iin: str
    number: str
    consent: bool
    return_to: str


def begin(*, bank: AdmittedSystem, wish: Wish, at: datetime) -> Standing:
    """Open a request after a comparison that failed; asked again, the same request. Refuses: NoSuchCheck,
    NothingToConnect, CheckOver, ConsentMissing, and what ``checks.refuse_unless_open``, ``identifiers``,
    ``phones`` and ``biometrics.begin`` refuse.
    """
    refuse_unless_open(at=at)
    iin, number = individual(wish.iin), phones.parse(wish.number)
    check = _check(bank, wish.check_id, pair(iin, number), at)
    if not wish.consent:
        raise ConsentMissing
    if before := BankRequest.objects.filter(check_id=check.pk).first():
        return standing_of(before, at=at)
    request = BankRequest(check_id=check.pk, system_id=bank.id, iin=iin, number=number, created_at=at)
    begun = biometrics.begin(
        iin=iin,
        purpose=biometrics.Purpose.CONNECT_NUMBER_THROUGH_BANK,
        operation=_operation(request),
        return_to=wish.return_to,
        at=at,
        number=number,
        bank=bank.name,
    )
    request.session_id, request.address, request.expires_at = begun.session_id, begun.url, begun.expires_at
    with transaction.atomic():
        take_turns(f"bank request {check.pk}")
        before = BankRequest.objects.filter(check_id=check.pk).first()  # a second click that was quicker
        if before is None:
            request.save(force_insert=True)
            note(request, "begin", clause="PH-7b", at=at)
    return standing_of(before or request, at=at)


def recognise(*, bank: AdmittedSystem, request_id: uuid.UUID, code: str, at: datetime) -> Standing:
    """The person's device came back with a code of the service: judge what the service saw.

    If it was this person, the citizen's own request is opened and its one-time password sent; an account is
    opened where there is none. Refuses: NoSuchBankRequest, RequestExpired, and what ``biometrics``,
    ``identity``, ``number_codes.send_code`` and the registries refuse.
    """
    refuse_unless_open(at=at)
    request = request_of(bank, request_id)
    if request.number_request_id:
        return standing_of(request, at=at)
    refuse_unless_awaited(request, at=at)
    refuse_while_paused(at)
    identity = _identity(request, at)
    assertion = biometrics.collect(session_id=request.session_id, code=code, at=at)
    proof = _judge(bank, request, assertion, at)
    try:
        return _open(bank, request, identity, proof, at)
    except Refused as refusal:
        refuse(bank, request, refusal, at)
        raise


def send_again(*, bank: AdmittedSystem, request_id: uuid.UUID, at: datetime) -> Standing:
    """Another code; the one before is dead. Refuses what ``send_code`` refuses, RequestExpired."""
    refuse_unless_open(at=at)
    request = request_of(bank, request_id)
    with transaction.atomic():
        opened = citizens(request)
        may(opened, "get_code_again")
        expired = number_requests.run_out(opened, at)
        if not expired:
            _send_code(opened, bank, at)
            _advance(opened, "get_code_again", actor=Actor.SUBSCRIBER, at=at)
    if expired:
        raise RequestExpired
    return standing_of(request, at=at)


def confirm_code(*, bank: AdmittedSystem, request_id: uuid.UUID, code: str, at: datetime) -> Standing:
    """Judge the code and connect the number. Refuses: RequestExpired, and what ``judge_code`` refuses."""
    refuse_unless_open(at=at)
    request = request_of(bank, request_id)
    with transaction.atomic():
        opened, refusal = citizens(request), None
        if opened.state != RequestState.CONNECTED:  # else the answer to the first was lost on its way
            may(opened, "confirm_code")
            expired = number_requests.run_out(opened, at)
            refusal = RequestExpired() if expired else judge_code(opened, code, at=at)
            if refusal is None:
                _connect(opened, bank, at)
    if refusal:
        raise refusal
    return standing_of(request, at=at)


def _connect(opened: NumberRequest, bank: AdmittedSystem, at: datetime) -> None:
    """Kept with it: how surely the person was recognised, and that they had the phone in hand."""
    kept = signed_steps.keep(
        subject=number_requests.reference(opened.pk),
        account_id=AccountId(opened.account_id),
        authentication=_how_sure(opened),
        at=at,
    )
    connect_now(opened, keep_session="", at=at, by=bank.reference, beside=kept)


def _how_sure(opened: NumberRequest) -> Authentication | None:
    if opened.proof_id is None:
        return None
    recognised = biometrics.authentication_of(opened.proof_id)
    return replace(recognised, amr=(*recognised.amr, *AMR[Method.CODE], "mfa"))


def standing(*, bank: AdmittedSystem, request_id: uuid.UUID, at: datetime) -> Standing:
    """Where a request of this bank stands. Refuses: NoSuchBankRequest."""
    return standing_of(request_of(bank, request_id), at=at)


def _check(bank: AdmittedSystem, check_id: uuid.UUID, of: str, at: datetime) -> BankCheck:
    check = BankCheck.objects.filter(pk=check_id, system_id=bank.id, pair=of).first()
    if check is None:
        raise NoSuchCheck
    if check.same:
        raise NothingToConnect
    if at - check.checked_at > settings.bank_customer_present:
        raise CheckOver
    return check


def _operation(request: BankRequest) -> str:
    """What the person is recognised for: this number, this bank, this request, and nothing else."""
    return f"connect {request.number} through system {request.system_id}, request {request.pk}"


def _judge(bank: AdmittedSystem, request: BankRequest, assertion: bytes, at: datetime) -> biometrics.Proof:
    try:
        return biometrics.judge(
            iin=request.iin,
            purpose=biometrics.Purpose.CONNECT_NUMBER_THROUGH_BANK,
            operation=_operation(request),
            assertion=assertion,
            at=at,
        )
    except biometrics.SOMEBODY_ELSE as refusal:
        refuse(bank, request, refusal, at)
        raise


@dataclass(frozen=True)
class _Identity:
    """What registries say of the IIN. A ``refusal`` is for the person alone: it waits until they come."""

    person: Person | None = None
    evidence: bytes = b""
    refusal: IdentityRefused | None = None


def _identity(request: BankRequest, at: datetime) -> _Identity:
    """Asked before the assertion is spent: a registry that is down costs the person nothing."""
    try:
        person = person_in_force(iin=request.iin, at=at)
        evidence = evidence_of(person, at=at)
        subscribers.refuse_of_another(number=request.number, iin=request.iin, at=at)
        return _Identity(person, evidence)
    except IdentityRefused as refusal:
        return _Identity(refusal=refusal)


@transaction.atomic
def _open(
    bank: AdmittedSystem, request: BankRequest, identity: _Identity, proof: biometrics.Proof, at: datetime
) -> Standing:
    request = lock(request)
    refuse_unless_awaited(request, at=at)
    if identity.person is None:
        raise identity.refusal or IinNotRegistered
    account_id = account_of(identity.person, bank=bank.name, at=at)
    refuse_if_frozen(account_id)
    opened = number_requests.new(account_id, request.number, Channel.BANK, at)
    opened.consented_at, opened.evidence_digest = request.created_at, identity.evidence
    opened.proof_id = proof.id
    _send_code(opened, bank, at)
    _advance(opened, "get_code", actor=Actor.SUBSCRIBER, at=at, facts={"system": str(bank.id)})
    close(request, at, number_request_id=opened.pk)
    note(request, "recognise", clause="PH-7b", at=at)
    return standing_of(request, at=at)


def _send_code(opened: NumberRequest, bank: AdmittedSystem, at: datetime) -> None:
    """Counted for the person at this bank: every customer of a bank comes from the bank's own network."""
    network = f"{bank.id} {opened.account_id}"
    send_code(
        opened,
        network=network,
        words=lambda code: say("accounts.sms.bank_code", bank=bank.name, code=code),
        at=at,
    )
