"""The desk in a real browser: twelve keys from scan to signature, and a desk left alone loses nothing."""

import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from playwright.sync_api import Browser, Page
from tests.holders import Holder
from tests.ordering import applicant, desk_of
from tests.pages.stage import Stage, address, stage, static_files  # noqa: F401 (fixtures)
from tests.pages.visits import at_the_portal

from senim.enrolment.models import Application
from senim.enrolment.process import Stage as Where
from senim.enrolment.sheets import sheet_of

DOOR = "desk"
MOST_KEYS = 12
REASON = "The photograph shows another person."
pytestmark = pytest.mark.browser

KEEP_KEYS = """async (keys) => {
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const opening = indexedDB.open("senim", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("keys", { keyPath: "id" });
  await new Promise((resolve) => (opening.onsuccess = resolve));
  const kept = await Promise.all(keys.map(async (key) => ({
    id: key.purpose, purpose: key.purpose, madeAt: new Date(), certificate: bytes(key.certificate).buffer,
    privateKey: await crypto.subtle.importKey(
      "pkcs8", bytes(key.pkcs8), { name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]),
  })));
  const writing = opening.result.transaction("keys", "readwrite");
  kept.forEach((key) => writing.objectStore("keys").put(key));
  await new Promise((resolve) => (writing.oncomplete = resolve));
  opening.result.close();
}"""


def as_kept(purpose: str, holder: Holder) -> dict[str, str]:
    pkcs8 = holder.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    given = {"pkcs8": pkcs8, "certificate": holder.certificate}
    return {"purpose": purpose, **{name: base64.b64encode(der).decode() for name, der in given.items()}}


def ordered(stage: Stage, person_id: str) -> Application:  # noqa: F811
    with at_the_portal():
        number = applicant(stage.world.person(person_id)).order()
    return Application.objects.get(number=number)


class Keys:
    """The keys an operator presses; what the reader types is not among them."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def wait_for_focus(self, selector: str) -> None:
        self.page.wait_for_function("selector => document.activeElement.matches(selector)", arg=selector)


def at_the_desk(stage: Stage, chromium: Browser) -> Page:  # noqa: F811
    person = stage.world.person("dauren")
    desk = desk_of(person, stage.authority)
    names: Any = {name: getattr(person, name) for name in ("surname", "given_name", "patronymic")}
    signs_in = stage.authority.issue("operator_auth", iin=person.iin, **names)
    stage.client = desk.browser
    context = chromium.new_context(service_workers="block")
    context.set_default_timeout(60_000)
    context.add_cookies(stage.cookies())  # type: ignore[arg-type]
    page = context.new_page()
    page.clock.install()
    page.goto(f"{stage.address}/en/")
    page.evaluate(KEEP_KEYS, [as_kept("sign", desk.holder), as_kept("auth", signs_in)])
    return page


@pytest.mark.clause("CA-6.P6", "CA-6.C2", "CA-6.P8", "CA-6.P9")
def test_from_scan_to_signature_and_a_desk_left_alone(stage, chromium):  # noqa: F811
    first, second = ordered(stage, "aigerim"), ordered(stage, "daniyar")
    page = at_the_desk(stage, chromium)
    confirm(Keys(page), first)
    leave_alone(page, stage, second)
    page.context.close()


def confirm(keys: Keys, case: Application) -> None:
    page = keys.page
    keys.wait_for_focus("#sheet")
    page.keyboard.type(sheet_of(application_id=case.id))
    page.keyboard.press("Enter")  # the reader's own
    keys.wait_for_focus("[name=identification]")
    assert page.locator("img.senim-portrait").is_visible()
    keys.press("Space", "Tab", "Space", "Tab", "Space", "Enter")
    keys.wait_for_focus("form[action$='/receipt/'] button")
    keys.press("Enter")
    keys.wait_for_focus("a[href$='/confirm/']")
    keys.press("Enter")
    keys.wait_for_focus("form[data-sign] button[type=submit]")
    keys.press("Enter")
    page.wait_for_url(f"**/application/{case.id}/")
    case.refresh_from_db()
    assert case.state == Where.CONFIRMED
    assert keys.pressed <= MOST_KEYS


def leave_alone(page: Page, stage: Stage, case: Application) -> None:  # noqa: F811
    page.goto(f"{stage.address}/en/")
    page.fill("#sheet", sheet_of(application_id=case.id))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/application/{case.id}/")
    refusal = f"{stage.address}/en/application/{case.id}/refuse/"
    page.goto(refusal)
    page.fill("#id_reason", REASON)
    page.clock.fast_forward("06:00")
    page.wait_for_url("**/sign-in/**")
    assert page.get_by_text("The desk is locked").is_visible()
    page.goto(refusal)
    page.wait_for_url("**/sign-in/**")  # there is no way round
    page.locator("[data-device-keys] input").first.wait_for()
    page.click("form[data-sign] button[type=submit]")
    page.wait_for_url(refusal)
    page.wait_for_function("reason => document.querySelector('#id_reason').value === reason", arg=REASON)
