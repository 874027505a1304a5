"""Registration on the portal: whom, by IIN or BIN, and the proof by certificate."""

import pytest
from django.test import Client
from tests.accounts.citizen import citizen, hidden, signed, words
from tests.accounts.organisations import certificate_for
from tests.accounts.signing_in import NOBODYS_IIN, an_account, is_inside, traced, without_tokens

from senim.accounts.models import Account, Organisation

pytestmark = pytest.mark.django_db
REGISTER, PROVE = "/en/register/", "/en/register/prove/"


def say_who(browser, identifier):
    return browser.post(REGISTER, {"identifier": identifier})


def prove(person, *, by):
    page = person.browser.get(PROVE)
    answer = {"challenge": hidden(page, "challenge"), "signature": signed(page, by)}
    return person.browser.post(PROVE, answer)


@pytest.mark.clause("PT-2.1-1")
@pytest.mark.clause("PT-4.2")
def test_a_person_registers_by_iin_and_certificate(people):
    aigerim = people("aigerim")
    assert say_who(aigerim.browser, aigerim.iin)["Location"] == PROVE
    assert "Prove that it is you" in words(aigerim.browser.get(PROVE))
    assert prove(aigerim, by=aigerim.auth)["Location"] == "/en/cabinet/"
    assert Account.objects.get().iin == aigerim.iin
    assert is_inside(aigerim.browser)


@pytest.mark.clause("PT-2.1-1")
def test_an_organisation_registers_by_bin_and_a_certificate_in_a_role(world, authority):
    daniyar, entity = citizen(world.person("daniyar"), authority), world.legal_entity("pharmacy")
    assert say_who(daniyar.browser, entity.bin)["Location"] == PROVE
    assert "Prove that you act for the organisation" in words(daniyar.browser.get(PROVE))
    assert prove(daniyar, by=certificate_for(authority, daniyar, entity)).status_code == 302
    assert Organisation.objects.get().bin == entity.bin


@pytest.mark.clause("PT-2.1-1")
def test_nobody_is_registered_with_the_certificate_of_another(world, authority):
    daniyar, entity = citizen(world.person("daniyar"), authority), world.legal_entity("pharmacy")
    in_role = certificate_for(authority, daniyar, entity)
    bank = world.legal_entity("bank").bin
    for identifier, by, said in (
        (NOBODYS_IIN, daniyar.auth, "does not belong to the IIN"),
        (daniyar.iin, in_role, "does not belong to the IIN"),
        (entity.bin, daniyar.auth, "gives no role for this BIN"),
        (bank, in_role, "gives no role for this BIN"),
    ):
        say_who(daniyar.browser, identifier)
        answer = prove(daniyar, by=by)
        assert (answer.status_code, said in words(answer)) == (409, True)
    assert not Account.objects.exists()
    assert not Organisation.objects.exists()
    assert not is_inside(daniyar.browser)


def test_nobody_learns_who_is_registered(people):
    aigerim = people("aigerim")
    an_account(aigerim)
    pages = []
    for identifier in (aigerim.iin, NOBODYS_IIN):
        browser = Client()
        with traced() as asking:
            asked = say_who(browser, identifier)
        page = browser.get(PROVE)
        bare = without_tokens(page, hidden(page, "challenge"))
        pages.append((asking, asked.status_code, asked["Location"], len(bare)))
    assert pages[0] == pages[1]


def test_what_is_no_identifier_is_said_to_be_none(db):
    page = say_who(Client(), "9403084921")
    assert (page.status_code, "You entered 10" in words(page)) == (422, True)
    assert Client().get(PROVE)["Location"] == REGISTER
    assert Client(enforce_csrf_checks=True).post(REGISTER, {"identifier": NOBODYS_IIN}).status_code == 403
