"""How long a session lives, and at which door."""

from dataclasses import asdict
from datetime import timedelta
from importlib import import_module

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone

from senim.accounts.models import Account, Session, SpentChallenge
from senim.accounts.session_store import SessionStore, ends_at, stored
from senim.accounts.sessions import BACKEND
from senim.accounts.sweep import sweep
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
def test_a_session_begun_while_the_clock_was_ahead_is_over_once_the_clock_is_right(account):
    browser = Client()
    with time_machine.travel(timezone.now() + timedelta(days=40)):
        browser.force_login(account, backend=BACKEND)
        assert is_inside(browser)
    assert not is_inside(browser)


def test_clocks_of_two_machines_may_differ_by_seconds(account):
    browser = Client()
    with time_machine.travel(timezone.now() + timedelta(seconds=20)):
        browser.force_login(account, backend=BACKEND)
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


def test_what_has_served_is_swept_and_what_lives_is_not(browser):
    assert is_inside(browser)
    at = timezone.now()
    strangers = [Client() for _ in range(3)]
    for stranger in strangers:
        stranger.get("/en/order/form/")
    assert Session.objects.filter(account_id=None).count() == 3
    SpentChallenge.objects.create(nonce="old", spent_at=at - HOUR - settings.sign_in_challenge_lifetime)
    SpentChallenge.objects.create(nonce="new", spent_at=at)
    assert asdict(sweep(at=at + timedelta(seconds=1))) == {
        "sessions": 0,
        "challenges": 1,
        "codes": 0,
        "counters": 0,
        "attempts": 0,
        "bank_requests": 0,
        "tokens": 0,
        "proofs": 0,
        "registry_reads": 0,
    }
    later = at + settings.session_idle + timedelta(seconds=1)
    with time_machine.travel(at + timedelta(minutes=10)):
        is_inside(browser)
    assert sweep(at=later).sessions == 3
    with time_machine.travel(later):
        assert is_inside(browser)


def test_the_key_in_the_cookie_is_not_in_the_database(browser):
    assert is_inside(browser)
    key = browser.cookies[django_settings.SESSION_COOKIE_NAME].value
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(row_to_json(row)::text, ' ') FROM accounts_session AS row")
        stored_rows = cursor.fetchone()[0]
    assert key not in stored_rows
    thief = Client()
    thief.cookies[django_settings.SESSION_COOKIE_NAME] = Session.objects.get().session_key
    assert not is_inside(thief)


def test_sessions_from_before_keys_were_hashed_stay_open(account):
    store = SessionStore()
    store["typed"] = "a"
    store.save()
    migration = import_module("senim.accounts.migrations.0002_sessions_under_the_hash_of_their_key")
    Session.objects.filter(pk=stored(store.session_key)).update(session_key=store.session_key)
    with connection.cursor() as cursor:
        cursor.execute(migration.Migration.operations[1].sql)
    assert SessionStore(store.session_key)["typed"] == "a"


def test_a_session_that_is_left_opens_nothing_any_more(browser):
    key = browser.cookies[django_settings.SESSION_COOKIE_NAME].value
    browser.post("/en/sign-out/")
    assert not SessionStore().exists(key)
    thief = Client()
    thief.cookies[django_settings.SESSION_COOKIE_NAME] = key
    assert not is_inside(thief)


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
