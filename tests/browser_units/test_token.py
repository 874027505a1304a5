"""What pages make of a token: each reason the program can give, the ways on, and which certificate signs.

The program is a stand-in that answers as a test says; the real one is in ``tests/token``.
"""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import Page, WebSocketRoute, expect
from tests.browser_units import written
from tests.browser_units.authority import SIGN, Authority, der, now
from tests.browser_units.stage import Stage

from senim_token.states import State

PROGRAM = "ws://127.0.0.1:24650/"
OURS = {"token": "9f", "label": "ours", "maker": "SoftHSM project", "state": "ready"}
OTHER = {**OURS, "token": "a0", "label": "other"}
MADE = {purpose: {"request": f"made-{purpose}", "fingerprint": "0"} for purpose in ("sign", "auth")}


def speak(page: Page, answers: dict[str, Any]) -> list[dict[str, Any]]:
    """For each ``do`` what is done, or the State why not; ``answers`` may change. Returns what was asked."""
    asked: list[dict[str, Any]] = []

    def converse(socket: WebSocketRoute) -> None:
        def answer(message: str | bytes) -> None:
            said = json.loads(message)
            asked.append(said)
            told = answers[said["do"]]
            outcome = "not_done" if isinstance(told, State) else "done"
            socket.send(json.dumps({"id": said["id"], outcome: told}))

        socket.on_message(answer)
        socket.send(json.dumps({"program": "senim-token", "protocol": 1}))

    page.route_web_socket(PROGRAM, converse)
    return asked


def opened(stage: Stage, page: Page) -> None:
    stage.answers["/made"] = written.DONE
    page.goto(stage.page("/kk/keys", written.token_keys(PROGRAM), "token"))
    page.fill("[name=typed]", "жазылған")


def test_every_reason_is_said_what_was_typed_stays_and_it_can_go_on(stage: Stage, page: Page) -> None:
    answers: dict[str, Any] = {"tokens": {"tokens": [OURS]}}
    asked = speak(page, answers)
    opened(stage, page)
    for state in State:
        answers["make_keys"] = state
        page.click("button[type=submit]")
        expect(page.locator(f'[data-case="{state}"]')).to_be_visible()
        assert page.locator("[data-case]:visible").count() == 1
    assert stage.posts("/made") == []
    answers["make_keys"] = MADE
    page.click("button[type=submit]")
    expect(page.locator("#done")).to_be_visible()
    sent = stage.posts("/made")[-1].fields
    assert sent == {"request_sign": "made-sign", "request_auth": "made-auth", "typed": "жазылған"}
    assert {(one["name"], one["iin"]) for one in asked if one["do"] == "make_keys"} == {("AIGERIM", "1")}
    assert "pin" not in json.dumps(asked).lower()


def test_without_tokens_or_a_program_the_page_says_so(stage: Stage, page: Page) -> None:
    answers: dict[str, Any] = {"tokens": {"tokens": []}}
    speak(page, answers)
    opened(stage, page)
    page.click("button[type=submit]")
    expect(page.locator('[data-case="token-away"]')).to_be_visible()
    page.route_web_socket(PROGRAM, lambda socket: socket.close())
    page.click("button[type=submit]")
    expect(page.locator('[data-case="program-away"]')).to_be_visible()


def test_of_several_tokens_one_is_chosen(stage: Stage, page: Page) -> None:
    asked = speak(page, {"tokens": {"tokens": [OURS, OTHER]}, "make_keys": MADE})
    opened(stage, page)
    page.click("button[type=submit]")
    expect(page.locator('[data-case="choose"]')).to_be_visible()
    page.get_by_label("other").check()
    page.click("button[type=submit]")
    expect(page.locator("#done")).to_be_visible()
    assert asked[-1]["token"] == OTHER["token"]


@pytest.mark.parametrize("organisation", ["«Алатау»", ""], ids=["two owners", "one owner"])
def test_a_token_signs_with_the_certificate_that_is_chosen_or_the_newest(
    stage: Stage, page: Page, authority: Authority, organisation: str
) -> None:
    """Of certificates that name the same owner the newest is taken without a question."""
    later = written.b64(certificate(authority, "", now() + timedelta(days=400)))
    sooner = written.b64(certificate(authority, organisation, now() + timedelta(days=300)))
    asked = speak(
        page,
        {
            "tokens": {"tokens": [OURS]},
            "certificates": {"certificates": [sooner, later]},
            "sign": {"signature": "c2ln"},
        },
    )
    stage.answers["/sign"] = written.DONE
    page.goto(stage.page("/kk/sign", written.sign(b"text", "sign", f'data-program="{PROGRAM}"'), "sign"))
    page.check("[name=key_from][value=token]")
    page.click("button[type=submit]")
    if organisation:
        expect(page.locator('[data-case="choose-certificate"]')).to_be_visible()
        page.get_by_label(organisation).check()
        page.click("button[type=submit]")
    expect(page.locator("#done")).to_be_visible()
    assert stage.posts("/sign")[-1].fields["signature"] == "c2ln"
    assert asked[-1]["certificate"] == (sooner if organisation else later)


def certificate(authority: Authority, organisation: str, not_after: datetime) -> bytes:
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    return der(authority.issue(public, SIGN, organisation=organisation, not_after=not_after))
