"""How long a session lives, and at which door."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client, override_settings
from django.utils import timezone

from senim.accounts.models import Account, Session
from senim.accounts.session_store import SessionStore, ends_at
from senim.accounts.sessions import BACKEND
from senim.settings import settings

HOUR = timedelta(hours=1)


@pytest.fixture
def account(db):
    return Account.objects.create(iin="940308492147", surname="А", given_name="Б", created_at=timezone.now())


@pytest.fixture
def browser(account):
    browser = Client()
    browser.force_login(account, backend=BACKEND)
    return browser


def is_inside(browser):
    return browser.get("/en/phone/").status_code == 200


@pytest.mark.clause("PT-2.4")
def test_fifteen_idle_minutes_end_a_session(browser):
    began = timezone.now()
    assert is_inside(browser)
    with time_machine.travel(began + settings.session_idle + timedelta(seconds=2)):
        assert not is_inside(browser)


def test_a_session_in_use_goes_on(browser):
    began = timezone.now()
    for minutes in range(0, 60, 10):
        with time_machine.travel(began + timedelta(minutes=minutes)):
            assert is_inside(browser)


@pytest.mark.clause("PT-2.4")
def test_twelve_hours_end_a_session_however_busy(browser):
    began = timezone.now()
    for minutes in range(0, 12 * 60, 10):
        with time_machine.travel(began + timedelta(minutes=minutes)):
            assert is_inside(browser)
    with time_machine.travel(began + settings.session_at_most + timedelta(seconds=1)):
        assert not is_inside(browser)


def test_being_seen_is_written_at_most_once_a_minute(browser):
    is_inside(browser)
    seen = Session.objects.get().last_seen_at
    with time_machine.travel(seen + timedelta(seconds=50)):
        is_inside(browser)
    assert Session.objects.get().last_seen_at == seen
    with time_machine.travel(seen + timedelta(seconds=70)):
        is_inside(browser)
    assert Session.objects.get().last_seen_at > seen


def test_saving_a_draft_does_not_lengthen_the_twelve_hours(db):
    began = timezone.now()
    store = SessionStore()
    store["typed"] = "a"
    store.save()
    with time_machine.travel(began + timedelta(minutes=10)):
        again = SessionStore(store.session_key)
        again["typed"] = "b"
        again.save()
    row = Session.objects.get()
    assert abs(row.started_at - began) < timedelta(seconds=5)
    assert row.expire_date <= row.started_at + settings.session_at_most


def test_ended_sessions_are_swept_when_somebody_signs_in(aigerim):
    gone = SessionStore()
    gone.save()
    Session.objects.update(
        expire_date=timezone.now() - timedelta(seconds=1), started_at=timezone.now() - HOUR
    )
    aigerim.sign_in()
    assert not Session.objects.filter(pk=gone.session_key).exists()


def test_the_earlier_of_the_two_clocks_ends_a_session():
    now = timezone.now()
    assert ends_at(started_at=now, seen_at=now) == now + settings.session_idle
    late = now + settings.session_at_most - timedelta(minutes=1)
    assert ends_at(started_at=now, seen_at=late) == now + settings.session_at_most


def test_a_session_of_the_portal_opens_nothing_at_the_desk(browser):
    key = browser.cookies["senim_portal"].value
    assert SessionStore(key).load()
    with override_settings(ROOT_URLCONF="senim.desk.urls"):
        assert SessionStore(key).load() == {}


def test_a_cookie_that_names_no_session_is_nobodys(db):
    browser = Client()
    browser.cookies["senim_portal"] = "x" * 32
    assert not is_inside(browser)


def test_the_cookie_cannot_be_read_by_scripts_and_stays_on_this_site(browser):
    response = browser.get("/en/sign-in/")
    cookie = response.cookies["senim_portal_csrf"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
