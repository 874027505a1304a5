"""From the desk's page onto a chip: Chromium, senim-token, pinentry under Xvfb, SoftHSM2 as the chip."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as BrowserPage
from tests import cards
from tests.ordering import settle
from tests.pages import desk_visits
from tests.pages.stage import Stage
from tests.softhsm import PIN, folder_of_tokens, make
from tests.token.program import Running, encoded, running
from tests.token.screen import Screen, screen

from senim.enrolment.card import certificates_of
from senim.enrolment.models import Application
from senim.enrolment.process import Stage as Standing
from senim.settings import settings

DOOR = "desk"
TITLE, PATIENCE_MS, WINDOW_SECONDS = "Senim Token", 60_000, 20

pytestmark = pytest.mark.browser


@pytest.fixture
def display(tmp_path: Path) -> Iterator[Screen]:
    with screen(tmp_path) as shown:
        yield shown


@pytest.fixture
def program(stage: Stage, display: Screen, tmp_path: Path, monkeypatch: Any) -> Iterator[Running]:
    with folder_of_tokens(tmp_path / "chip", monkeypatch):
        make("card")
        said = {"window": "pinentry-gtk-2", "origin": stage.address, "display": display.display}
        with running(tmp_path, settings.token_port, **said) as started:
            yield started


def make_keys(page: BrowserPage, display: Screen, pin: str, *, confirmed: bool) -> None:
    """Press, and type the PIN. A window that cannot have the keyboard to itself goes away: press again."""
    for _ in range(4):
        page.get_by_role("button", name="Make the keys on the card").click()
        if not display.window(TITLE, within=WINDOW_SECONDS):
            continue
        display.type(pin)
        display.press("Return")
        if not confirmed:
            return
        if display.window(TITLE, within=WINDOW_SECONDS):
            display.press("Tab", "Return")  # the key that is ready to press is the one that cancels
            return
    pytest.fail(page.locator("main").inner_text())


@pytest.mark.soak  # the protocol is walked in every run, at the portal, with a stand-in for the window
@pytest.mark.clause("CA-9.P6", "CA-9.P10")
def test_keys_are_made_on_the_chip_and_certificates_written_onto_it(
    stage: Stage, chromium: Browser, display: Screen, program: Running
) -> None:
    case = desk_visits.card(cards.known)(stage)["application_id"]
    context = chromium.new_context(locale="en")
    context.add_cookies(stage.cookies())
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    page.goto(f"{stage.address}/en/card/{case}/")

    make_keys(page, display, "0000", confirmed=False)
    expect(page.locator('[data-case="pin-wrong"]')).to_be_visible()
    assert Application.objects.get().state == Standing.KNOWN

    make_keys(page, display, PIN, confirmed=True)
    expect(page.get_by_role("link", name="Print the application (PDF)")).to_be_visible()

    finish_at_the_desk(stage, page.url.removeprefix(stage.address))
    page.reload()
    page.get_by_role("button", name="Write the certificates onto the card").click()
    expect(page.get_by_text(re.compile("The certificates are on the card"))).to_be_visible()
    context.close()
    with program.page(stage.address) as asking:
        on_the_chip = asking.done("certificates", token=asking.token("card"))["certificates"]
    issued = certificates_of(application_id=Application.objects.get().id)
    assert sorted(on_the_chip) == sorted(encoded(one.der) for one in issued)


def finish_at_the_desk(stage: Stage, page: str) -> None:
    desk = desk_visits.operator(stage)
    desk.post(f"{page}signed/")
    desk.sign(page.replace("/card/", "/application/"))
    settle(stage.authority)
    stage.run_jobs()


def test_a_page_of_this_computer_says_that_the_program_does_not_run(stage: Stage, chromium: Browser) -> None:
    case = desk_visits.card(cards.known)(stage)["application_id"]
    context = chromium.new_context(locale="en")
    context.add_cookies(stage.cookies())
    page = context.new_page()
    shown = visit_and_press(page, f"{stage.address}/en/card/{case}/")
    assert "senim-token is not running" in shown
    assert Application.objects.get().state == Standing.KNOWN
    context.close()


def visit_and_press(page: BrowserPage, address: str) -> str:
    page.goto(address)
    page.get_by_role("button", name="Make the keys on the card").click()
    case = page.locator('[data-case="program-away"]')
    expect(case).to_be_visible(timeout=PATIENCE_MS)
    return case.inner_text()
