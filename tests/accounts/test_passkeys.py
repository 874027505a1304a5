"""Passkeys: added after a signature, used without typing anything, and every answer that does not hold."""

from dataclasses import replace

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from tests.accounts.authenticator import (
    BACKUP_ELIGIBLE,
    USER_PRESENT,
    USER_VERIFIED,
    Authenticator,
    synced,
    url64,
)
from tests.accounts.citizen import hidden, words
from tests.accounts.passkey_steps import LIST, NEW, SIGN_IN, add, enter, holds, options_of
from tests.accounts.phone_steps import connect
from tests.accounts.signing_in import LOGIN, is_inside, log_in, set_password

from senim.accounts import methods
from senim.accounts.methods import Method, table
from senim.accounts.models import Passkey, Session
from senim.accounts.passkeys.registration import AT_MOST
from senim.journal.models import Entry
from senim.rulebook import day_of
from senim.settings import settings
from senim.texts import catalogue

MAILBOX = "aigerim@mail.test"
STRANGERS_ORIGIN = "https://senim.example"
WRONG_ANSWERS = {
    "wrong origin": {"origin": STRANGERS_ORIGIN},
    "wrong relying party": {"rp_id": "senim.example"},
    "nobody checked who is there": {"flags": USER_PRESENT},
    "nobody was there": {"flags": USER_VERIFIED},
    "another challenge": {"challenge": url64(b"x" * 32)},
    "framed by another site": {"cross_origin": True},
    "of the other ceremony": {"type": "payment.get"},
}


def refused(answer, said):
    assert answer.status_code == 409, words(answer)
    assert said in words(answer)


# Added


@pytest.mark.clause("PT-2.4")
def test_a_passkey_is_added_and_signs_its_holder_in_with_nothing_typed(inside):
    device = holds(inside)
    browser = Client()
    answer = enter(device, browser)
    assert (answer.status_code, answer["Location"]) == (302, "/en/cabinet/")
    assert "Hello, Айгерім" in words(browser.get("/en/cabinet/"))
    session = Session.objects.get(method="passkey")
    assert (session.acr, session.amr) == ("substantial", "hwk user mfa")
    assert session.authenticated_at is not None
    page = words(inside.browser.get("/en/security/"))
    assert "Signed in with a passkey" in page
    assert "1 passkey" in page


def test_what_is_asked_of_the_browser_names_no_identifier(inside):
    page = inside.browser.get(NEW)
    options = options_of(page)
    assert options["rp"] == {"id": settings.portal_host, "name": "Senim"}
    assert options["user"]["name"] == "Айгерім С."
    assert inside.iin not in page.content.decode()
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["attestation"] == "none"


def test_the_sign_in_page_names_nobody(db):
    options = options_of(Client().get(SIGN_IN))
    assert (options["rpId"], options["userVerification"]) == (settings.portal_host, "required")
    assert not options.get("allowCredentials")


@pytest.mark.clause("PT-2.4")
def test_ways_of_signing_in_are_not_changed_after_a_weaker_one(inside):
    device = holds(inside)
    set_password(inside)
    for enter_by in (
        lambda browser: log_in(inside.iin, browser=browser),
        lambda browser: enter(device, browser),
    ):
        browser = Client()
        assert enter_by(browser).status_code == 302
        for page in (LIST, NEW):
            assert browser.get(page)["Location"].startswith("/en/sign-in/?next=")
        for ask in (browser.get, browser.post):
            answer = ask(f"{LIST}{Passkey.objects.get().pk}/remove/")
            assert answer["Location"].startswith("/en/sign-in/?next=")
    assert Passkey.objects.get().removed_at is None


@pytest.mark.clause("PT-2.4")
def test_before_one_is_removed_its_holder_reads_which_and_how_they_sign_in_then(inside, people):
    holds(inside)
    page = f"{LIST}{Passkey.objects.get().pk}/remove/"
    assert f'href="{page}"' in inside.browser.get(LIST).content.decode()
    asked = words(inside.browser.get(page))
    assert "Remove the passkey “Phone”?" in asked
    assert "Only the electronic signature remains" in asked
    assert Passkey.objects.get().removed_at is None, "asking removes nothing"
    set_password(inside)
    holds(inside, Authenticator())
    asked = words(inside.browser.get(page))
    assert "By electronic signature By another passkey By password" in asked
    assert "Only the electronic signature" not in asked
    daniyar = people("daniyar")
    daniyar.sign_in()
    assert daniyar.browser.get(page).status_code == 404
    assert inside.browser.post(page)["Location"] == LIST
    assert inside.browser.get(page).status_code == 404


@pytest.mark.clause("PT-2.4")
def test_a_new_passkey_ends_other_sessions_and_its_holder_is_told(inside, world, run_jobs):
    set_password(inside)
    elsewhere = Client()
    log_in(inside.iin, browser=elsewhere)
    holds(inside)
    assert not is_inside(elsewhere)
    assert is_inside(inside.browser)
    assert "A passkey was added: Phone" in words(inside.browser.get("/en/cabinet/"))
    run_jobs()
    assert "A passkey was added" in world.wait_for_mail(MAILBOX, 2).subject


def test_what_does_not_hold_adds_nothing(inside):
    for wrong, said in WRONG_ANSWERS.items():
        refused(add(inside, Authenticator(), **said), "The device's answer will not do")
        assert not Passkey.objects.exists(), wrong


def test_a_name_is_kept_short_and_given_where_there_is_none(inside):
    page = inside.browser.get(NEW)
    long = inside.browser.post(NEW, {"challenge": hidden(page, "challenge"), "answer": "", "name": "x" * 41})
    assert (long.status_code, "at most 40 characters" in words(long)) == (422, True)
    assert add(inside, Authenticator(), name="").status_code == 302
    assert Passkey.objects.get().name == "My device"


def test_devices_that_hold_one_are_named_and_the_same_key_is_not_added_twice(inside, people):
    device = holds(inside)
    known = options_of(inside.browser.get(NEW))["excludeCredentials"]
    assert [one["id"] for one in known] == [url64(device.credential_id)]
    refused(add(inside, device), "was added before")
    daniyar = people("daniyar")
    daniyar.sign_in()
    refused(add(daniyar, device), "was added before")


def test_no_more_than_somebody_can_keep_an_eye_on(inside):
    known = holds(inside)
    row = Passkey.objects.get(credential_id=known.credential_id)
    for place in range(AT_MOST - 1):
        row.pk, row.credential_id, row._state.adding = None, bytes([place]) * 16, True
        row.save(force_insert=True)
    refused(inside.browser.get(NEW), "no more can be added")


def test_a_challenge_of_signing_in_adds_nothing(inside):
    page = inside.browser.get(SIGN_IN)
    options = {**options_of(inside.browser.get(NEW)), "challenge": options_of(page)["challenge"]}
    form = {"challenge": hidden(page, "challenge"), "answer": Authenticator().create(options)}
    refused(inside.browser.post(NEW, form), "does not belong to this page")


# Used


def test_what_does_not_hold_lets_nobody_in(inside):
    device, browser = holds(inside), Client()
    for wrong, said in WRONG_ANSWERS.items():
        refused(enter(device, browser, **said), "The device's answer will not do")
        assert not is_inside(browser), wrong
    assert enter(device, browser).status_code == 302


def test_garbage_is_refused_and_breaks_nothing(inside):
    for page, garbage in ((NEW, '{"id": 1}'), (SIGN_IN, "[]"), (SIGN_IN, "x" * 20_000)):
        form = {"challenge": hidden(inside.browser.get(page), "challenge"), "answer": garbage}
        refused(inside.browser.post(page, form), "The device's answer will not do")
    refused(inside.browser.post(SIGN_IN, {"challenge": "x", "answer": "y"}), "does not belong to this page")
    assert inside.browser.post(SIGN_IN, {"answer": "y" * 3_000_000}).status_code == 413


def test_a_wrong_signature_lets_nobody_in_and_its_holder_sees_it(inside):
    device = holds(inside)
    forged = replace(Authenticator(), credential_id=device.credential_id, handle=device.handle)
    refused(enter(forged), "The device's answer will not do")
    assert "An answer of a passkey was not accepted" in words(inside.browser.get("/en/security/"))


def test_an_answer_serves_once(inside):
    device, browser = holds(inside), Client()
    page = browser.get(SIGN_IN)
    form = {"challenge": hidden(page, "challenge"), "answer": device.get(options_of(page))}
    mark = browser.cookies["senim_portal_csrf"].value
    assert browser.post(SIGN_IN, form).status_code == 302
    browser.logout()
    browser.cookies["senim_portal_csrf"] = mark
    refused(browser.post(SIGN_IN, form), "has been used already")
    assert not is_inside(browser)


def test_an_answer_is_good_in_the_browser_that_was_asked_and_for_five_minutes(inside):
    device, asked = holds(inside), Client()
    page = asked.get(SIGN_IN)
    form = {"challenge": hidden(page, "challenge"), "answer": device.get(options_of(page))}
    thief = Client()
    thief.get(SIGN_IN)
    refused(thief.post(SIGN_IN, form), "does not belong to this page")
    with time_machine.travel(timezone.now() + settings.sign_in_challenge_lifetime):
        refused(asked.post(SIGN_IN, form), "has run out")
    assert asked.post(SIGN_IN, form).status_code == 302, "neither spent the challenge"


def test_a_key_lets_in_nobody_but_the_person_it_is_of(inside, people):
    mine = holds(inside)
    daniyar = people("daniyar")
    daniyar.sign_in()
    theirs = holds(daniyar)
    refused(enter(mine, handle=theirs.handle), "The device's answer will not do")
    refused(enter(mine, handle=b""), "The device's answer will not do")
    refused(enter(mine, daniyar.browser), "These belong to another person")
    assert "Данияр" in words(daniyar.browser.get("/en/cabinet/"))


def test_a_key_that_was_never_added_and_one_that_was_removed_get_the_same_answer(inside):
    device = holds(inside)
    assert enter(device).status_code == 302
    inside.sign_in()
    assert inside.browser.post(f"{LIST}{Passkey.objects.get().pk}/remove/").status_code == 302
    stranger = replace(Authenticator(), handle=device.handle)
    for unknown in (device, stranger):
        refused(enter(unknown), "The portal does not know this passkey")
    assert bytes(Passkey.objects.get().public_key) == b""


@pytest.mark.clause("PT-2.4")
def test_a_count_that_goes_back_stops_the_passkey_and_its_holder_is_told(inside, world, run_jobs):
    device = holds(inside, Authenticator(count=7))
    refused(enter(device, count=7), "Somebody else seems to have a copy")
    refused(enter(device, count=900), "Somebody else seems to have a copy")
    kept = Passkey.objects.get()
    assert (kept.sign_count, kept.suspected_at is not None) == (7, True)
    assert "A passkey was stopped" in words(inside.browser.get("/en/cabinet/"))
    assert "Stopped" in words(inside.browser.get(LIST))
    run_jobs()
    assert "was stopped" in world.wait_for_mail(MAILBOX, 2).subject
    assert len(world.mail(MAILBOX)) == 2, "the second try is not told of again"


def test_a_key_that_never_counts_is_no_copy(inside):
    device = holds(inside, synced())
    for _ in range(2):
        assert enter(device).status_code == 302
    assert Session.objects.filter(amr="swk user mfa").count() == 2
    assert "copied to your other devices" in words(inside.browser.get(LIST))


def test_a_key_of_one_device_does_not_turn_into_one_that_is_copied(inside):
    device = holds(inside)
    flags = USER_PRESENT | USER_VERIFIED | BACKUP_ELIGIBLE
    refused(enter(device, flags=flags), "The device's answer will not do")


@pytest.mark.clause("PT-2.4")
def test_the_key_of_the_session_changes_at_sign_in(inside):
    device, browser = holds(inside), Client()
    log_in(inside.iin, "wrong wrong wrong", browser=browser)
    browser.post("/en/sign-in/number/", {"identifier": inside.iin, "number": "+77015550199"})
    before = browser.cookies["senim_portal"].value
    assert enter(device, browser).status_code == 302
    planted = Client()
    planted.cookies["senim_portal"] = before
    assert not is_inside(planted)


def test_a_stranger_who_guesses_passwords_and_codes_shuts_no_passkey_out(inside, code_of):
    connect(inside, code_of)
    device = holds(inside)
    set_password(inside)
    with time_machine.travel(timezone.now().replace(minute=10)):  # one hour's count, whatever the clock says
        for _ in range(10):
            log_in(inside.iin, "not the password at all")
        assert "too many attempts" in words(log_in(inside.iin))
    assert enter(device).status_code == 302
    inside.browser.post("/en/security/password/give-up/")
    assert enter(device).status_code == 302


# What it opens


def test_a_passkey_opens_documents_and_leads_back_to_the_page_that_asked(inside):
    device = holds(inside)
    set_password(inside)
    browser, document = Client(), "/en/documents/identity-card/"
    log_in(inside.iin, browser=browser)
    page = browser.get(browser.get(document)["Location"]).content.decode()
    assert f"{SIGN_IN}?next=" in page
    assert LOGIN not in page
    assert enter(device, browser, wanted=document)["Location"] == document
    assert browser.get(document).status_code == 200
    assert Session.objects.get(method="passkey").amr == "hwk user pwd mfa"
    assert enter(device, wanted="https://senim.example/")["Location"] == "/en/cabinet/"


@pytest.mark.parametrize("end", ["by its date", "at an address that is a number"])
def test_where_passkeys_are_not_offered_none_is_taken(inside, monkeypatch, end):
    device = holds(inside)
    browser = Client()
    page = browser.get(SIGN_IN)
    form = {"challenge": hidden(page, "challenge"), "answer": device.get(options_of(page))}
    if end == "by its date":
        today = day_of(timezone.now())
        lines = [replace(line, until=today) if line.method is Method.PASSKEY else line for line in table()]
        monkeypatch.setattr(methods, "table", lambda: tuple(lines))
    else:
        monkeypatch.setattr(methods, "settings", replace(settings, portal_host="192.168.1.5"))
    assert SIGN_IN not in Client().get("/en/sign-in/").content.decode()
    refused(browser.post(SIGN_IN, form), "is not offered at present")
    refused(inside.browser.get(NEW), "is not offered at present")


def test_beside_each_code_by_sms_stands_a_certificate_or_a_passkey():
    by_key = {Method.SIGNATURE, Method.PASSKEY}
    for line in table():
        if line.method is Method.CODE:
            beside = [one for one in table() if one.service is line.service and one.method in by_key]
            assert any(one.since <= line.since and one.until is None for one in beside)


# Kept


def test_a_passkey_is_renamed_and_removed_by_its_holder_only(inside, people):
    holds(inside)
    mine = f"{LIST}{Passkey.objects.get().pk}"
    daniyar = people("daniyar")
    daniyar.sign_in()
    assert daniyar.browser.get(f"{mine}/rename/").status_code == 404
    assert daniyar.browser.post(f"{mine}/rename/", {"name": "x"}).status_code == 404
    assert daniyar.browser.post(f"{mine}/remove/").status_code == 404
    assert inside.browser.post(f"{mine}/rename/", {"name": "Work phone"}).status_code == 302
    page = words(inside.browser.get(LIST))
    assert "Work phone" in page
    assert "Not used yet" in page
    assert inside.browser.post(f"{mine}/remove/").status_code == 302
    assert inside.browser.post(f"{mine}/remove/").status_code == 404
    assert "A passkey was removed: Work phone" in words(inside.browser.get("/en/cabinet/"))


def test_what_is_done_with_passkeys_is_journalled_with_the_row_and_without_names(inside):
    device = holds(inside)
    enter(device)
    records = {entry.verb: entry for entry in Entry.objects.filter(clause="PT-2.4")}
    for verb in ("accounts.passkeys.add", "accounts.sign_in"):
        assert [one["table"] for one in records[verb].changed] == ["accounts_passkey"]
    assert records["accounts.sign_in"].facts["amr"] == ["hwk", "user", "mfa"]
    assert not any(word in str(entry.facts) for entry in records.values() for word in (inside.iin, "Phone"))


def test_no_page_calls_a_passkey_biometric():
    said = [text for name, texts in catalogue().items() if "passkey" in name for text in str(texts).split()]
    assert said
    assert not any("биометр" in word.lower() or "biometr" in word.lower() for word in said)
