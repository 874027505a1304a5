"""A holder in a real browser: new keys asked for, an old certificate revoked, both with the old key file."""

import pytest
from playwright.sync_api import Page
from tests.pages.stage import address, stage, static_files  # noqa: F401 (fixtures)
from tests.pages.visits import at_home
from tests.reissuing import TYPED

from senim.certification.models import Revocation
from senim.enrolment.models import Application
from senim.enrolment.process import Stage as Where

DOOR = "portal"
PASSWORD = "correct horse"
pytestmark = pytest.mark.browser


def sign_with_file(page: Page, file: str) -> None:
    page.check("#key-from-file")
    page.set_input_files("#key-file", file)
    page.fill("#key-password", PASSWORD)
    page.click("form[data-sign] button[type=submit]")


@pytest.mark.clause("CA-7.P1", "CA-7.P4", "CA-8.P1", "CA-8.P3b")
def test_a_key_file_asks_for_new_certificates_and_revokes_its_own(stage, chromium, tmp_path):  # noqa: F811
    aigerim = at_home(stage)
    file = tmp_path / "old.p12"
    file.write_bytes(aigerim.sign.p12(PASSWORD))
    context = chromium.new_context(service_workers="block")
    context.add_cookies(stage.cookies())
    page = context.new_page()

    page.goto(f"{stage.address}/kk/reissue/")
    page.select_option("#id_region", TYPED["region"])
    page.fill("#id_settlement", TYPED["settlement"])
    page.select_option("#id_centre", TYPED["centre"])
    page.check("input[name=storage][value=browser]")
    page.click("main form button[type=submit]")
    page.click("[data-make]")
    page.click('[data-step="stored"] [type=submit]')
    page.wait_for_url("**/reissue/sign/")
    sign_with_file(page, str(file))
    page.wait_for_url("**/order/done/")
    case = Application.objects.get()
    assert case.state == Where.TO_CONFIRM
    assert int(case.signed_with, 16) == aigerim.sign.serial_number

    page.goto(f"{stage.address}/kk/certificates/{aigerim.sign.serial_number:x}/revoke/")
    page.check("input[name=reason][value=keyCompromise]")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/revoke/sign/")
    sign_with_file(page, str(file))
    page.wait_for_url("**/revocations/**")
    assert Revocation.objects.filter(reason="keyCompromise").exists()
