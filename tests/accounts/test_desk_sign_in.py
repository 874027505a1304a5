"""The desk's door: operators in office, by their operator's certificate, and nobody else."""

import pytest
from django.test import override_settings
from django.utils import timezone
from tests.accounts.citizen import Citizen, attribute, hidden, signed, text_to_sign, words

from senim.accounts import attempts
from senim.accounts.models import Account, Session, SignInAttempt
from senim.operators import standing
from senim.operators.centres import centres
from senim.settings import MissingSecret

pytestmark = pytest.mark.usefixtures("_at_the_desk")


@pytest.fixture
def _at_the_desk():
    with override_settings(ROOT_URLCONF="senim.desk.urls"):
        yield


@pytest.fixture
def operator(db, world, authority):
    """Dauren, with an operator's certificate, appointed to the first centre."""
    dauren = someone(world, authority, "operator_auth")
    office = next(iter(centres()))
    standing.appoint(iin=dauren.iin, name="Оспанов Дәурен", office=office, at=timezone.now())
    return dauren


def someone(world, authority, profile):
    person = world.person("dauren")
    names = {"surname": person.surname, "given_name": person.given_name}
    holder = authority.issue(profile, iin=person.iin, **names)
    return Citizen(person.iin, names, person.phone, holder, holder)


def answer_to(citizen):
    page = citizen.browser.get("/en/sign-in/")
    form = {"challenge": hidden(page, "challenge"), "signature": signed(page, citizen.auth)}
    return citizen.browser.post("/en/sign-in/", form)


@pytest.mark.clause("PT-4.2")
def test_an_operator_in_office_signs_in(operator):
    answer = answer_to(operator)
    assert answer.status_code == 302
    row = Session.objects.get()
    assert (row.door, row.method) == ("desk", "signature")


@pytest.mark.clause("PT-4.2")
def test_somebody_with_an_operators_certificate_who_is_not_in_office_is_refused(db, world, authority):
    answer = answer_to(someone(world, authority, "operator_auth"))
    assert answer.status_code == 409
    assert "You are not on the list of operators" in words(answer)
    assert not Account.objects.exists()
    assert not Session.objects.exclude(account_id=None).exists()


@pytest.mark.clause("PT-4.2")
def test_a_citizens_certificate_does_not_open_the_desk_even_for_an_operator(operator, world, authority):
    operator.auth = someone(world, authority, "individual_auth").auth
    answer = answer_to(operator)
    assert answer.status_code == 409
    assert "issued for another purpose" in words(answer)


def test_a_challenge_of_the_portal_does_not_open_the_desk(operator):
    with override_settings(ROOT_URLCONF="senim.portal.urls"):
        page = operator.browser.get("/en/sign-in/")
    form = {"challenge": hidden(page, "challenge"), "signature": signed(page, operator.auth)}
    answer = operator.browser.post("/en/sign-in/", form)
    assert answer.status_code == 409
    assert "does not belong to this page" in words(answer)


def test_the_text_names_the_desk_and_the_page_asks_for_an_operators_certificate(operator):
    page = operator.browser.get("/en/sign-in/")
    assert "desk.localhost" in text_to_sign(page).decode()
    assert attribute(page, "data-role") == "1.2.398.3.3.4.2.3"


def test_the_desk_needs_no_secret_of_the_portals_codes(operator, monkeypatch):
    """Its process is not handed that secret."""

    def missing(_):
        raise MissingSecret("otp")

    monkeypatch.setattr(attempts, "stand_in", missing)
    assert answer_to(operator).status_code == 302
    assert not SignInAttempt.objects.exists()
