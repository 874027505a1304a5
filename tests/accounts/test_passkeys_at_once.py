"""Many answers of one passkey at the same moment: one of them is taken."""

import json
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection
from tests.accounts.authenticator import Authenticator

from senim.accounts import AccountId
from senim.accounts.models import Account, Passkey
from senim.accounts.passkeys import registration, sign_in
from senim.errors import Refused

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
MANY = 16


@pytest.fixture
def device(transactional_db):
    account = Account.objects.create(iin="940308492147", surname="А", given_name="Б", created_at=AT)
    device, mine = Authenticator(), AccountId(account.pk)
    asked = registration.ask(account_id=mine, browser="b", at=AT)
    registration.add(
        account_id=mine,
        challenge_id=asked.id,
        answer=device.create(json.loads(asked.options)),
        name="А",
        browser="b",
        keep_session="",
        at=AT,
    )
    return device


def outcomes(answers):
    start = threading.Barrier(MANY)

    def send(answered):
        challenge_id, answer = answered
        start.wait()
        try:
            sign_in.sign_in(
                challenge_id=challenge_id, answer=answer, browser="b", network="n", known=None, at=AT
            )
        except Refused as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "in"

    with ThreadPoolExecutor(MANY) as pool:
        return Counter(pool.map(send, answers))


def test_one_answer_sent_many_times_at_once_is_taken_once(device):
    asked = sign_in.ask(browser="b", at=AT)
    answer = device.get(json.loads(asked.options))
    assert outcomes([(asked.id, answer)] * MANY) == {"in": 1, "ChallengeReplayed": MANY - 1}


def test_of_many_copies_of_a_key_that_answer_at_once_one_gets_in(device):
    asked = [sign_in.ask(browser="b", at=AT) for _ in range(MANY)]
    answers = [(one.id, device.get(json.loads(one.options), count=5)) for one in asked]
    assert outcomes(answers) == {"in": 1, "PasskeyCopied": MANY - 1}
    assert Passkey.objects.get().suspected_at == AT
