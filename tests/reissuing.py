"""A holder who asks for new certificates with their own signature, through the portal's pages."""

import base64
from typing import Any

from senim.pki.keys import KeyAlgorithm, generate
from tests.accounts.citizen import Citizen, citizen, hidden, signed, words
from tests.holders import Holder
from tests.ordering import CENTRE, REGION, request_for, value_of

SIGN_KEY, AUTH_KEY = generate(KeyAlgorithm.P256), generate(KeyAlgorithm.P256)
TYPED = {
    "email": "aigerim@mail.test",
    "region": REGION,
    "settlement": "Almaty",
    "centre": CENTRE,
    "storage": "file",
}


def holder(world: Any, authority: Any, person_id: str) -> Citizen:
    """Somebody with certificates, signed in."""
    person = citizen(world.person(person_id), authority)
    assert person.sign_in().status_code == 302
    return person


def fill_in(person: Citizen, **changes: str) -> Any:
    return person.browser.post("/en/reissue/", {**TYPED, **changes})


def send_keys(person: Citizen, **changes: str) -> Any:
    made = {
        "request_sign": base64.b64encode(request_for(SIGN_KEY)).decode(),
        "request_auth": base64.b64encode(request_for(AUTH_KEY)).decode(),
    }
    return person.browser.post("/en/reissue/keys/", {**made, **changes})


def sign(person: Citizen, *, by: Holder | None = None, signature: str = "") -> Any:
    page = person.browser.get("/en/reissue/sign/")
    assert page.status_code == 200, words(page)
    answer = {"draft": hidden(page, "draft"), "signature": signature or signed(page, by or person.sign)}
    return person.browser.post("/en/reissue/sign/", answer)


def ready_to_sign(person: Citizen) -> None:
    assert fill_in(person).status_code == 302
    assert send_keys(person).status_code == 302


def applied(person: Citizen) -> str:
    """The whole application; its number."""
    ready_to_sign(person)
    sent = sign(person)
    assert sent.status_code == 302, words(sent)
    return value_of(person.browser.get(sent["Location"]), "data-number")
