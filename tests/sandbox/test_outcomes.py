"""Everybody gets from Senim what people.json promises, through the doors."""

import pytest
from django.test import Client
from django.utils import timezone
from tests.accounts.signing_in import as_if_by_signature
from tests.ordering import applicant, text_of

from senim.accounts.models import Account
from senim.accounts.sessions import BACKEND
from senim.texts import say_in
from senim_sandbox.outcomes import outcomes
from senim_sandbox.people import fixed_people
from senim_sandbox.population import TODAY
from senim_sandbox.society import Society

pytestmark = pytest.mark.django_db

ORDER = {
    "iin_unknown": "enrolment.refusal.applicant_absent",
    "iin_annulled": "enrolment.refusal.iin_annulled",
}
PHONE = {
    "no_document": "accounts.refusal.no_identity_document",
    "document_expired": "accounts.refusal.identity_document_expired",
    "document_lost": "accounts.refusal.identity_document_lost",
    "document_annulled": "accounts.refusal.identity_document_annulled",
}
DOCUMENT = {
    "no_document": "registries.refusal.document_unknown",
    "document_expired": "documents.refusal.document_expired",
    "document_lost": "documents.refusal.document_lost",
    "document_annulled": "documents.refusal.document_annulled",
}


def _chosen():
    """Every fixed person, and of the drawn town one for each way things can go."""
    drawn = [one for one in Society("senim").people if not one.expected]
    ways = {tuple(outcomes(one, TODAY).values()): one for one in drawn}
    return [*fixed_people(), *ways.values()]


PEOPLE = _chosen()
WITH_A_CERTIFICATE = [one for one in PEOPLE if outcomes(one, TODAY)["sign_in"] == "signed_in"]


@pytest.fixture(autouse=True)
def _registries_answer(world, authority):
    pass


@pytest.fixture
def inside():
    """A browser in which this person is signed in."""

    def browser_of(person):
        names = {name: getattr(person, name) for name in ("surname", "given_name", "patronymic")}
        account = Account.objects.create(iin=person.iin, created_at=timezone.now(), **names)
        browser = Client()
        browser.force_login(account, backend=BACKEND)
        as_if_by_signature(browser)
        return browser

    return browser_of


def refused_with(answer, text_id: str, **facts: object) -> bool:
    return answer.status_code == 409 and say_in("en", text_id, **facts) in text_of(answer)


@pytest.mark.clause("CA-6.P2", "CA-6.P3")
@pytest.mark.parametrize("person", PEOPLE, ids=lambda one: one.id)
def test_an_order_ends_as_it_is_said_of_the_person(person):
    outcome = outcomes(person, TODAY)["order"]
    answer = applicant(person, email="somebody@mail.test").fill_in()
    if outcome == "issued":
        assert answer.status_code == 302, text_of(answer)
    else:
        assert refused_with(answer, ORDER[outcome]), text_of(answer)


@pytest.mark.clause("PH-A8b", "PH-A9.1")
@pytest.mark.parametrize("person", WITH_A_CERTIFICATE, ids=lambda one: one.id)
def test_a_number_is_connected_or_not_as_it_is_said_of_the_person(person, inside):
    outcome = outcomes(person, TODAY)["phone"]
    answer = inside(person).post("/en/phone/", {"number": person.phone or "+77015550199", "consent": "on"})
    if outcome == "connected":
        assert answer.status_code == 302, text_of(answer)
    else:
        assert refused_with(answer, PHONE[outcome]), text_of(answer)


@pytest.mark.clause("DD-7", "DD-14a")
@pytest.mark.parametrize("person", WITH_A_CERTIFICATE, ids=lambda one: one.id)
def test_the_identity_card_is_shown_or_not_as_it_is_said_of_the_person(person, inside):
    outcome = outcomes(person, TODAY)["document"]
    answer = inside(person).get("/en/documents/identity-card/")
    if outcome == "shown":
        assert answer.status_code == 200
        assert person.card.number in "".join(text_of(answer).split())
    else:
        expires = person.card.expires.strftime("%d.%m.%Y") if person.card else ""
        assert refused_with(answer, DOCUMENT[outcome], expires=expires), text_of(answer)
