"""Two people who are signed in: Aigerim, whose document it is, and Daniyar, who is shown it."""

from dataclasses import dataclass

import pytest
from django.test import Client
from django.utils import timezone
from tests.accounts.signing_in import as_if_by_signature

from senim.accounts import AccountId
from senim.accounts.models import Account
from senim.accounts.sessions import BACKEND


@dataclass
class Someone:
    """A signed-in person: their account, and their browser at the portal."""

    account: AccountId
    surname: str
    given_name: str
    browser: Client


@pytest.fixture
def sign_in(db, world, authority):
    """Whoever is named, signed in. The sandbox's registries answer, signed by the owning body."""

    def someone(person_id: str) -> Someone:
        person = world.person(person_id)
        account = Account.objects.create(
            iin=person.iin,
            surname=person.surname,
            given_name=person.given_name,
            patronymic=person.patronymic,
            created_at=timezone.now(),
        )
        browser = Client()
        browser.force_login(account, backend=BACKEND)
        as_if_by_signature(browser)
        return Someone(AccountId(account.pk), person.surname, person.given_name, browser)

    return someone


@pytest.fixture
def owner(sign_in):
    return sign_in("aigerim")


@pytest.fixture
def viewer(sign_in):
    return sign_in("daniyar")


@pytest.fixture
def opened(owner):
    """Aigerim's identity card, opened through the door; the state her page shows."""
    answer = owner.browser.post("/en/documents/identity-card/open/")
    assert answer.status_code == 302, answer.content.decode()
    return Opened(owner, answer["Location"])


@dataclass
class Opened:
    owner: Someone
    page: str

    def state(self) -> dict:
        return self.owner.browser.get(f"{self.page}state/").json()

    def answer(self, number: str, *, answer: str = "open") -> str:
        claim = self.state()["claim"]["id"]
        data = {"claim": claim, "number": number, "answer": answer}
        reply = self.owner.browser.post(f"{self.page}answer/", data, headers={"Accept": "application/json"})
        return reply.json()["outcome"]
