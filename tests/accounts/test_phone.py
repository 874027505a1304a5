"""Connecting a phone number through the portal's door, step by step and with every refusal."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from tests.accounts.citizen import attribute, text_to_sign, words
from tests.accounts.phone_steps import connect, encoded, shown_number, wrong

from senim.accounts.models import NumberRequest, OneTimePassword, SubscriberNumber
from senim.journal.models import Entry
from senim.settings import settings


@pytest.mark.clause("PH-4")
@pytest.mark.clause("PH-5.2a")
@pytest.mark.clause("PH-5.2b")
@pytest.mark.clause("PH-5.2c")
@pytest.mark.clause("PH-5.3")
@pytest.mark.clause("PH-A5")
def test_a_number_is_connected_and_shown_in_the_cabinet(inside, code_of):
    assert "No number yet" in shown_number(inside)
    answer = inside.ask_for_code()
    assert answer["Location"] == "/en/phone/code/"
    page = words(inside.browser.get(answer["Location"])).replace("\xa0", " ")
    assert "+7 701 555 01 01" in page
    answer = inside.type_code(code_of(inside.phone))
    assert answer["Location"] == "/en/phone/sign/"
    answer = inside.sign_request()
    assert answer["Location"] == "/en/phone/done/"
    assert "The number is connected" in words(inside.browser.get(answer["Location"]))
    assert "+7 701 555 01 01" in shown_number(inside)
    number = SubscriberNumber.objects.get()
    assert (number.number, number.released_at) == ("+77015550101", None)


@pytest.mark.clause("PH-5.1")
@pytest.mark.parametrize("step", ["", "code/", "sign/", "done/"])
def test_only_somebody_signed_in_may_start(db, step):
    answer = Client().get(f"/en/phone/{step}")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/en/sign-in/")


@pytest.mark.clause("PH-5.1")
def test_only_somebody_signed_in_gets_a_code(db, world):
    answer = Client().post("/en/phone/", {"number": "+77015550101", "consent": "on"})
    assert answer["Location"].startswith("/en/sign-in/")
    assert not OneTimePassword.objects.exists()


@pytest.mark.clause("PH-5.2b")
@pytest.mark.parametrize(
    ("language", "said"), [("kk", "Ешкімге айтпаңыз"), ("ru", "Никому не говорите"), ("en", "Tell nobody")]
)
def test_the_sms_is_one_segment_in_the_readers_language_bound_to_our_address(
    inside, code_of, world, language, said
):
    inside.ask_for_code(language=language)
    code = code_of(inside.phone)
    text = world.messages(inside.phone)[0].text
    assert said in text
    assert text.splitlines()[-1] == f"@{settings.portal_host} #{code}"
    assert len(text) <= 70


@pytest.mark.clause("PH-5.2b")
def test_the_code_goes_to_the_number_being_connected_and_nowhere_else(inside, code_of, world):
    inside.ask_for_code("8 701 555 01 02")
    code = code_of("+77015550102")
    assert world.messages(inside.phone) == []
    page = inside.browser.get("/en/phone/code/").content.decode()
    assert code not in page
    assert 'autocomplete="one-time-code"' in page


@pytest.mark.clause("PH-9")
def test_a_wrong_code_connects_nothing_and_says_how_many_are_left(inside, code_of):
    inside.ask_for_code()
    code = code_of(inside.phone)
    answer = inside.type_code(wrong(code))
    assert answer.status_code == 409
    assert "You have 4 attempts left" in words(answer)
    assert not SubscriberNumber.objects.exists()
    assert inside.type_code(code).status_code == 302


@pytest.mark.clause("PH-9")
def test_five_wrong_codes_refuse_the_request(inside, code_of):
    inside.ask_for_code()
    code = code_of(inside.phone)
    answers = [inside.type_code(wrong(code)) for _ in range(5)]
    assert "was not connected: the code was wrong five times" in words(answers[-1])
    assert "PH-9" in words(answers[-1])
    assert NumberRequest.objects.get().state == "refused"
    assert inside.type_code(code).status_code == 409
    assert inside.browser.get("/en/phone/sign/").status_code == 302
    again = inside.ask_for_code()
    assert "Try again in an hour" in words(again)
    assert not SubscriberNumber.objects.exists()


def test_attempts_survive_signing_out_and_in(inside, code_of):
    inside.ask_for_code()
    code = code_of(inside.phone)
    for _ in range(4):
        inside.type_code(wrong(code))
    inside.browser.post("/en/sign-out/")
    inside.browser = Client()
    inside.sign_in()
    assert "code was wrong five times" in words(inside.type_code(wrong(code)))


@pytest.mark.clause("PH-2.4")
def test_an_expired_code_connects_nothing(inside, code_of):
    inside.ask_for_code()
    code = code_of(inside.phone)
    with time_machine.travel(timezone.now() + settings.otp_lifetime):
        answer = inside.type_code(code)
    assert answer.status_code == 409
    assert "This code has expired" in words(answer)


@pytest.mark.clause("PT-2.2")
@pytest.mark.clause("PH-2.4")
def test_a_code_serves_one_request_only(inside, code_of):
    inside.ask_for_code()
    code = code_of(inside.phone)
    inside.type_code(code)
    inside.ask_for_code("+77015550102")
    answer = inside.type_code(code)
    assert answer.status_code == 409
    assert NumberRequest.objects.filter(state="code sent").count() == 1


def test_a_new_code_may_be_asked_for_and_kills_the_old(inside, code_of):
    inside.ask_for_code()
    old = code_of(inside.phone)
    assert inside.browser.post("/en/phone/code/again/").status_code == 409
    with time_machine.travel(timezone.now() + settings.otp_resend_after):
        assert inside.browser.post("/en/phone/code/again/").status_code == 302
        new = code_of(inside.phone, 2)
        assert new == old or inside.type_code(old).status_code == 409
        assert inside.type_code(new).status_code == 302


@pytest.mark.clause("PH-A9.2")
def test_without_consent_the_service_is_refused_and_the_number_stays_typed(inside, world):
    answer = inside.ask_for_code(consent=False)
    assert answer.status_code == 409
    assert "no consent to access to your personal data" in words(answer)
    assert attribute(answer, 'name="number" value') == inside.phone
    request = NumberRequest.objects.get()
    assert (request.state, request.refusal) == ("refused", "accounts.refusal.consent_missing")
    assert Entry.objects.get(verb="accounts.numbers.refuse_consent").clause == "PH-A9.2"
    assert not OneTimePassword.objects.exists()


@pytest.mark.clause("PH-A9.1")
@pytest.mark.clause("PH-A8b")
@pytest.mark.clause("PH-A5")
@pytest.mark.parametrize(
    ("person", "reason"),
    [
        ("viktor", "your IIN is annulled"),
        ("nikita", "your IIN is not in the register"),
        ("olga", "your identity card has expired"),
        ("bolat", "registered as lost"),
        ("zhanar", "your identity card is not valid"),
    ],
)
def test_who_is_not_in_order_by_the_registries_is_refused_with_the_reason(people, person, reason):
    citizen = people(person)
    citizen.sign_in()
    answer = citizen.ask_for_code()
    assert answer.status_code == 409
    assert reason in words(answer)
    assert "PH-A9.1" in words(answer)
    assert NumberRequest.objects.get().state == "refused"
    assert Entry.objects.filter(verb="accounts.numbers.refuse_identity").count() == 1
    assert not OneTimePassword.objects.exists()


@pytest.mark.clause("PH-A8b")
def test_identity_is_asked_of_the_registries_and_not_of_the_person(inside, code_of):
    page = inside.browser.get("/en/phone/").content.decode()
    assert set(re.findall(r'<input[^>]* name="([a-z_]+)"', page)) <= {
        "csrfmiddlewaretoken",
        "number",
        "consent",
    }
    inside.ask_for_code()
    assert NumberRequest.objects.get().evidence_digest is not None


@pytest.mark.parametrize("service", ["gbdfl", "documents"])
def test_a_registry_that_is_down_is_named_and_nothing_typed_is_lost(inside, world, service, code_of):
    world.fault(service, "down")
    answer = inside.ask_for_code()
    assert answer.status_code == 503
    assert attribute(answer, 'name="number" value') == inside.phone
    assert "checked" in answer.content.decode()
    assert not NumberRequest.objects.exists()
    world.fault(service, "ok")
    with time_machine.travel(timezone.now() + timedelta(seconds=40)):
        assert inside.ask_for_code().status_code == 302


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "Enter the number"),
        ("12", "does not look like a phone number"),
        ("телефон", "does not look like a phone number"),
        ("+7 727 250 00 00", "not a mobile number of Kazakhstan"),
        ("+7 916 123 45 67", "not a mobile number of Kazakhstan"),
        ("+1 202 555 0100", "not a mobile number of Kazakhstan"),
    ],
)
def test_what_is_no_mobile_number_is_refused(inside, typed, reason):
    answer = inside.browser.post("/en/phone/", {"number": typed, "consent": "on"})
    assert answer.status_code in {409, 422}
    assert reason in words(answer)
    assert not OneTimePassword.objects.exists()


@pytest.mark.parametrize("typed", ["8 701 555-01-01", "701 555 01 01", "+7(701)5550101"])
def test_a_number_may_be_typed_as_people_do(inside, typed):
    assert inside.ask_for_code(typed).status_code == 302
    assert NumberRequest.objects.get().number == "+77015550101"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６"])
def test_what_is_no_code_costs_no_attempt(inside, typed):
    inside.ask_for_code()
    assert inside.type_code(typed).status_code == 422
    assert OneTimePassword.objects.get().attempts == 0


# Order of the steps


def test_nothing_is_signed_before_the_code_was_right(inside, code_of):
    inside.ask_for_code()
    signature = inside.sign.sign(b"anything")
    answer = inside.browser.post("/en/phone/sign/", {"signature": encoded(signature)})
    assert answer.status_code == 409
    assert not SubscriberNumber.objects.exists()
    assert inside.browser.get("/en/phone/sign/")["Location"] == "/en/phone/code/"


def test_a_step_without_a_request_leads_to_the_start_or_nowhere(inside):
    for step in ("code/", "sign/", "done/"):
        assert inside.browser.get(f"/en/phone/{step}")["Location"] == "/en/phone/"
    assert inside.type_code("123456").status_code == 404
    assert inside.browser.post("/en/phone/sign/", {"signature": encoded(b"x")}).status_code == 404


def test_a_request_is_open_for_thirty_minutes(inside, code_of):
    inside.ask_for_code()
    inside.type_code(code_of(inside.phone))
    page = inside.browser.get("/en/phone/sign/")
    request = NumberRequest.objects.get()
    NumberRequest.objects.update(expires_at=timezone.now())
    answer = inside.browser.post(
        "/en/phone/sign/", {"signature": encoded(inside.sign.sign(text_to_sign(page)))}
    )
    assert answer.status_code == 409
    assert "time for connecting the number has run out" in words(answer)
    request.refresh_from_db()
    assert request.state == "expired"


# The signature


@pytest.mark.clause("PH-5.2c")
def test_the_text_to_sign_names_the_number_the_person_and_the_consent(inside, code_of):
    inside.ask_for_code()
    inside.type_code(code_of(inside.phone))
    page = inside.browser.get("/en/phone/sign/")
    text = text_to_sign(page).decode()
    assert inside.phone in text
    assert inside.iin in text
    assert "I consent to access to my personal data" in text
    assert attribute(page, "data-purpose") == "sign"


@pytest.mark.clause("PH-5.2c")
def test_a_request_signed_with_a_revoked_certificate_connects_nothing(inside, code_of, authority):
    authority.revoke(inside.sign)
    answer = connect(inside, code_of)
    assert answer.status_code == 409
    assert "The certificate is revoked" in words(answer)
    assert not SubscriberNumber.objects.exists()


@pytest.mark.clause("PH-5.2c")
def test_a_request_signed_with_the_sign_in_certificate_connects_nothing(inside, code_of):
    inside.sign = inside.auth
    answer = connect(inside, code_of)
    assert answer.status_code == 409
    assert "issued for another purpose" in words(answer)


@pytest.mark.clause("PH-5.2c")
def test_a_request_signed_by_somebody_else_connects_nothing(inside, code_of, people):
    inside.sign = people("daniyar").sign
    answer = connect(inside, code_of)
    assert answer.status_code == 409
    assert "Another person signed the request" in words(answer)
    assert not SubscriberNumber.objects.exists()


@pytest.mark.clause("PH-3")
def test_an_organisation_has_no_subscriber_number(inside, code_of, authority, world):
    pharmacy = world.legal_entity("pharmacy")
    inside.sign = authority.issue(
        "official", iin=inside.iin, **inside.names, organisation=pharmacy.kk, bin=pharmacy.bin, role="маман"
    )
    answer = connect(inside, code_of)
    assert answer.status_code == 409
    assert "Only individuals can connect a number" in words(answer)
    assert not SubscriberNumber.objects.exists()
