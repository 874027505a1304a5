"""The main job with a keyboard alone: nothing needs a pointer, the focus is always seen and never lost."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from tests.ordering import desk_of, settle
from tests.pages.keyboard import Keyboard
from tests.pages.stage import Stage
from tests.whole.people import number_in_kazakh

DOOR = "portal"
DESKTOP = {"width": 1280, "height": 800}
SUBMIT = "main form button[type=submit]"

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]


@pytest.fixture
def citizen(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(
        locale="kk-KZ", service_workers="block", viewport={"width": 1280, "height": 800}
    )
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


def order(keys: Keyboard, stage: Stage) -> str:
    """From the first page to the number. The form is sent empty first."""
    page, person = keys.page, stage.world.person("aigerim")
    page.goto(f"{stage.address}/kk/")
    keys.to(".govuk-skip-link")
    keys.enter("main a[href='/kk/order/']")
    page.wait_for_url("**/kk/order/")
    keys.check("#read")
    keys.enter(SUBMIT)
    page.wait_for_url("**/order/form/")
    keys.enter(SUBMIT)
    page.locator(".govuk-error-summary").wait_for()
    assert keys.has_focus(".govuk-error-summary")
    keys.enter(".govuk-error-summary a")
    assert keys.has_focus("[name=iin]")
    page.keyboard.type(person.iin)
    typed = {name: getattr(person, name) for name in ("surname", "given_name", "patronymic", "email")}
    for name, value in typed.items():
        keys.type(f"[name={name}]", value)
    keys.choose("[name=region]", "710000000")
    keys.type("[name=settlement]", "Астана")
    keys.choose("[name=centre]", "71-01")
    keys.check("[name=storage][value=browser]")
    keys.type("[name=answer]", number_in_kazakh(page.locator("main").inner_text()))
    keys.enter(SUBMIT)
    page.wait_for_url(re.compile("/order/keys/"))
    keys.enter("[data-make]")
    page.locator("[data-step=stored]").wait_for(state="visible")
    keys.enter("[data-step=stored] button")
    page.wait_for_url("**/order/done/")
    return str(page.locator("[data-number]").get_attribute("data-number"))


def install(keys: Keyboard, stage: Stage, number: str) -> None:
    stage.run_jobs()
    desk_of(stage.world.person("dauren"), stage.authority).confirm(number)
    settle(stage.authority)
    stage.run_jobs()
    link = stage.world.wait_for_mail("aigerim@mail.test", 2).links[0]
    keys.page.goto(stage.address + "/" + link.split("://", 1)[1].split("/", 1)[1])
    keys.page.locator("[data-put]").wait_for(state="visible")
    keys.enter("[data-put]")
    keys.page.get_by_text("Сертификат сәтті орнатылды").first.wait_for()


def sign_in(keys: Keyboard) -> None:
    page = keys.page
    keys.enter("main a[href='/kk/sign-in/']")
    page.wait_for_url("**/sign-in/")
    page.locator("[data-device-keys] input").first.wait_for()
    keys.check("#key-from-device")
    keys.enter("form[data-sign] button[type=submit]")
    page.wait_for_url("**/cabinet/")


def open_document(keys: Keyboard) -> str:
    page = keys.page
    keys.enter(".senim-nav a[href='/kk/documents/']")
    page.wait_for_url("**/kk/documents/")
    keys.enter("main a[href='/kk/documents/identity-card/']")
    page.wait_for_url("**/identity-card/")
    keys.enter("form[action$='/open/'] button")
    page.locator("[data-code]").wait_for()
    return re.sub(r"\D", "", page.locator("[data-code]").inner_text())


def ask_by_code(keys: Keyboard, stage: Stage, code: str) -> str:
    """The number on the viewer's screen."""
    keys.page.goto(f"{stage.address}/kk/view/")
    keys.type("[name=code]", code)
    keys.press("Enter")
    number = keys.page.locator(".senim-number [aria-hidden]")
    number.wait_for()
    return re.sub(r"\D", "", number.inner_text())


@pytest.mark.clause("CA-A2.1", "PT-4.2", "DD-15", "DD-18a")
def test_the_main_job_needs_no_pointer(stage: Stage, chromium: Browser, citizen: Page) -> None:
    owner = Keyboard(citizen)
    install(owner, stage, order(owner, stage))
    sign_in(owner)
    code = open_document(owner)
    stage.client = stage.sign_in("daniyar")
    context = chromium.new_context(locale="kk-KZ", service_workers="block")
    context.add_cookies(stage.cookies())  # type: ignore[arg-type]
    viewer = Keyboard(context.new_page())
    owner.to("form[action$='/extend/'] button")
    number = ask_by_code(viewer, stage, code)
    dialog = citizen.locator("dialog[data-claim]")
    dialog.wait_for(state="visible")
    assert owner.has_focus("dialog [data-number]")
    stops_inside(owner)
    owner.press("Escape")
    assert not dialog.is_visible()
    assert owner.has_focus("form[action$='/extend/'] button")
    owner.enter("[data-claim-waiting]")
    assert owner.has_focus("dialog [data-number]")
    citizen.keyboard.type(number)
    owner.press("Enter")
    viewer.page.wait_for_url(re.compile(r"/kk/view/[0-9a-f-]{36}/"))
    viewer.page.get_by_text("Сәрсенова").first.wait_for()
    viewer.enter("form[action$='/finish/'] button")
    viewer.page.wait_for_url("**/seen/")
    context.close()
    assert owner.wrong + viewer.wrong == []


def stops_inside(keys: Keyboard) -> None:
    """While the dialog is open, Tab goes round inside it and out to the browser, never to the page behind."""
    for _ in range(8):
        keys.press("Tab")
        behind = "element => element !== document.body && !element.closest('dialog')"
        assert not keys.page.evaluate(f"({behind})(document.activeElement)")
    keys.to("dialog [data-number]")
