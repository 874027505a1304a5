"""Steps of somebody who has passkeys, through the portal's pages."""

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client
from tests.accounts.authenticator import Authenticator
from tests.accounts.citizen import Citizen, attribute, hidden

LIST, NEW, SIGN_IN = "/en/security/passkeys/", "/en/security/passkeys/new/", "/en/sign-in/passkey/"


def options_of(page: HttpResponse) -> dict[str, Any]:
    return dict(json.loads(attribute(page, "data-options")))


def add(person: Citizen, device: Authenticator, *, name: str = "Phone", **said: Any) -> Any:
    page = person.browser.get(NEW)
    answer = device.create(options_of(page), **said)
    return person.browser.post(NEW, {"challenge": hidden(page, "challenge"), "answer": answer, "name": name})


def enter(device: Authenticator, browser: Client | None = None, *, wanted: str = "", **said: Any) -> Any:
    """Sign in with it; nothing else is said about who it is."""
    browser = browser or Client()
    page = browser.get(SIGN_IN, {"next": wanted} if wanted else {})
    answer = device.get(options_of(page), **said)
    return browser.post(
        SIGN_IN, {"challenge": hidden(page, "challenge"), "answer": answer, "next": hidden(page, "next")}
    )


def holds(person: Citizen, device: Authenticator | None = None) -> Authenticator:
    """This person, signed in by signature, has added it."""
    device = device or Authenticator()
    assert add(person, device).status_code == 302
    return device
