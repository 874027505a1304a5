"""Two providers of SMS that fail in every way: one message per request, no second code, none too late."""

import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from senim.notices import failover, smpp
from senim.notices.delivery import TryAgain, deliver
from senim.notices.models import Notice, SmsProvider
from senim.notices.providers import NotSubmitted, OutcomeUnknown, Rejected
from senim.settings import settings

PHONE = "+77015550101"
FAILS_OVER_WITHIN = 20.0


def handed(notice, later=timedelta(0)):
    deliver(notice_id=notice, at=timezone.now() + later)
    return Notice.objects.get(pk=notice)


@pytest.fixture
def impatient(monkeypatch):
    """A provider has half a second to answer; tests need not wait for the real eight."""
    short = replace(settings, sms_answer_within=timedelta(seconds=0.5))
    monkeypatch.setattr(smpp, "settings", short)


@pytest.fixture
def given(monkeypatch):
    """``given(first=…, second=…)``: what each provider does; the list of who was asked, in order."""

    def play(**plays):
        asked = []

        def submit(*, centre, **_):
            asked.append(centre.name)
            answer = plays[centre.name]
            if isinstance(answer, Exception):
                raise answer
            return answer

        monkeypatch.setattr(smpp, "submit", submit)
        return asked

    return play


@pytest.mark.clause("PH-5.2b")
@pytest.mark.parametrize("mode", ["down", "throttled", "refused"])
def test_what_one_provider_does_not_take_the_other_carries_at_once_and_once(an_sms, world, mode):
    world.fault("sms", mode)
    row = handed(an_sms())
    assert (row.state, row.provider) == ("sent", "second")
    assert world.wait_for_message(PHONE).text == "Сәлем, әлем. Қош!"
    assert len(world.messages(PHONE)) == 1
    assert SmsProvider.objects.get(name="first").weight == 40


@pytest.mark.clause("PH-5.2b")
def test_a_provider_that_takes_a_message_and_answers_too_late_is_not_waited_for(an_sms, world, impatient):
    """Its session is left, so that neither its late answer nor, mostly, the message itself arrives."""
    world.fault("sms", "slow", seconds=3)
    row = handed(an_sms())
    assert (row.state, row.provider) == ("sent", "second")
    assert world.wait_for_message(PHONE)
    time.sleep(3)  # until the late one would have come
    assert len(world.messages(PHONE)) == 1
    row.refresh_from_db()
    assert row.provider == "second"


def test_a_provider_that_is_only_slow_is_waited_for(an_sms, world):
    world.fault("sms", "slow", seconds=1)
    row = handed(an_sms())
    assert (row.state, row.provider) == ("sent", "first")
    assert len(world.messages(PHONE)) == 1
    assert not SmsProvider.objects.filter(weight__isnull=False).exists()


def test_an_answer_that_comes_twice_is_one_message_and_the_next_has_its_own(an_sms, world):
    world.fault("sms", "repeated")
    first, second = handed(an_sms()), handed(an_sms())
    assert first.provider == second.provider == "first"
    assert first.provider_reference != second.provider_reference
    assert world.wait_for_message(PHONE, 2)
    assert len(world.messages(PHONE)) == 2


def test_a_message_whose_fate_is_in_doubt_goes_to_the_other_with_the_same_words(an_sms, world):
    """The one case in which a person may read a code twice; it is the same one, and it is good once."""
    world.fault("sms", "garbage")
    row = handed(an_sms(text="482913"))
    assert (row.state, row.provider) == ("sent", "second")
    world.wait_for_message(PHONE, 2)
    assert [one.text for one in world.messages(PHONE)] == ["482913", "482913"]


def test_each_provider_is_given_a_message_once_at_most(an_sms, given):
    asked = given(first=OutcomeUnknown("closed"), second=OutcomeUnknown("closed"))
    notice = an_sms()
    assert handed(notice).state == "unknown"
    handed(notice)
    assert asked == ["first", "second"]


def test_who_may_have_a_message_is_not_given_it_again_when_the_other_is_busy(an_sms, given):
    asked = given(first=OutcomeUnknown("closed"), second=NotSubmitted("throttled"))
    notice = an_sms()
    with pytest.raises(TryAgain):
        handed(notice)
    assert Notice.objects.get(pk=notice).in_doubt_with == "first"
    given(first="never", second="second-1")
    row = handed(notice, timedelta(seconds=1))
    assert (row.provider, row.provider_reference) == ("second", "second-1")
    assert asked == ["first", "second"]


def test_what_may_have_gone_and_is_refused_by_the_other_is_of_unknown_fate(an_sms, given):
    given(first=OutcomeUnknown("closed"), second=Rejected("SMPP 0x0000000b"))
    assert handed(an_sms()).state == "unknown"


def test_a_message_nobody_takes_is_no_providers_fault(an_sms, given):
    given(first=Rejected("SMPP 0x0000000b"), second=Rejected("SMPP 0x0000000b"))
    row = handed(an_sms())
    assert (row.state, row.problem) == ("failed", "SMPP 0x0000000b")
    assert not SmsProvider.objects.filter(failed_at__isnull=False).exists()


@pytest.mark.clause("PH-2.4")
def test_a_code_whose_time_ended_at_the_first_provider_is_not_given_to_the_second(monkeypatch, an_sms):
    asked = []

    def slowly(*, centre, **_):
        asked.append(centre.name)
        time.sleep(0.3)
        raise OutcomeUnknown("timed out")

    monkeypatch.setattr(smpp, "submit", slowly)
    notice = an_sms(lives=timedelta(seconds=0.2))
    at = Notice.objects.get(pk=notice).created_at
    with pytest.raises(TryAgain):
        deliver(notice_id=notice, at=at)
    deliver(notice_id=notice, at=at + timedelta(seconds=1))
    row = Notice.objects.get(pk=notice)
    assert (row.state, row.sealed, asked) == ("expired", None, ["first"])


@pytest.mark.clause("PH-2.4")
def test_a_code_that_no_provider_takes_dies_with_its_time(an_sms, world):
    for centre in ("sms", "sms-second"):
        world.fault(centre, "throttled")
    notice = an_sms()
    with pytest.raises(TryAgain):
        handed(notice)
    for centre in ("sms", "sms-second"):
        world.fault(centre, "ok")
    assert handed(notice, settings.otp_lifetime).state == "expired"
    assert world.messages(PHONE) == []


def test_the_second_provider_is_told_what_is_left_of_a_codes_life(monkeypatch, an_sms):
    lives = []

    def submit(*, centre, valid_for, **_):
        lives.append(valid_for)
        if centre.name == "first":
            time.sleep(0.2)
            raise NotSubmitted("down")
        return "1"

    monkeypatch.setattr(smpp, "submit", submit)
    handed(an_sms())
    assert lives[0] - lives[1] >= timedelta(seconds=0.2)


def test_slow_answers_of_one_provider_are_waited_for_side_by_side(world):
    """A session carries many messages at once: four that take a second each take one second and not four."""
    world.fault("sms", "slow", seconds=1)
    [first, _] = failover.weights.centres()
    ids, began = [], time.monotonic()

    def send():
        ids.append(smpp.submit(centre=first, to=PHONE, text="Сәлем", valid_for=None))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(FAILS_OVER_WITHIN)
    assert len(set(ids)) == 4
    assert time.monotonic() - began < 3.5


@pytest.mark.clause("PH-5.2b")
def test_a_provider_that_says_nothing_at_all_costs_less_than_twenty_seconds(an_sms, world, capsys):
    """With a real instance's patience: an old session is asked, a new one bound, then the other takes it."""
    handed(an_sms())
    world.fault("sms", "mute")
    began = time.monotonic()
    row = handed(an_sms())
    took = time.monotonic() - began
    with capsys.disabled():
        print(f"\n  failover from a provider that says nothing: {took:.1f} s")
    assert (row.state, row.provider) == ("sent", "second")
    assert took < FAILS_OVER_WITHIN
    began = time.monotonic()
    assert handed(an_sms()).provider == "second"  # who has just failed is asked last
    assert time.monotonic() - began < took


def test_a_deaf_mail_server_keeps_no_code_waiting(a_mail, an_sms):
    a_mail()
    an_sms()
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT queue_name FROM procrastinate_jobs")
        assert {name for (name,) in cursor.fetchall()} == {"notices.mail", "notices.sms"}
