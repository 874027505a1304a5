"""Signing in by electronic digital signature, through the portal's door."""

import base64
import logging
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from tests.accounts.citizen import SIGN_IN, attribute, hidden, signed, text_to_sign, words

from senim.accounts.models import Account, Session
from senim.accounts.session_store import stored
from senim.journal.models import Entry
from senim.settings import settings


@pytest.mark.clause("PT-4.2")
def test_a_citizen_signs_in_with_the_authentication_certificate(aigerim):
    answer = aigerim.sign_in()
    assert answer.status_code == 302
    assert answer["Location"] == "/en/cabinet/"
    page = words(aigerim.browser.get(answer["Location"]))
    assert "Hello, Айгерім" in page
    account = Account.objects.get()
    assert (account.iin, account.surname) == (aigerim.iin, aigerim.names["surname"])
    assert Session.objects.get(account_id=account.pk).method == "signature"


@pytest.mark.clause("PT-4.2")
def test_signing_in_is_journalled_without_personal_facts(aigerim):
    aigerim.sign_in()
    entry = Entry.objects.get(verb="accounts.sign_in")
    assert entry.facts == {"door": "portal", "opened": True, "profile": "individual_auth"}
    assert aigerim.iin not in str(entry.__dict__)


@pytest.mark.clause("PT-4.2")
def test_the_second_sign_in_finds_the_same_account(aigerim):
    aigerim.sign_in()
    aigerim.browser = Client()
    aigerim.sign_in()
    assert Account.objects.count() == 1


def test_the_text_names_the_door_the_time_and_a_number_used_once(aigerim):
    first, second = (text_to_sign(aigerim.browser.get(SIGN_IN)).decode() for _ in range(2))
    assert settings.portal_origin in first
    assert str(timezone.localtime().year) in first
    assert first != second


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_text_is_in_the_readers_language(aigerim, language):
    said = {"kk": "Порталға кіру", "ru": "Вход на портал", "en": "Signing in to the portal"}
    page = aigerim.browser.get(f"/{language}/sign-in/")
    assert text_to_sign(page).decode().startswith(said[language])
    assert aigerim.sign_in(language=language).status_code == 302


@pytest.mark.clause("PT-4.2")
def test_a_revoked_certificate_is_refused_with_the_reason(aigerim, authority):
    authority.revoke(aigerim.auth)
    refused(aigerim.sign_in(), "The certificate is revoked")


@pytest.mark.clause("PT-4.2")
def test_an_expired_certificate_is_refused_with_the_reason(aigerim, authority):
    old = issued(authority, aigerim, not_before=ago(days=10), not_after=ago(days=1))
    refused(aigerim.sign_in(by=old), "The certificate has expired")


@pytest.mark.clause("PT-4.2")
def test_a_certificate_that_is_not_valid_yet_is_refused_with_the_reason(aigerim, authority):
    early = issued(authority, aigerim, not_before=ago(days=-1))
    refused(aigerim.sign_in(by=early), "The certificate is not valid yet")


@pytest.mark.clause("PT-4.2")
def test_a_certificate_of_an_unknown_authority_is_refused_with_the_reason(aigerim, authority):
    refused(aigerim.sign_in(by=authority.forged(aigerim.auth)), "issued by an authority that is not trusted")


@pytest.mark.clause("PT-4.2")
def test_a_signing_certificate_does_not_open_the_portal(aigerim):
    refused(aigerim.sign_in(by=aigerim.sign), "issued for another purpose")


@pytest.mark.clause("PT-4.2")
def test_an_operators_certificate_does_not_open_the_portal(aigerim, authority):
    operator = issued(authority, aigerim, profile="operator_auth")
    refused(aigerim.sign_in(by=operator), "issued for another purpose")


@pytest.mark.clause("PT-4.2")
def test_nobody_goes_on_in_another_persons_session(inside, people):
    daniyar = people("daniyar")
    answer = inside.sign_in(by=daniyar.auth)
    assert answer.status_code == 409
    assert "belongs to another person" in words(answer)
    assert not Account.objects.filter(iin=daniyar.iin).exists()
    assert "Айгерім" in words(inside.browser.get("/en/cabinet/"))


@pytest.mark.clause("PT-4.2")
def test_a_challenge_is_answered_once(aigerim):
    page = aigerim.browser.get(SIGN_IN)
    form = {"challenge": hidden(page, "challenge"), "signature": signed(page, aigerim.auth)}
    mark = aigerim.browser.cookies["senim_portal_csrf"].value
    assert aigerim.browser.post(SIGN_IN, form).status_code == 302
    aigerim.browser.logout()
    aigerim.browser.cookies["senim_portal_csrf"] = mark
    refused(aigerim.browser.post(SIGN_IN, form), "has been used already")


def test_a_refused_answer_spends_its_challenge_too(aigerim):
    page = aigerim.browser.get(SIGN_IN)
    form = {"challenge": hidden(page, "challenge"), "signature": signed(page, aigerim.sign)}
    refused(aigerim.browser.post(SIGN_IN, form), "another purpose")
    form["signature"] = signed(page, aigerim.auth)
    refused(aigerim.browser.post(SIGN_IN, form), "has been used already")


@pytest.mark.clause("PT-4.2")
def test_a_challenge_lives_five_minutes(aigerim):
    page = aigerim.browser.get(SIGN_IN)
    form = {"challenge": hidden(page, "challenge"), "signature": signed(page, aigerim.auth)}
    with time_machine.travel(timezone.now() + settings.sign_in_challenge_lifetime):
        refused(aigerim.browser.post(SIGN_IN, form), "time for signing in has run out")


def test_a_challenge_shown_while_the_clock_was_ahead_is_not_answered_for_as_long(aigerim):
    with time_machine.travel(timezone.now() + timedelta(days=40)):
        page = aigerim.browser.get(SIGN_IN)
    form = {"challenge": hidden(page, "challenge"), "signature": signed(page, aigerim.auth)}
    refused(aigerim.browser.post(SIGN_IN, form), "time for signing in has run out")


def test_a_challenge_of_another_browser_is_refused(aigerim):
    page = Client().get(SIGN_IN)
    form = {"challenge": hidden(page, "challenge"), "signature": signed(page, aigerim.auth)}
    refused(aigerim.browser.post(SIGN_IN, form), "does not belong to this page")


@pytest.mark.parametrize("made_up", ["", "x", "eyJhIjoxfQ:abc"])
def test_a_made_up_challenge_is_refused(aigerim, made_up):
    page = aigerim.browser.get(SIGN_IN)
    form = {"challenge": made_up, "signature": signed(page, aigerim.auth)}
    refused(aigerim.browser.post(SIGN_IN, form), "does not belong to this page")


def test_a_signature_of_another_text_is_refused(aigerim):
    page = aigerim.browser.get(SIGN_IN)
    signature = base64.b64encode(aigerim.auth.sign(b"something else")).decode()
    form = {"challenge": hidden(page, "challenge"), "signature": signature}
    refused(aigerim.browser.post(SIGN_IN, form), "does not match this text")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "did not arrive"),
        ("not base64!", "could not be read"),
        ("қолтаңба", "could not be read"),
        (base64.b64encode(bytes(70_000)).decode(), "could not be read"),
    ],
)
def test_what_is_no_signature_leaves_the_page_as_it_was(aigerim, typed, said):
    page = aigerim.browser.get(SIGN_IN)
    answer = aigerim.browser.post(SIGN_IN, {"challenge": hidden(page, "challenge"), "signature": typed})
    assert answer.status_code == 422
    assert said in words(answer)


def test_garbage_instead_of_a_signature_is_refused(aigerim):
    page = aigerim.browser.get(SIGN_IN)
    form = {"challenge": hidden(page, "challenge"), "signature": base64.b64encode(b"garbage").decode()}
    refused(aigerim.browser.post(SIGN_IN, form), "does not match this text")


def test_a_refusal_brings_a_fresh_challenge_with_it(aigerim):
    answer = aigerim.sign_in(by=aigerim.sign)
    form = {"challenge": hidden(answer, "challenge"), "signature": signed(answer, aigerim.auth)}
    assert aigerim.browser.post(SIGN_IN, form).status_code == 302


def test_the_session_key_changes_at_sign_in(aigerim):
    session = aigerim.browser.session
    session["typed"] = "a draft"
    session.save()
    before = aigerim.browser.cookies["senim_portal"].value
    aigerim.sign_in()
    assert aigerim.browser.cookies["senim_portal"].value != before
    assert aigerim.browser.session["typed"] == "a draft"
    assert not Session.objects.filter(pk=stored(before)).exists()


def test_somebody_who_was_sent_to_sign_in_comes_back_where_they_wanted(aigerim):
    sent = aigerim.browser.get("/en/phone/")
    assert sent.status_code == 302
    assert sent["Location"] == "/en/sign-in/?next=%2Fen%2Fphone%2F"
    assert aigerim.sign_in(next="/en/phone/")["Location"] == "/en/phone/"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.test/", "//evil.test/", "/\\evil.test", "javascript:alert(1)"]
)
def test_nobody_is_sent_to_another_site_after_signing_in(aigerim, elsewhere):
    assert aigerim.sign_in(next=elsewhere)["Location"] == "/en/cabinet/"


def test_signing_out_ends_the_session(inside):
    key = inside.browser.cookies["senim_portal"].value
    assert inside.browser.get("/en/sign-out/").status_code == 405
    assert inside.browser.post("/en/sign-out/").status_code == 302
    assert not Session.objects.filter(pk=key).exists()
    assert inside.browser.get("/en/cabinet/").status_code == 302


def test_the_page_says_how_long_it_works_and_asks_for_the_right_certificate(aigerim):
    page = aigerim.browser.get(SIGN_IN)
    assert attribute(page, "data-purpose") == "auth"
    assert "This page works until" in words(page)


def test_showing_the_page_writes_nothing(aigerim, django_assert_num_queries):
    aigerim.browser.get(SIGN_IN)
    with django_assert_num_queries(0):
        aigerim.browser.get(SIGN_IN)


def test_no_log_line_holds_who_signed_in(aigerim, caplog, authority):
    caplog.set_level(logging.DEBUG)
    aigerim.sign_in()
    authority.revoke(aigerim.auth)
    aigerim.browser = Client()
    aigerim.sign_in()
    assert aigerim.iin not in caplog.text
    assert aigerim.names["surname"] not in caplog.text


@pytest.mark.parametrize(
    "path", ["sign-in/", "sign-out/", "phone/", "phone/code/", "phone/code/again/", "phone/sign/"]
)
def test_a_form_of_another_site_does_nothing(inside, path):
    inside.browser.handler.enforce_csrf_checks = True
    answer = inside.browser.post(f"/en/{path}", {"number": inside.phone, "consent": "on"})
    assert answer.status_code == 403
    assert inside.browser.get("/en/cabinet/").status_code == 200


def refused(answer, reason):
    assert answer.status_code == 409
    assert reason in words(answer)
    assert "Error" in answer.content.decode().split("</title>")[0]
    assert not Session.objects.exclude(account_id=None).exists()


def issued(authority, citizen, *, profile="individual_auth", **times):
    return authority.issue(profile, iin=citizen.iin, **citizen.names, **times)


def ago(**span):
    return datetime.now(UTC) - timedelta(**span)
