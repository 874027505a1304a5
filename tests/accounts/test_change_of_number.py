"""Changing the connected number in the cabinet (PH-8): the old one stays until code and signature held."""

import pytest
from django.test import Client
from tests.accounts.citizen import text_to_sign, words
from tests.accounts.phone_steps import connect, encoded, shown_number, wrong

from senim.accounts.models import NumberRequest, SubscriberNumber
from senim.journal.models import Entry
from senim.texts import LANGUAGES, say_in

ANOTHER, SHOWN_ANOTHER = "+77015550177", "+7 701 555 01 77"


@pytest.fixture
def connected(inside, code_of):
    """Aigerim, signed in, with her own number connected."""
    assert connect(inside, code_of).status_code == 302
    return inside


def held():
    return SubscriberNumber.objects.get(released_at=None).number


@pytest.mark.clause("PH-8")
@pytest.mark.clause("PH-A5")
def test_a_number_is_changed_by_its_code_and_a_signature(connected, code_of):
    page = words(connected.browser.get("/en/phone/")).replace("\xa0", " ")
    assert "Change the phone number" in page
    assert "+7 701 555 01 01 is disconnected only when" in page
    assert connected.ask_for_code(ANOTHER).status_code == 302
    assert held() == connected.phone
    assert connected.type_code(code_of(ANOTHER)).status_code == 302
    assert held() == connected.phone
    page = connected.browser.get("/en/phone/sign/")
    assert "Sign and change the number" in words(page)
    assert "replace the number connected to my account" in text_to_sign(page).decode()
    assert connected.sign_request()["Location"] == "/en/phone/done/"
    assert held() == ANOTHER
    assert "The number is changed" in words(connected.browser.get("/en/phone/done/"))
    assert SHOWN_ANOTHER in shown_number(connected)
    assert "The number was changed to" in shown_number(connected)


@pytest.mark.clause("PH-8")
def test_both_phones_the_mail_and_the_cabinet_are_told(connected, code_of, world, run_jobs):
    connect(connected, code_of, ANOTHER)
    run_jobs()
    assert "disconnected from the portal" in world.wait_for_message(connected.phone, 2).text
    assert "was connected to a portal account" in world.wait_for_message(ANOTHER, 2).text
    mails = [mail.subject for mail in world.mail("aigerim@mail.test")]
    assert mails.count("The number of your account was changed") == 1


def test_messages_about_a_change_fit_one_segment():
    for language in LANGUAGES:
        for text_id in ("accounts.sms.changed", "accounts.sms.connected"):
            assert len(say_in(language, text_id)) <= 70


@pytest.mark.clause("PH-8")
@pytest.mark.clause("PH-9")
def test_with_wrong_codes_the_old_number_stays(connected, code_of):
    connected.ask_for_code(ANOTHER)
    code = code_of(ANOTHER)
    answers = [connected.type_code(wrong(code)) for _ in range(5)]
    assert answers[-1].status_code == 409
    assert "was not connected: the code was wrong five times" in words(answers[-1])
    assert held() == connected.phone
    assert "+7 701 555 01 01" in shown_number(connected)


@pytest.mark.clause("PH-8")
@pytest.mark.parametrize("signer", ["auth", "another"])
def test_without_the_holders_own_signature_the_old_number_stays(connected, code_of, people, signer):
    connected.sign = connected.auth if signer == "auth" else people("daniyar").sign
    assert connect(connected, code_of, ANOTHER).status_code == 409
    assert held() == connected.phone


@pytest.mark.clause("PH-8")
def test_a_change_is_not_signed_before_its_code_was_right(connected, code_of):
    connected.ask_for_code(ANOTHER)
    forged = {"signature": encoded(connected.sign.sign(b"anything"))}
    assert connected.browser.post("/en/phone/sign/", forged).status_code == 409
    assert held() == connected.phone


def test_confirming_the_same_number_again_is_no_change(connected, code_of, world, run_jobs):
    assert connect(connected, code_of, count=2).status_code == 302
    run_jobs()
    assert "The number is connected" in words(connected.browser.get("/en/phone/done/"))
    assert list(NumberRequest.objects.order_by("created_at").values_list("channel", flat=True)) == [
        "portal",
        "portal",
    ]
    assert len(world.messages(connected.phone)) == 2  # two codes and nothing else


def test_the_steps_of_a_change_are_journalled_with_its_clause(connected, code_of):
    before = set(Entry.objects.values_list("pk", flat=True))
    connect(connected, code_of, ANOTHER)
    steps = Entry.objects.exclude(pk__in=before).filter(verb__startswith="accounts.numbers").order_by("at")
    assert [(step.verb.removeprefix("accounts.numbers."), step.clause) for step in steps] == [
        ("get_code", "PH-8"),
        ("confirm_code", "PH-8"),
        ("change", "PH-8"),
    ]


@pytest.mark.clause("PH-8")
def test_of_two_tabs_with_two_numbers_the_last_one_asked_for_counts(connected, code_of):
    """The signature of the first tab is over the first request's text, and names its number."""
    second = "+77015550178"
    connected.ask_for_code(ANOTHER)
    assert connected.type_code(code_of(ANOTHER)).status_code == 302
    page = connected.browser.get("/en/phone/sign/")
    assert connected.ask_for_code(second).status_code == 302
    form = {"signature": encoded(connected.sign.sign(text_to_sign(page)))}
    assert connected.browser.post("/en/phone/sign/", form).status_code == 409
    assert connected.type_code(code_of(second)).status_code == 302
    answer = connected.browser.post("/en/phone/sign/", form)
    assert answer.status_code == 409
    assert "not accepted" in words(answer)
    assert held() == connected.phone
    assert connected.sign_request().status_code == 302
    assert held() == second


def test_nobody_else_ends_or_goes_on_with_a_change(connected, code_of, people):
    """Requests have no address: whoever signs in meets their own, and here they have none."""
    connected.ask_for_code(ANOTHER)
    code, stranger = code_of(ANOTHER), people("daniyar")
    stranger.sign_in()
    assert stranger.type_code(code).status_code == 404
    assert stranger.browser.post("/en/phone/code/again/").status_code == 404
    assert Client().post("/en/phone/code/", {"code": code}).status_code == 302
    assert stranger.ask_for_code("+77015550199").status_code == 302
    assert connected.type_code(code).status_code == 302
