"""Two people who connect one number at the same moment: it is one person's afterwards."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from senim.accounts import AccountId, numbers
from senim.accounts.connection import connect_now
from senim.accounts.models import Account, NumberRequest, SubscriberNumber, TimelineEntry
from senim.accounts.states import Channel, RequestState
from senim.process import NotAllowed

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
PEOPLE = 8


def an_account(place):
    return Account.objects.create(iin=f"99000000000{place}", given_name="А", created_at=AT)


def confirmed_request(place, *, account=None, number="+77015550101", channel=Channel.PORTAL):
    return NumberRequest.objects.create(
        account_id=(account or an_account(place)).pk,
        number=number,
        channel=channel,
        language="en",
        state=RequestState.NUMBER_CONFIRMED,
        signature=b"signed",
        created_at=AT,
        confirmed_at=AT,
        expires_at=AT + timedelta(minutes=30),
    )


def connect_all_at_once(requests):
    start = threading.Barrier(len(requests))

    def connect(request):
        start.wait()
        try:
            with transaction.atomic():
                connect_now(request, keep_session="", at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(requests)) as pool:
        list(pool.map(connect, requests))


@pytest.mark.clause("PH-5.3")
@pytest.mark.django_db(transaction=True)
def test_a_number_connected_by_many_at_once_is_one_persons():
    connect_all_at_once([confirmed_request(place) for place in range(PEOPLE)])
    assert SubscriberNumber.objects.filter(released_at=None).count() == 1
    assert SubscriberNumber.objects.filter(released_because="moved").count() == PEOPLE - 1
    assert TimelineEntry.objects.filter(text_id="accounts.timeline.moved").count() == PEOPLE - 1


@pytest.mark.django_db(transaction=True)
def test_two_people_who_swap_their_numbers_at_one_moment_both_get_the_others(monkeypatch):
    """Each releases the other's row and their own: held in one order, so that neither waits for ever."""
    # Its job would outlive us.
    monkeypatch.setattr("senim.accounts.factor_notices.send_sms", lambda **_: None)
    mine, theirs = an_account(1), an_account(2)
    for account, number in ((mine, "+77015550101"), (theirs, "+77015550102")):
        connect_all_at_once([confirmed_request(0, account=account, number=number)])
    swapping = [
        confirmed_request(0, account=mine, number="+77015550102", channel=Channel.CHANGE),
        confirmed_request(0, account=theirs, number="+77015550101", channel=Channel.CHANGE),
    ]
    connect_all_at_once(swapping)
    held = SubscriberNumber.objects.filter(released_at=None).values_list("account_id", "number")
    assert set(held) == {(mine.pk, "+77015550102"), (theirs.pk, "+77015550101")}


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
            account_id=AccountId(signed.account_id),
            authentication=None,
            signature=b"signed",
            keep_session="",
            at=later,
        )
    assert not SubscriberNumber.objects.exists()
