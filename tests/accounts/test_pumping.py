"""Somebody who is paid for every SMS that we send: a thousand numbers from one network."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.test import Client
from tests.accounts.signing_in import NOBODYS_IIN, ask

from senim.accounts import AccountId, code_sign_in, phones, send_limits, subscribers
from senim.accounts.models import SendCounter
from senim.accounts.phones import NotAMobileNumber, parse
from senim.accounts.send_limits import SendingPaused, TooManyCodesThisHour, count_send, network_of
from senim.settings import settings

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def send(number, network):
    """A code from an account that nobody counted before."""
    count_send(number=number, account_id=AccountId(uuid.uuid4()), network=network, at=AT)


def address(place):
    return f"192.0.2.{place % 254 + 1}"


@pytest.mark.clause("PH-5.2b")
@pytest.mark.django_db
@pytest.mark.soak
def test_a_thousand_numbers_from_one_network_are_stopped_at_the_networks_limit():
    passed = 0
    for place in range(1000):
        try:
            send(f"+7701555{place:04d}", network_of(address(place)))
        except TooManyCodesThisHour:
            continue
        passed += 1
    assert passed == settings.otp_sends_per_network_per_hour


@pytest.mark.clause("PT-4.4")
def test_at_the_door_too_and_the_operators_are_asked_no_more_than_that(db, world, authority, monkeypatch):
    limit, asked = 5, []
    monkeypatch.setattr(send_limits, "settings", replace(settings, otp_sends_per_network_per_hour=limit))
    monkeypatch.setattr(subscribers.operators, "subscriber", lambda **_: asked.append(1))
    answers = [
        ask(NOBODYS_IIN, f"+7701555{7000 + place}", browser=Client(REMOTE_ADDR=address(place)))
        for place in range(limit + 5)
    ]
    assert [one.status_code for one in answers] == [302] * limit + [409] * 5
    assert len(asked) == limit


@pytest.mark.django_db
def test_the_breaker_of_the_whole_country_stops_every_network():
    SendCounter.objects.create(
        kind="everybody", window_started_at=AT.replace(hour=0), sent=settings.otp_sends_per_day
    )
    with pytest.raises(SendingPaused):
        send("+77015550000", "another")
    with pytest.raises(SendingPaused):
        code_sign_in.ask(identifier=NOBODYS_IIN, number="+77015550000", browser="b", network="n", at=AT)


@pytest.mark.clause("PH-5.2a")
def test_other_countries_are_added_on_purpose_and_only_their_mobile_numbers(monkeypatch):
    mobile, landline = "+996 700 123 456", "+996 312 661 111"
    with pytest.raises(NotAMobileNumber):
        parse(mobile)
    monkeypatch.setattr(phones, "settings", replace(settings, more_number_regions=frozenset({"KG"})))
    assert parse(mobile) == "+996700123456"
    assert parse("8 701 555 01 01") == "+77015550101"
    for number in (landline, "+7 916 123 45 67"):
        with pytest.raises(NotAMobileNumber):
            parse(number)
