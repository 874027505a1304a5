"""Two people who connect one number at the same moment: it is one person's afterwards."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from senim.accounts import AccountId, numbers
from senim.accounts.connection import connect_now
from senim.accounts.models import Account, NumberRequest, SubscriberNumber, TimelineEntry
from senim.accounts.process import RequestState
from senim.process import NotAllowed

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
PEOPLE = 8


def confirmed_request(place):
    account = Account.objects.create(iin=f"99000000000{place}", given_name="А", created_at=AT)
    return NumberRequest.objects.create(
        account_id=account.pk,
        number="+77015550101",
        language="en",
        state=RequestState.NUMBER_CONFIRMED,
        signature=b"signed",
        created_at=AT,
        confirmed_at=AT,
        expires_at=AT + timedelta(minutes=30),
    )


@pytest.mark.clause("PH-5.3")
@pytest.mark.django_db(transaction=True)
def test_a_number_connected_by_many_at_once_is_one_persons():
    requests, start = [confirmed_request(place) for place in range(PEOPLE)], threading.Barrier(PEOPLE)

    def connect(request):
        start.wait()
        try:
            with transaction.atomic():
                connect_now(request, keep_session="", at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(PEOPLE) as pool:
        list(pool.map(connect, requests))
    assert SubscriberNumber.objects.filter(released_at=None).count() == 1
    assert SubscriberNumber.objects.filter(released_because="moved").count() == PEOPLE - 1
    assert TimelineEntry.objects.filter(text_id="accounts.timeline.moved").count() == PEOPLE - 1


@pytest.mark.clause("PH-5.3")
@pytest.mark.django_db
def test_a_request_that_replaces_the_signed_one_meanwhile_is_not_connected(monkeypatch):
    """The signature is over the text of the first request, and names its number."""
    signed = confirmed_request(1)
    later = AT + timedelta(minutes=1)

    def replace_it_meanwhile(*_):
        NumberRequest.objects.filter(pk=signed.pk).update(state=RequestState.REPLACED, closed_at=later)
        NumberRequest.objects.create(
            account_id=signed.account_id,
            number="+77015550199",
            language="en",
            state=RequestState.NUMBER_CONFIRMED,
            created_at=later,
            expires_at=later + timedelta(minutes=30),
        )

    monkeypatch.setattr(numbers, "_check_signature", replace_it_meanwhile)
    with pytest.raises(NotAllowed):
        numbers.connect(
            account_id=AccountId(signed.account_id), signature=b"signed", keep_session="", at=later
        )
    assert not SubscriberNumber.objects.exists()
