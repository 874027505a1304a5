"""Which provider is asked first: weights that step down, drift back, and are shared by all workers."""

import threading
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from senim.notices import weights
from senim.notices.models import Notice, SmsProvider
from senim.notices.smpp.centres import Centre, centres
from senim.settings import Mode, settings

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def alike(monkeypatch):
    """Two providers of equal share."""
    known = tuple(Centre(name, "127.0.0.1", 1, "senim", 50) for name in ("first", "second"))
    monkeypatch.setattr(weights, "centres", lambda: known)
    return known


def weight(name, at):
    return next(one.weight for one in weights.standing(at=at) if one.centre.name == name)


def fail(name, at):
    weights.failed(next(one for one in weights.centres() if one.name == name), problem="down", at=at)


def test_a_failure_takes_ten_and_many_at_once_take_ten_together(alike):
    for _ in range(30):
        fail("first", AT)
    assert (weight("first", AT), weight("second", AT)) == (40, 50)
    fail("first", AT + 19 * SECOND)
    assert weight("first", AT + 19 * SECOND) == 40
    fail("first", AT + 20 * SECOND)
    assert weight("first", AT + 20 * SECOND) == 30


def test_a_weight_never_falls_below_nothing():
    for place in range(8):
        fail("first", AT + place * 20 * SECOND)
    assert weight("first", AT + 140 * SECOND) == 0


def test_it_drifts_back_ten_every_two_minutes_and_no_further_than_its_share():
    fail("first", AT)
    fail("first", AT + 20 * SECOND)
    after = AT + 20 * SECOND
    grown = [weight("first", after + minutes * MINUTE) for minutes in (0, 1, 2, 3, 4, 60)]
    assert grown == [30, 30, 40, 40, 50, 50]


def test_who_has_just_failed_is_asked_last_for_twenty_seconds(monkeypatch):
    fail("first", AT)
    monkeypatch.setattr(weights.secrets, "randbelow", lambda _: 0)  # a draw that the first would win
    assert [one.name for one in weights.in_turn(at=AT + 19 * SECOND)] == ["second", "first"]
    assert [one.name for one in weights.in_turn(at=AT + 20 * SECOND)] == ["first", "second"]


def test_when_both_have_just_failed_both_are_still_asked():
    fail("first", AT)
    fail("second", AT)
    assert {one.name for one in weights.in_turn(at=AT)} == {"first", "second"}


@pytest.mark.parametrize(("drawn", "first"), [(0, "first"), (39, "first"), (40, "second"), (89, "second")])
def test_messages_are_drawn_by_weight(monkeypatch, drawn, first):
    fail("first", AT)
    bounds = []
    monkeypatch.setattr(
        weights.secrets, "randbelow", lambda bound: bounds.append(bound) or min(drawn, bound - 1)
    )
    assert weights.in_turn(at=AT + 20 * SECOND)[0].name == first
    assert bounds[0] == 90


def test_a_share_of_nothing_is_what_the_other_does_not_take(monkeypatch, alike):
    spare = (alike[0], replace(alike[1], share=0))
    monkeypatch.setattr(weights, "centres", lambda: spare)
    first = Counter(weights.in_turn(at=AT)[0].name for _ in range(20))
    assert first == {"first": 20}
    fail("first", AT)
    assert weights.in_turn(at=AT)[0].name == "second"


def sent(provider, count, *, late, at=AT):
    """So many codes a minute ago, some of them without a receipt."""
    for place in range(count):
        arrived = place >= late
        Notice.objects.create(
            channel="sms",
            state="delivered" if arrived else "sent",
            provider=provider,
            provider_reference=f"{provider}-{place}",
            created_at=at - MINUTE,
            expires_at=at + MINUTE,
            sent_at=at - MINUTE,
            settled_at=at - MINUTE + SECOND,
        )


@pytest.mark.parametrize(("late", "left"), [(2, 50), (3, 40)])
def test_fifteen_late_of_a_hundred_take_ten(late, left):
    sent("first", 20, late=late)
    sent("second", 20, late=0)
    weights.in_turn(at=AT)
    assert (weight("first", AT), weight("second", AT)) == (left, 50)


def test_a_receipt_that_came_too_late_counts_as_late():
    sent("first", 20, late=0)
    sent("second", 20, late=0)
    Notice.objects.filter(provider="first").update(settled_at=AT - 20 * SECOND)
    weights.in_turn(at=AT)
    assert weight("first", AT) == 40


def test_when_both_are_late_it_is_not_the_providers():
    sent("first", 20, late=20)
    sent("second", 20, late=20)
    weights.in_turn(at=AT)
    assert (weight("first", AT), weight("second", AT)) == (50, 50)


def test_a_few_phones_that_are_off_say_nothing():
    sent("first", 9, late=9)
    sent("second", 20, late=0)
    weights.in_turn(at=AT)
    assert weight("first", AT) == 50


def test_lateness_is_looked_for_once_in_twenty_seconds(monkeypatch):
    looks = []
    monkeypatch.setattr(weights, "_late", lambda at: looks.append(at) or set())
    for seconds in (0, 1, 19, 20, 39, 40):
        weights.in_turn(at=AT + seconds * SECOND)
    assert looks == [AT, AT + 20 * SECOND, AT + 40 * SECOND]


@pytest.mark.django_db(transaction=True)
def test_failures_of_many_workers_at_once_take_one_step():
    def fail_here():
        try:
            fail("first", AT)
        finally:
            connection.close()

    threads = [threading.Thread(target=fail_here) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert SmsProvider.objects.get(name="first").weight == 40


# What the settings make of it


def test_a_sandbox_has_two_providers_and_production_those_it_names(monkeypatch):
    from senim.notices.smpp import centres as module

    assert [one.name for one in centres()] == ["first", "second"]
    alone = replace(settings, mode=Mode.PRODUCTION, smsc_host="smsc.example")
    monkeypatch.setattr(module, "settings", alone)
    assert [(one.name, one.host) for one in centres()] == [("first", "smsc.example")]
    monkeypatch.setattr(module, "settings", replace(alone, smsc_second_host="sms.example"))
    assert [(one.name, one.host) for one in centres()] == [
        ("first", "smsc.example"),
        ("second", "sms.example"),
    ]


def test_each_provider_is_met_with_its_own_password():
    first, second = centres()
    assert (first.password, second.password) == (settings.secret("smsc"), settings.secret("smsc-second"))
    assert first.password != second.password
