"""The sandbox's remote identification service: whom it answers, and what its page does."""

import json
import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from tests.world import RunningWorld

from senim.accounts.biometrics.message_signatures import signed_headers
from senim.settings import settings
from senim_sandbox.identification.sessions import Face
from senim_sandbox.wording import LANGUAGES, say

BACK = f"{settings.portal_origin}/kk/phone/face/"
pytestmark = pytest.mark.usefixtures("ceremony_performed")


def wanted(**changed: Any) -> dict[str, Any]:
    return {
        "session": str(uuid.uuid4()),
        "audience": settings.portal_origin,
        "iin": "940308492147",
        "purpose": "connect number",
        "title": "Порталға телефон нөмірін қосу",
        "operation": "0" * 64,
        "until": (datetime.now(UTC) + timedelta(minutes=10)).isoformat(),
        "language": "kk",
        "return_to": BACK,
        **changed,
    }


def headers_for(
    address: str, body: bytes, *, key: bytes = b"", ahead: timedelta = timedelta()
) -> dict[str, str]:
    key, at = key or bytes.fromhex(settings.secret("identification")), datetime.now(UTC) + ahead
    return signed_headers("POST", address, body, key=key, key_id=settings.portal_origin, at=at)


def ask(world: RunningWorld, path: str, said: Any, **changed: Any) -> httpx.Response:
    address, body = f"{world.url}/identification/{path}", json.dumps(said).encode()
    return httpx.post(address, content=body, headers=headers_for(address, body, **changed))


def opened(world: RunningWorld, **changed: Any) -> dict[str, str]:
    answer = ask(world, "sessions", wanted(**changed))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


@pytest.mark.parametrize(
    "changed",
    [
        {"key": b"another secret of thirty-two bytes"},
        {"ahead": timedelta(minutes=-5)},
        {"ahead": timedelta(minutes=5)},
    ],
    ids=["another key", "old", "early"],
)
def test_only_who_shares_the_secret_opens_sessions_and_only_now(
    world: RunningWorld, changed: dict[str, Any]
) -> None:
    assert ask(world, "sessions", wanted(), **changed).status_code == 401


MEDDLING: dict[str, Callable[[dict[str, str]], dict[str, str]]] = {
    "no signature": lambda _: {},
    "another": lambda given: {**given, "Signature": "senim=:AAAA:"},
    "no base64": lambda given: {**given, "Signature": "senim=:no base64:"},
    "another label": lambda given: {**given, "Signature": given["Signature"].replace("senim", "other")},
    "covers less": lambda given: {**given, "Signature-Input": _without(given, ' "content-digest"')},
    "no algorithm": lambda given: {**given, "Signature-Input": _without(given, ';alg="hmac-sha256"')},
    "garbage": lambda given: {**given, "Signature-Input": "x" * 5000},
}


def _without(given: dict[str, str], part: str) -> str:
    assert part in given["Signature-Input"]
    return given["Signature-Input"].replace(part, "")


def test_a_request_whose_signature_was_meddled_with_is_refused(world: RunningWorld) -> None:
    address, body = f"{world.url}/identification/sessions", json.dumps(wanted()).encode()
    answered = {
        name: httpx.post(address, content=body, headers=meddle(headers_for(address, body))).status_code
        for name, meddle in MEDDLING.items()
    }
    assert answered == dict.fromkeys(MEDDLING, 401)


def test_a_signature_is_good_for_its_body_and_address_and_once(world: RunningWorld) -> None:
    address, body = f"{world.url}/identification/sessions", json.dumps(wanted()).encode()
    headers = headers_for(address, body)
    assert httpx.post(address, content=body + b" ", headers=headers).status_code == 401
    assert httpx.post(f"{address}/x/assertion", content=body, headers=headers).status_code == 401
    assert httpx.post(address, content=body, headers=headers).status_code == 201
    assert httpx.post(address, content=body, headers=headers).status_code == 401


CANNOT_BE: list[dict[str, Any]] = [
    {"audience": "https://another.example.kz"},
    {"return_to": "https://evil.test/"},
    {"return_to": "javascript:alert(1)"},
    {"return_to": "http://[/"},
    {"session": "1"},
    {"until": "soon"},
    {"until": "2026-11-22T10:00:00"},
    {"iin": 940308492147},
    {"title": "x" * 2000},
]


def test_a_session_that_cannot_be_is_refused(world: RunningWorld) -> None:
    answered = {str(changed)[:60]: ask(world, "sessions", wanted(**changed)) for changed in CANNOT_BE}
    assert {name: answer.status_code for name, answer in answered.items()} == dict.fromkeys(answered, 422)


def test_a_session_is_opened_once(world: RunningWorld) -> None:
    said = wanted()
    assert [ask(world, "sessions", said).status_code for _ in range(2)] == [201, 422]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_person_walks_through_the_page_in_their_language(world: RunningWorld, language: str) -> None:
    session = opened(world, language=language)
    with httpx.Client(trust_env=False) as browser:
        page = browser.get(session["url"]).text
        assert f'<html lang="{language}">' in page
        assert "Порталға телефон нөмірін қосу" in page
        assert say(language, "identification.warning") in page
        assert page.count('name="face"') == len(Face)
        after = browser.post(session["url"], data={"face": "self"}).text
        back = re.search(rf'href="({re.escape(BACK)}[^"]*)"', after)
        assert back, after
        assert f"session={session['session']}" in back[1]
        assert browser.get(session["url"]).status_code == 410
        assert "code=" not in browser.post(session["url"], data={"face": "self"}).text


def test_an_app_without_pages_gets_the_assertion_itself(world: RunningWorld) -> None:
    session = opened(world, return_to="")
    address = f"{world.url}/identification/{session['session']}/face.json"
    assert httpx.post(address, json={"face": "twin"}).status_code == 422
    assert set(httpx.post(address, json={"face": "self"}).json()) == {"answer", "signature"}
    assert httpx.post(address, json={"face": "self"}).status_code == 422, "once"


def test_a_session_that_has_run_out_shows_nothing(world: RunningWorld) -> None:
    session = opened(world)
    world.move_clock(ahead_seconds=3600)
    assert httpx.get(session["url"]).status_code == 410
    assert httpx.post(session["url"], data={"face": "self"}).status_code == 410


def test_a_page_of_no_session_says_so(world: RunningWorld) -> None:
    assert httpx.get(f"{world.url}/identification/nobody").status_code == 410
