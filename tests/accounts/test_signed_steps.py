"""What people signed keeps how they were signed in, and says so to whoever decides and to themselves."""

import pytest
from django.test import Client
from tests.accounts.citizen import hidden, signed, words
from tests.accounts.passkey_steps import enter, holds
from tests.accounts.phone_steps import connect
from tests.accounts.signing_in import log_in, set_password
from tests.ordering import desk_of
from tests.reissuing import applied

from senim.accounts.models import SignedStep
from senim.journal.models import Entry


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
