"""What banks ask at the same moment: five guesses are judged, and a number is one person's afterwards."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from tests.accounts.phone_steps import wrong

from senim.accounts.bank import checks, connecting
from senim.accounts.bank.checks import ComparedTooOften, Customer
from senim.accounts.models import (
    Account,
    BankRequest,
    NumberRequest,
    RemoteIdentification,
    SubscriberNumber,
)
from senim.accounts.number_codes import CodeAttemptsSpent, WrongCode, send_code
from senim.accounts.states import Channel, RequestState
from senim.accounts.systems.standing import AdmittedSystem, ClientId
from senim.errors import Refused
from senim.process import NotAllowed
from senim.settings import settings

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
NUMBER = "+77015550101"
IINS = ("940308492147", "890617391071")
GUESSES = 20
pytestmark = pytest.mark.django_db(transaction=True)


def a_bank(name="Mobile bank"):
    return AdmittedSystem(
        id=ClientId(uuid.uuid4()),
        name=name,
        bin="950640905620",
        organisation=name,
        kind="bank",
        purposes=frozenset({"subscriber_number"}),
        document_types=frozenset(),
    )


def recognised(iin):
    """What the identification service said of this person."""
    times = {"opened_at": AT, "expires_at": AT, "asserted_at": AT}
    return RemoteIdentification.objects.create(iin=iin, operation_digest=b"", method="face", **times)


def code_sent(bank, iin):
    """A recognised person's request at this bank, and the code that was sent for it."""
    account = Account.objects.create(iin=iin, given_name="А", language="en", created_at=AT)
    opened = NumberRequest.objects.create(
        account_id=account.pk,
        number=NUMBER,
        channel=Channel.BANK,
        language="en",
        state=RequestState.CODE_SENT,
        proof_id=recognised(iin).pk,
        created_at=AT,
        expires_at=AT + timedelta(minutes=30),
    )
    with transaction.atomic():
        issued = send_code(opened, network="a bank's", at=AT)
    request = BankRequest.objects.create(
        check_id=uuid.uuid4(),
        system_id=bank.id,
        session_id=uuid.uuid4(),
        address="https://identification.test/",
        created_at=AT,
        expires_at=AT + timedelta(minutes=10),
        number_request_id=opened.pk,
        closed_at=AT,
    )
    return request.pk, issued.code


def at_once(act, things):
    """What came of each: an answer, or the name of the refusal."""
    start = threading.Barrier(len(things))

    def run(thing):
        start.wait()
        try:
            return act(thing)
        except (Refused, NotAllowed) as refusal:
            return type(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(things)) as pool:
        return list(pool.map(run, things))


@pytest.mark.clause("PH-9")
def test_of_many_guesses_at_once_five_are_judged():
    bank = a_bank()
    request_id, code = code_sent(bank, "940308492147")

    def guess(_):
        return connecting.confirm_code(bank=bank, request_id=request_id, code=wrong(code), at=AT)

    answers = at_once(guess, range(GUESSES))
    assert answers.count(WrongCode) == settings.otp_attempts - 1
    assert answers.count(CodeAttemptsSpent) == 1
    assert answers.count(NotAllowed) == GUESSES - settings.otp_attempts
    assert not SubscriberNumber.objects.exists()


@pytest.mark.clause("PH-7b")
def test_two_banks_that_connect_one_number_at_once_leave_it_with_one_person():
    banks = [a_bank("One"), a_bank("Two")]
    waiting = [(bank, *code_sent(bank, iin)) for bank, iin in zip(banks, IINS, strict=True)]

    def connect(each):
        bank, request_id, code = each
        return connecting.confirm_code(bank=bank, request_id=request_id, code=code, at=AT).stage

    assert at_once(connect, waiting) == ["connected", "connected"]
    assert SubscriberNumber.objects.filter(released_at=None).count() == 1
    assert SubscriberNumber.objects.filter(released_because="moved").count() == 1


@pytest.mark.clause("PH-7a")
def test_of_many_comparisons_at_once_no_more_are_answered_than_are_allowed():
    bank, allowed = a_bank(), settings.bank_wrong_comparisons_per_person_per_day

    def compare(place):
        customer = Customer("940308492147", f"+7701555{place:04}", AT, ("pin",))
        return checks.compare(bank=bank, customer=customer, replay_id=uuid.uuid4().hex, at=AT)

    answers = at_once(compare, range(2 * allowed))
    assert answers.count(ComparedTooOften) == allowed


def test_a_question_that_is_repeated_at_once_is_asked_once():
    bank = a_bank()
    customer = Customer("940308492147", NUMBER, AT, ("pin",))

    def compare(_):
        return checks.compare(bank=bank, customer=customer, replay_id="a" * 32, at=AT)

    assert len(set(at_once(compare, range(8)))) == 1
