"""Good signatures in the wrong place: over an earlier request, another case, another application."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from tests.accounts.citizen import signed, words
from tests.accounts.signing_in import OTHER_NUMBER
from tests.accounts.test_counter_workers import with_code
from tests.accounts.test_freezing import OPEN, deny, unfreeze
from tests.at_counter import counter_of, state

from senim.accounts.models import FreezeCase, NumberRequest, SubscriberNumber
from senim.accounts.states import RequestState
from senim.settings import settings

SIGN = "/en/phone/sign/"
pytestmark = pytest.mark.django_db


def not_accepted(answer):
    assert answer.status_code == 409
    assert "was not accepted" in words(answer)


@pytest.mark.clause("PH-5.2c")
def test_a_signature_over_the_request_before_connects_nothing(inside, code_of):
    """Swapped: for one number, given for another; both of the same person."""
    inside.ask_for_code()
    inside.type_code(code_of(inside.phone))
    before = signed(inside.browser.get(SIGN), inside.sign)
    inside.ask_for_code(OTHER_NUMBER)
    inside.type_code(code_of(OTHER_NUMBER))
    not_accepted(inside.browser.post(SIGN, {"signature": before}))
    assert not SubscriberNumber.objects.exists()
    assert inside.sign_request().status_code == 302


@pytest.mark.clause("PH-5.2c")
def test_a_signature_that_has_served_connects_nothing_again(inside, code_of):
    """Replayed: the same person, the same number, another day."""
    inside.ask_for_code()
    inside.type_code(code_of(inside.phone))
    served = signed(inside.browser.get(SIGN), inside.sign)
    assert inside.browser.post(SIGN, {"signature": served}).status_code == 302
    with time_machine.travel(timezone.now() + settings.otp_resend_after + timedelta(seconds=1), tick=True):
        inside.ask_for_code()
        inside.type_code(code_of(inside.phone, 2))
        not_accepted(inside.browser.post(SIGN, {"signature": served}))
    assert SubscriberNumber.objects.count() == 1


@pytest.mark.clause("PT-2.4")
def test_a_signature_that_opened_one_case_opens_no_other(inside):
    deny(inside.browser)
    served = signed(inside.browser.get(OPEN), inside.sign)
    assert inside.browser.post(OPEN, {"signature": served}).status_code == 302
    deny(inside.browser)
    not_accepted(inside.browser.post(OPEN, {"signature": served}))
    assert FreezeCase.objects.filter(unfrozen_at=None).exists()
    assert unfreeze(inside).status_code == 302


@pytest.mark.clause("P19-4")
def test_a_workers_signature_for_one_application_connects_no_other(world, authority, code_of):
    korlan = counter_of(world.person("korlan"), authority)
    one = with_code(korlan, world.person("anna"), code_of)
    other = korlan.with_paper(world.person("madina"))
    NumberRequest.objects.filter(closed_at=None).update(
        state=RequestState.NUMBER_CONFIRMED, confirmed_at=timezone.now()
    )
    page = korlan.get(f"{one}confirm/")
    answer = korlan.post(f"{other}confirm/", {"signature": signed(page, korlan.holder)})
    assert answer.status_code == 409
    assert state(other) == RequestState.NUMBER_CONFIRMED
    assert not SubscriberNumber.objects.exists()
