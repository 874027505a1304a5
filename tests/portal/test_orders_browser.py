"""Keys in a real browser: made, kept as a file, in the browser or on a token; a link alone gives none."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from tests.ordering import applicant, desk_of, settle
from tests.pages.stage import Stage, address, stage, static_files  # noqa: F401 (fixtures)
from tests.softhsm import PIN, folder_of_tokens, make
from tests.token.program import Running, Window, running

from senim.enrolment.models import Application
from senim.enrolment.process import Stage as Where
from senim.settings import settings

DOOR = "portal"
PASSWORD = "correct horse"
INSTALLED = "text=Сертификат сәтті орнатылды"
pytestmark = pytest.mark.browser


def on_the_keys_page(stage: Stage, context: BrowserContext, storage: str) -> Page:  # noqa: F811
    aigerim = applicant(stage.world.person("aigerim"), storage=storage)
    assert aigerim.fill_in().status_code == 302
    stage.client = aigerim.browser
    context.add_cookies(stage.cookies())
    page = context.new_page()
    page.goto(f"{stage.address}/kk/order/keys/")
    return page


def sent(stage: Stage, page: Page) -> str:  # noqa: F811
    """The number on the last page; what follows at the desk and the authority; the link of the letter."""
    page.wait_for_url("**/order/done/")
    number = page.get_attribute("[data-number]", "data-number")
    desk_of(stage.world.person("dauren"), stage.authority).confirm(str(number))
    settle(stage.authority)
    stage.run_jobs()
    token = stage.world.wait_for_mail("aigerim@mail.test", 2).links[0].rstrip("/").rsplit("/", 1)[1]
    return f"{stage.address}/kk/order/result/{token}/"


@pytest.mark.clause("CA-6.P1", "CA-6.P11", "CA-A2.2")
def test_keys_survive_in_a_file_and_a_wrong_password_opens_nothing(stage, chromium, tmp_path):  # noqa: F811
    page = on_the_keys_page(stage, chromium.new_context(service_workers="block"), "file")
    page.fill("#p1", PASSWORD)
    page.fill("#p2", PASSWORD)
    page.click("[data-make]")
    with page.expect_download() as download:
        page.click('[data-step="save"] [data-download]')
    download.value.save_as(tmp_path / "keys.p12")
    page.check("#saved")
    page.click('[data-step="save"] [type=submit]')

    elsewhere = chromium.new_context(service_workers="block").new_page()
    elsewhere.goto(sent(stage, page))
    elsewhere.set_input_files("#f", str(tmp_path / "keys.p12"))
    elsewhere.fill("#p", "wrong horse")
    elsewhere.click("[data-open]")
    elsewhere.wait_for_selector('[data-case="wrong-password"]:visible')
    elsewhere.fill("#p", PASSWORD)
    elsewhere.click("[data-open]")
    with elsewhere.expect_download():
        elsewhere.click('[data-step="save"] [data-download]')
    elsewhere.check("#saved")
    elsewhere.click('[data-step="save"] [type=submit]')
    elsewhere.wait_for_selector(INSTALLED)
    assert Application.objects.get().state == Where.INSTALLED


@pytest.mark.clause("CA-6.P11")
def test_a_second_profile_is_told_where_the_key_is_and_replaces_nothing(stage, chromium):  # noqa: F811
    page = on_the_keys_page(stage, chromium.new_context(service_workers="block"), "browser")
    page.click("[data-make]")
    page.click('[data-step="stored"] [type=submit]')
    link = sent(stage, page)

    another = a_new_profile(chromium)
    another.goto(link)
    another.wait_for_selector("[data-no-key]:visible")
    assert not another.is_visible("[data-put]")
    another.click("details summary")
    assert another.is_visible('form[action$="/withdraw/"] button')
    assert Application.objects.get().state == Where.ISSUED

    page.goto(link)
    page.click("[data-put]")
    page.wait_for_selector(INSTALLED)
    assert Application.objects.get().state == Where.INSTALLED


def a_new_profile(browser: Browser) -> Page:
    return browser.new_context(service_workers="block").new_page()


@pytest.fixture
def program(stage: Stage, tmp_path: Path, monkeypatch: Any) -> Iterator[Running]:  # noqa: F811
    """senim-token with a token in it; a stand-in answers its windows."""
    window, origin = Window(tmp_path / "window"), stage.address
    with folder_of_tokens(tmp_path / "tokens", monkeypatch):
        make("ours")
        with running(tmp_path, settings.token_port, window=window, origin=origin) as started:
            yield started


@pytest.mark.clause("CA-19.4b", "CA-6.P1", "CA-6.P11", "CA-A2.2")
def test_a_token_of_ones_own_makes_the_keys_takes_the_certificates_and_signs_in(stage, chromium, program):  # noqa: F811
    page = on_the_keys_page(stage, chromium.new_context(service_workers="block"), "token")
    program.window.will("0000")
    page.click("form[data-token-keys] button")
    page.wait_for_selector("[data-case=pin-wrong]:visible")
    program.window.will(PIN, "ok")
    page.click("form[data-token-keys] button")
    link = sent(stage, page)
    assert Application.objects.get().iin in program.window.words[0]

    page.goto(link)
    page.click("form[data-token-write] button")
    page.wait_for_selector(INSTALLED)
    assert Application.objects.get().state == Where.INSTALLED

    program.window.will(PIN)
    page.goto(f"{stage.address}/kk/sign-in/")
    page.check("#key-from-token")
    page.click("form[data-sign] button[type=submit]")
    page.wait_for_url("**/kk/cabinet/")
    assert stage.address in program.window.words[0]
