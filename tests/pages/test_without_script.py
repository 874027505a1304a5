"""Browsers without script: everything but making keys, using keys and the camera; and those pages say so."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page
from tests.ordering import CENTRE, REGION
from tests.pages.stage import Stage
from tests.pages.visits import by_the_first_letter, link_of_letter, ready_to_install, signing_the_request
from tests.whole.people import number_in_kazakh

from senim.texts import say_in

DOOR = "portal"
SUBMIT = "main form button[type=submit]"

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@contextmanager
def without_script(chromium: Browser, stage: Stage) -> Iterator[Page]:
    """The browser of whoever is the stage's client."""
    context = chromium.new_context(java_script_enabled=False, locale="kk-KZ")
    context.add_cookies(stage.cookies())  # type: ignore[arg-type]
    page = context.new_page()
    yield page
    context.close()


def says(page: Page, text_id: str) -> bool:
    return page.get_by_text(say_in("kk", text_id)).first.is_visible()


@pytest.mark.clause("CA-A2.1", "CA-A2.2")
def test_an_order_goes_as_far_as_the_keys_and_says_what_they_need(stage: Stage, chromium: Browser) -> None:
    person = stage.world.person("aigerim")
    with without_script(chromium, stage) as page:
        page.goto(f"{stage.address}/kk/order/form/")
        page.locator(SUBMIT).first.click()
        page.locator(".govuk-error-summary a[href='#id_iin']").click()
        for name in ("iin", "surname", "given_name", "patronymic", "email"):
            page.locator(f"[name={name}]").fill(getattr(person, name))
        page.locator("[name=region]").select_option(REGION)
        page.locator("[name=settlement]").fill("Алматы")
        page.locator("[name=centre]").select_option(CENTRE)
        page.locator("[name=storage][value=file]").check()
        page.locator("[name=answer]").fill(number_in_kazakh(page.locator("main").inner_text()))
        page.locator(SUBMIT).first.click()
        assert "/kk/order/keys/" in page.url
        assert says(page, "portal.keys.without_script")
        assert page.locator("main form button:visible").count() == 0


def test_pages_that_use_keys_say_what_they_need(stage: Stage, chromium: Browser) -> None:
    with without_script(chromium, stage) as page:
        page.goto(f"{stage.address}/kk/sign-in/")
        assert says(page, "pages.signature.needs_script")
        assert page.locator("form[data-sign] button:visible").count() == 0
    link = ready_to_install(stage)["link"]
    with without_script(chromium, stage) as page:
        page.goto(f"{stage.address}/kk/order/result/{link}/")
        assert says(page, "portal.install.without_script")


def test_a_phone_is_connected_up_to_the_signature(stage: Stage, chromium: Browser) -> None:
    signing_the_request(stage)
    with without_script(chromium, stage) as page:
        page.goto(f"{stage.address}/kk/phone/sign/")
        assert says(page, "pages.signature.needs_script")


def test_an_application_is_taken_back(stage: Stage, chromium: Browser) -> None:
    link = by_the_first_letter(stage)["link"]
    with without_script(chromium, stage) as page:
        page.goto(f"{stage.address}/kk/order/mine/{link}/")
        page.locator("details summary").click()
        page.locator("form[action$='/withdraw/'] button").click()
        page.goto(f"{stage.address}/kk/order/withdraw/{link_of_letter(stage, 2)['link']}/")
        page.locator("main form button").click()
        assert page.url.endswith("/order/withdrawn/")


@pytest.mark.clause("DD-15", "DD-16", "DD-18a", "DD-18b")
def test_two_people_meet_over_the_code(stage: Stage, chromium: Browser) -> None:
    stage.client = stage.sign_in("aigerim")
    with without_script(chromium, stage) as owner:
        owner.goto(f"{stage.address}/kk/documents/identity-card/")
        owner.locator("form[action$='/open/'] button").click()
        code = re.sub(r"\D", "", owner.locator("[data-code]").inner_text())
        assert owner.locator("[data-qr] svg").is_visible()
        stage.client = stage.sign_in("daniyar")
        with without_script(chromium, stage) as viewer:
            number = ask(viewer, stage, code)
            let_in(owner, "000000")
            assert says(owner, "documents.refusal.wrong_number")
            owner.locator("main a.govuk-button--secondary").click()
            let_in(owner, number)
            viewer.locator("a", has_text=say_in("kk", "portal.viewing.check_again")).click()
            assert "Сәрсенова" in viewer.locator("main").inner_text()
            owner.reload()
            owner.locator("form[action$='/stop/'] button").click()
            viewer.reload()
            assert says(viewer, "documents.refusal.view_stopped")


def ask(viewer: Page, stage: Stage, code: str) -> str:
    viewer.goto(f"{stage.address}/kk/view/")
    assert says(viewer, "portal.viewing.no_script")
    viewer.locator("[name=code]").fill(code)
    viewer.locator(SUBMIT).first.click()
    return re.sub(r"\D", "", viewer.locator(".senim-number [aria-hidden]").inner_text())


def let_in(owner: Page, number: str) -> None:
    """Nothing reloads by itself while somebody types."""
    owner.locator("a", has_text=say_in("kk", "portal.share.refresh")).click()
    assert owner.locator("noscript meta, meta[http-equiv=refresh]").count() == 0
    owner.locator("main [data-number]:visible").fill(number)
    owner.locator("main button[value=open]:visible").click()
