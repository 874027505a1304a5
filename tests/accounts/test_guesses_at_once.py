"""Many guesses at the code of one request at the same moment, through the verb, in each of the citizen's
channels: five are judged, whatever the parallelism (PH-9)."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from senim.accounts import AccountId, numbers
from senim.accounts.models import Account, NumberRequest, OneTimePassword
from senim.accounts.number_codes import PURPOSES, CodeAttemptsSpent, WrongCode
from senim.accounts.number_requests import text_of
from senim.accounts.one_time_passwords import issue
from senim.accounts.process import TABLES
from senim.accounts.states import OWN, RequestState
from senim.process import NotAllowed

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
GUESSES, CONNECTIONS = 60, 20


def code_of_a_new_request(channel):
    account = Account.objects.create(iin="940308492147", given_name="А", created_at=AT)
    request = NumberRequest(
        account_id=account.pk,
        number="+77015550101",
        channel=channel,
        language="en",
        state=RequestState.CODE_SENT,
        created_at=AT,
        expires_at=AT + timedelta(minutes=30),
    )
    request.save()
    # Sent to nobody: a job would outlive this test's rows.
    with transaction.atomic():
        issued = issue(
            purpose=PURPOSES[channel],
            account_id=AccountId(account.pk),
            number=request.number,
            operation=text_of(request),
            network="192.0.2.0/24",
            at=AT,
        )
    return AccountId(account.pk), issued.code


@pytest.mark.clause("PH-9")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("channel", sorted(OWN))
def test_of_many_guesses_at_once_five_are_judged_and_the_request_is_refused(channel):
    account_id, code = code_of_a_new_request(channel)
    wrong, start = f"{(int(code) + 1) % 1_000_000:06}", threading.Barrier(CONNECTIONS)

    def guess_often(_):
        start.wait()
        try:
            return [guess() for _ in range(GUESSES // CONNECTIONS)]
        finally:
            connection.close()

    def guess():
        try:
            numbers.confirm_code(account_id=account_id, code=wrong, at=AT)
        except (WrongCode, CodeAttemptsSpent, NotAllowed) as refusal:
            return type(refusal)

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        answers = Counter(answer for some in pool.map(guess_often, range(CONNECTIONS)) for answer in some)
    assert answers == {WrongCode: 4, CodeAttemptsSpent: 1, NotAllowed: GUESSES - 5}
    assert OneTimePassword.objects.get().attempts == 5
    request = NumberRequest.objects.get()
    assert (request.state, request.closed_at) == (RequestState.REFUSED, AT)
    assert RequestState.REFUSED in TABLES[channel].final
    with pytest.raises(NotAllowed):
        numbers.confirm_code(account_id=account_id, code=code, at=AT)
