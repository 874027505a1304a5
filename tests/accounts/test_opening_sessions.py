"""What signing in writes: one session in one statement, under a key that nobody knew before."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone
from tests.accounts.citizen import SIGN_IN, hidden, signed
from tests.accounts.signing_in import an_account, is_inside, log_in, set_password, traced

from senim.accounts import session_store, sessions
from senim.accounts.methods import Method
from senim.accounts.models import Account, Session
from senim.accounts.session_store import SessionStore, stored
from senim.accounts.welcome import Welcomed


def about(statements, table):
    return [statement.split()[0] for statement in statements if table in statement]


@pytest.mark.clause("PT-4.2")
def test_a_sign_in_opens_one_session_with_one_statement(aigerim):
    page = aigerim.browser.get(SIGN_IN)
    form = {"challenge": hidden(page, "challenge"), "signature": signed(page, aigerim.auth)}
    an_account(aigerim)
    with traced() as seen:
        assert aigerim.browser.post(SIGN_IN, form).status_code == 302
    assert about(seen, "accounts_session") == ["INSERT"]
    assert Session.objects.get().account_id == Account.objects.get().pk
    assert is_inside(aigerim.browser)


def test_when_somebody_was_last_here_is_not_written_beside_the_record_of_it(inside):
    assert Account.objects.get().last_login is None


@pytest.mark.clause("PT-2.4")
def test_a_key_that_was_put_on_somebody_opens_nothing_once_they_signed_in(aigerim):
    planted = SessionStore()
    planted["typed"] = "by the thief"
    planted.create()
    aigerim.browser.cookies["senim_portal"] = planted.session_key
    aigerim.sign_in()
    key = aigerim.browser.cookies["senim_portal"].value
    assert key != planted.session_key
    assert Session.objects.get().pk == stored(key)
    thief = Client()
    thief.cookies["senim_portal"] = planted.session_key
    assert not is_inside(thief)
    assert is_inside(aigerim.browser)


@pytest.mark.clause("PT-2.4")
def test_signing_in_by_more_leaves_one_session_and_its_key_before_opens_nothing(inside):
    set_password(inside)
    inside.browser = Client()
    log_in(inside.iin, browser=inside.browser)
    before = inside.browser.cookies["senim_portal"].value
    others = Session.objects.count()
    inside.sign_in()
    assert Session.objects.count() == others
    assert not Session.objects.filter(pk=stored(before)).exists()
    thief = Client()
    thief.cookies["senim_portal"] = before
    assert not is_inside(thief)


@pytest.mark.clause("PT-2.4")
def test_the_key_before_opens_nothing_even_if_no_answer_came(aigerim):
    planted = SessionStore()
    planted.create()
    request = RequestFactory().get("/")
    request.session, request.user = SessionStore(planted.session_key), AnonymousUser()
    sessions.open_session(request, Welcomed(an_account(aigerim), Method.SIGNATURE), at=timezone.now())
    assert not Session.objects.exists()


def test_a_key_that_somebody_has_is_given_to_nobody_else(db, monkeypatch):
    first = SessionStore()
    first["typed"] = "first"
    first.create()
    keys = iter([first.session_key, "another-key-nobody-has"])
    monkeypatch.setattr(session_store.secrets, "token_urlsafe", lambda _: next(keys))
    second = SessionStore()
    second["typed"] = "second"
    second.save()
    assert second.session_key == "another-key-nobody-has"
    assert SessionStore(first.session_key)["typed"] == "first"
    assert SessionStore(second.session_key)["typed"] == "second"


def test_a_session_that_was_ended_meanwhile_is_not_written_again(db):
    store = SessionStore()
    store["typed"] = "a"
    store.save()
    again = SessionStore(store.session_key)
    again["typed"] = "b"
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_session")
    with pytest.raises(UpdateError):
        again.save()
    assert not Session.objects.exists()
