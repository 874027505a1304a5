"""Sign in by login and password, through the portal's door."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone
from tests.accounts.citizen import words
from tests.accounts.signing_in import (
    LOGIN,
    NOBODYS_IIN,
    PASSWORD,
    account_of,
    an_account,
    is_inside,
    log_in,
    set_password,
    token_of,
    traced,
    without_tokens,
)

from senim.accounts import password_hashes, password_sign_in, passwords
from senim.accounts.models import Account, Password, Session
from senim.accounts.password_sign_in import LoginOrPasswordWrong, TooManyWrongPasswords
from senim.journal.models import Entry

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
WRONG = "мүлдем басқа сөздер жиыны"
ELSEWHERE = {"REMOTE_ADDR": "198.51.100.7"}


@pytest.fixture
def limits(monkeypatch):
    """Not in the last minute of an hour: what is counted begins anew with the next."""

    def set_to(**figures):
        for name, figure in figures.items():
            monkeypatch.setattr(password_sign_in, name.upper(), figure)

    left = 3600 - timezone.now().timestamp() % 3600
    ahead = timedelta(seconds=left + 1 if left < 60 else 0)
    with time_machine.travel(timezone.now() + ahead, tick=True):
        yield set_to


@pytest.fixture
def known(aigerim):
    """Aigerim has a password, and a browser that nobody is signed in to."""
    account = an_account(aigerim)
    kept = password_hashes.hashed(PASSWORD)
    Password.objects.create(account_id=account.pk, hash=kept, set_at=timezone.now())
    return aigerim


@pytest.mark.clause("PT-4.1")
def test_a_citizen_signs_in_with_login_and_password(known):
    entered = log_in(known.iin, browser=known.browser)
    assert (entered.status_code, entered["Location"]) == (302, "/en/cabinet/")
    assert "Hello, Айгерім" in words(known.browser.get("/en/cabinet/"))
    session = Session.objects.get(method="password")
    assert (session.acr, session.amr) == ("low", "pwd")
    assert Entry.objects.filter(verb="accounts.sign_in").latest("at").clause == "PT-4.1"


@pytest.mark.clause("PT-4.1")
def test_a_wrong_password_and_an_unknown_login_get_the_same_answer(known):
    log_in(NOBODYS_IIN)  # the page and the hash of nobody's password are there
    seen = {iin: _walk(iin) for iin in (known.iin, NOBODYS_IIN)}
    assert "The IIN or the password is wrong" in seen[known.iin]["page"]
    assert seen[known.iin] == seen[NOBODYS_IIN]


def _walk(iin):
    with traced() as statements:
        page = log_in(iin, WRONG)
    return {
        "statements": statements,
        "status": page.status_code,
        "page": without_tokens(page, iin),
        "headers": sorted(page.headers),
    }


def test_a_login_nobody_has_costs_as_much_hashing_as_one_somebody_has(known, monkeypatch):
    verified = []
    hasher = password_hashes._HASHER
    monkeypatch.setattr(
        password_hashes,
        "_HASHER",
        type("Counting", (), {"verify": lambda _, kept, given: _verify(kept, given)})(),
    )

    def _verify(kept, given):
        verified.append(kept.rsplit("$", 2)[0])
        return hasher.verify(kept, given)

    for iin in (known.iin, NOBODYS_IIN):
        log_in(iin, WRONG)
    assert len(verified) == 2
    assert verified[0] == verified[1], "the same parameters"


def test_the_password_is_nowhere_but_under_argon2id(inside):
    set_password(inside)
    log_in(inside.iin)
    kept = Password.objects.get().hash
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    with connection.cursor() as cursor:
        for table in ("accounts_password", "accounts_account", "journal_entry", "accounts_session"):
            cursor.execute(f"SELECT string_agg(row_to_json(row)::text, ' ') FROM {table} AS row")
            assert PASSWORD not in cursor.fetchone()[0]
    assert PASSWORD not in log_in(inside.iin, WRONG + PASSWORD).content.decode()


def test_another_spelling_of_the_same_letters_is_the_same_password(inside):
    assert set_password(inside, "ﬁve ｗhite ｈorses ran").status_code == 302
    assert log_in(inside.iin, "five white horses ran").status_code == 302


# A stranger shuts nobody out


@pytest.mark.clause("PT-4.1")
@pytest.mark.clause("PT-4.2")
def test_wrong_passwords_make_their_network_wait_and_nobody_else(known, limits):
    limits(per_login_and_network_an_hour=3)
    for _ in range(3):
        assert "is wrong" in words(log_in(known.iin, WRONG, **ELSEWHERE))
    assert "too many attempts" in words(log_in(known.iin, **ELSEWHERE))
    assert log_in(known.iin).status_code == 302, "from home"
    assert known.sign_in().status_code == 302, "the certificate from home"
    away = Client(**ELSEWHERE)
    known.browser = away
    assert known.sign_in().status_code == 302, "and from there too"


def test_an_unknown_login_is_made_to_wait_the_same_way(db, limits):
    limits(per_login_and_network_an_hour=3)
    pages = [words(log_in(NOBODYS_IIN, WRONG)) for _ in range(4)]
    assert ["too many attempts" in page for page in pages] == [False, False, False, True]


def test_guesses_from_everywhere_do_not_stop_a_network_one_signed_in_from(known, limits):
    assert log_in(known.iin).status_code == 302
    limits(per_login_a_day=5)
    for place in range(8):
        page = log_in(known.iin, WRONG, REMOTE_ADDR=f"198.51.{place}.1")
    assert "too many attempts" in words(page)
    assert log_in(known.iin).status_code == 302


def test_one_network_is_stopped_at_many_logins(known, limits):
    limits(per_network_an_hour=4)
    pages = [words(log_in(iin, WRONG)) for iin in (known.iin, *[NOBODYS_IIN] * 4)]
    assert ["too many attempts" in page for page in pages] == [False] * 4 + [True]


def test_right_passwords_do_not_count(known, limits):
    limits(per_login_and_network_an_hour=2)
    assert [log_in(known.iin).status_code for _ in range(4)] == [302] * 4


def test_waiting_ends_with_the_hour(known, limits):
    limits(per_login_and_network_an_hour=1)
    log_in(known.iin, WRONG)
    assert log_in(known.iin).status_code == 409
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        assert log_in(known.iin).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_many_guesses_at_once_as_many_are_judged_as_are_allowed(limits):
    limits(per_login_and_network_an_hour=5)

    def guess(_):
        try:
            password_sign_in.sign_in(iin=NOBODYS_IIN, password=WRONG, network="n", known=None, at=AT)
        except (LoginOrPasswordWrong, TooManyWrongPasswords) as refusal:
            return type(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(guess, range(40)))
    assert answers.count(LoginOrPasswordWrong) == 5
    assert answers.count(TooManyWrongPasswords) == 35


# The session


def test_the_session_changes_its_key_and_a_form_of_another_site_is_refused(known):
    browser = Client(enforce_csrf_checks=True)
    assert log_in(known.iin, browser=browser).status_code == 403
    browser.get("/en/sign-in/number/")
    browser.cookies["senim_portal"] = "a" * 32
    token = token_of(browser.get(LOGIN))
    form = {"iin": known.iin, "password": PASSWORD, "csrfmiddlewaretoken": token}
    assert browser.post(LOGIN, form).status_code == 302
    assert browser.cookies["senim_portal"].value != "a" * 32
    thief = Client()
    thief.cookies["senim_portal"] = "a" * 32
    assert not is_inside(thief)


def test_nobody_goes_on_in_the_session_of_another(known, people):
    daniyar = people("daniyar")
    assert daniyar.sign_in().status_code == 302
    assert "belong to another person" in words(log_in(known.iin, browser=daniyar.browser))
    assert "Данияр" in words(daniyar.browser.get("/en/cabinet/"))


def test_one_comes_to_the_page_one_wanted_and_to_no_other_site(known):
    form = {"iin": known.iin, "password": PASSWORD}
    assert Client().post(LOGIN, {**form, "next": "/en/phone/"})["Location"] == "/en/phone/"
    assert Client().post(LOGIN, {**form, "next": "//evil.test/"})["Location"] == "/en/cabinet/"


# Choosing, changing, giving up


@pytest.mark.clause("PT-4.1")
def test_only_who_signed_in_by_signature_chooses_a_password(known):
    assert log_in(known.iin, browser=known.browser).status_code == 302
    asked = known.browser.get("/en/security/password/")
    assert asked["Location"] == "/en/sign-in/?next=%2Fen%2Fsecurity%2Fpassword%2F"
    assert set_password(known, "тағы бір ұзақ құпия").status_code == 302
    assert log_in(known.iin).status_code == 302, "the password is as it was"
    assert known.browser.post("/en/security/password/give-up/").status_code == 302
    assert log_in(known.iin).status_code == 302


def test_a_changed_password_ends_the_old_one_and_the_other_sessions(known, world, run_jobs):
    elsewhere = Client()
    assert log_in(known.iin, browser=elsewhere).status_code == 302
    assert known.sign_in().status_code == 302
    assert set_password(known, "тағы бір ұзақ құпия").status_code == 302
    assert is_inside(known.browser)
    assert not is_inside(elsewhere)
    assert log_in(known.iin).status_code == 409
    assert log_in(known.iin, "тағы бір ұзақ құпия").status_code == 302
    assert set(Password.objects.exclude(ended_at=None).values_list("hash", flat=True)) == {""}
    run_jobs()
    assert "password" in world.wait_for_mail("aigerim@mail.test").subject


def test_a_password_is_given_up(known):
    assert known.sign_in().status_code == 302
    assert known.browser.post("/en/security/password/give-up/").status_code == 302
    assert log_in(known.iin).status_code == 409
    assert known.browser.post("/en/security/password/give-up/").status_code == 409
    [entry] = Entry.objects.filter(verb__startswith="accounts.passwords")
    assert entry.verb == "accounts.passwords.give_up"


@pytest.mark.clause("PT-4.1")
@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("ұзақ емес", "needs at least 12 characters. You entered 9"),
        ("qwerty123456", "in lists of stolen ones"),
        ("QWERTY123456", "in lists of stolen ones"),
        ("Password2026!", "easy to guess"),
        ("Сәрсенова1994", "easy to guess"),
        ("а" * 129, "at most 128 characters"),
        ("", "Enter a password"),
    ],
)
def test_a_poor_password_is_not_taken_and_the_reason_said(inside, password, reason):
    assert reason in words(set_password(inside, password))
    assert not Password.objects.exists()


def test_two_tabs_at_once_leave_one_password(known):
    account = account_of(known)
    passwords.choose(account_id=account.pk, password="бірінші ұзақ құпиясөз", keep_session="", at=AT)
    passwords.choose(account_id=account.pk, password="екінші ұзақ құпиясөз", keep_session="", at=AT)
    assert Password.objects.filter(ended_at=None).count() == 1
    assert Account.objects.count() == 1
