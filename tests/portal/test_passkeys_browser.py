"""A passkey in a real browser: made and used with Chromium's own authenticator, under the real policy."""

from dataclasses import replace

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests.pages.stage import address, stage, static_files  # noqa: F401 (fixtures)
from tests.pages.visits import at_home

from senim.accounts.models import Passkey, Session
from senim.accounts.passkeys import relying_party
from senim.settings import settings

DOOR = "portal"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
pytestmark = pytest.mark.browser


def with_device(context: BrowserContext, page: Page) -> None:
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


@pytest.mark.clause("PT-2.4")
def test_a_passkey_is_made_and_signs_in_with_one_press(stage, chromium, monkeypatch):  # noqa: F811
    port = int(stage.address.rpartition(":")[2])
    monkeypatch.setattr(relying_party, "settings", replace(settings, portal_port=port))
    at_home(stage)
    context = chromium.new_context(service_workers="block")
    context.add_cookies(stage.cookies())
    page = context.new_page()
    with_device(context, page)

    page.goto(f"{stage.address}/kk/security/passkeys/new/")
    page.fill("#id_name", "Жұмыс телефоны")
    page.click("form[data-passkey] button[type=submit]")
    page.wait_for_url("**/security/passkeys/")
    expect(page.locator("main")).to_contain_text("Жұмыс телефоны")

    page.goto(f"{stage.address}/kk/security/passkeys/new/")
    page.click("form[data-passkey] button[type=submit]")
    expect(page.locator('[data-case="known"]')).to_be_visible()
    assert Passkey.objects.count() == 1

    context.clear_cookies()
    page.goto(f"{stage.address}/kk/sign-in/")
    page.click('a[href$="/sign-in/passkey/"]')
    page.click("form[data-passkey] button[type=submit]")
    page.wait_for_url("**/kk/cabinet/")
    assert Session.objects.get(method="passkey").acr == "substantial"
