"""What people signed keeps how they were signed in, and says so to whoever decides and to themselves."""

from dataclasses import replace

import pytest
from django.test import Client
from tests.accounts import app_steps
from tests.accounts.citizen import hidden, signed, words
from tests.accounts.passkey_steps import enter, holds
from tests.accounts.phone_steps import connect
from tests.accounts.signing_in import account_of, log_in, set_password
from tests.accounts.test_counter_workers import with_code
from tests.at_counter import application, counter_of
from tests.ordering import desk_of
from tests.reissuing import applied

from senim.accounts import number_requests
from senim.accounts.models import SignedStep
from senim.journal.models import Entry
from senim.settings import RequestInApp, settings


def signs_to_revoke(person):
    page = f"/en/certificates/{person.auth.serial_number:x}/revoke/"
    filled = {"reason": "keyCompromise", "certificates": [f"{person.auth.serial_number:x}"]}
    assert person.browser.post(page, filled).status_code == 302
    asked = person.browser.get(f"{page}sign/")
    answer = {"draft": hidden(asked, "draft"), "signature": signed(asked, person.sign)}
    return person.browser.post(f"{page}sign/", answer)


@pytest.mark.clause("PT-2.4")
def test_a_number_request_keeps_how_its_signer_was_signed_in(inside, code_of):
    done = connect(inside, code_of)
    step = SignedStep.objects.get()
    assert (step.acr, step.amr) == ("substantial", "pop")
    assert step.subject.startswith("number_request:")
    assert step.authenticated_at <= step.signed_at
    assert "Signed in by: Electronic signature, " in words(inside.browser.get(done["Location"]))
    record = Entry.objects.get(verb="accounts.numbers.connect")
    assert "accounts_signedstep" in [one["table"] for one in record.changed]


@pytest.mark.clause("PT-2.4", "PH-6.3")
@pytest.mark.parametrize("signed_at_the_end", [True, False])
def test_so_does_one_in_the_app_with_a_signature_at_its_end_and_without(
    inside, code_of, world, monkeypatch, signed_at_the_end
):
    if not signed_at_the_end:
        bare = replace(settings, number_request_in_app=RequestInApp.UNSIGNED)
        monkeypatch.setattr(number_requests, "settings", bare)
    app_steps.confirmed(inside, code_of)
    last = app_steps.show_face(inside, world)
    last = inside.sign_request() if signed_at_the_end else last
    assert SignedStep.objects.get().amr == "pop"
    assert "Signed in by: Electronic signature, " in words(inside.browser.get(last["Location"]))


@pytest.mark.clause("PT-2.4", "P19-4")
def test_at_the_counter_worker_and_citizen_read_how_the_worker_was_signed_in(
    people, world, authority, code_of
):
    korlan, anna = counter_of(world.person("korlan"), authority), people("anna")
    case = with_code(korlan, world.person("anna"), code_of)
    assert korlan.sign(case).status_code == 302
    step = SignedStep.objects.get()
    assert (step.subject, step.amr) == (f"number_request:{application(case).pk}", "pop")
    assert step.account_id == account_of(korlan.worker).pk
    assert "Signed in by Electronic signature" in words(korlan.get(case))
    tables = {one["table"] for one in Entry.objects.get(verb="accounts.numbers.connect").changed}
    assert {"accounts_signedstep", "accounts_counterapplication"} <= tables
    assert anna.sign_in().status_code == 302
    said = words(anna.browser.get("/en/phone/done/"))
    assert "The worker who confirmed it had signed in by: Electronic signature" in said


def test_open_sessions_say_how_their_holder_signed_in(inside):
    said = words(inside.browser.get("/en/security/"))
    assert "assurance level substantial" in said


@pytest.mark.clause("PT-2.4")
def test_a_revocation_shows_a_session_that_was_opened_by_passkey(inside):
    device = holds(inside)
    inside.browser = Client()
    assert enter(device, inside.browser).status_code == 302
    page = words(inside.browser.get(signs_to_revoke(inside)["Location"]))
    assert "Passkey, " in page
    assert "assurance level substantial" in page
    assert SignedStep.objects.get().amr == "hwk user mfa"


@pytest.mark.clause("CA-7.P6", "PT-2.4")
def test_the_operator_sees_how_the_applicant_was_signed_in_and_so_does_the_applicant(
    inside, world, authority
):
    set_password(inside)
    inside.browser = Client()
    assert log_in(inside.iin, browser=inside.browser).status_code == 302
    number = applied(inside)
    own = words(inside.browser.get("/en/order/done/"))
    dauren = desk_of(world.person("dauren"), authority)
    seen = words(dauren.get(dauren.find(number)))
    for page in (own, seen):
        assert "Signed in by" in page
        assert "Password, " in page
        assert "assurance level low" in page
    by_number = words(Client().post("/en/order/status/", {"number": number}))
    assert "assurance level" not in by_number, "whoever has the number only is not told"


def test_a_refused_request_keeps_none(inside, people):
    inside.sign = people("daniyar").sign
    assert signs_to_revoke(inside).status_code == 409
    assert not SignedStep.objects.exists()
