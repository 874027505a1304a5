"""A number connected in the app by a real browser: code, camera, the key file's signature; then changed."""

import re
from urllib.parse import urlsplit

import pytest
from tests.pages.stage import address, stage, static_files  # noqa: F401 (fixtures)
from tests.pages.visits import at_home
from tests.portal.test_holders_browser import PASSWORD, sign_with_file

from senim.accounts.models import SubscriberNumber

DOOR = "portal"
ANOTHER = "+77015550177"
pytestmark = pytest.mark.browser


@pytest.mark.clause("PH-6.1", "PH-6.2", "PH-6.3", "PH-8", "PH-A8a")
def test_code_camera_and_signature_connect_a_number_and_another_takes_its_place(stage, chromium, tmp_path):  # noqa: F811
    aigerim = at_home(stage)
    file = tmp_path / "sign.p12"
    file.write_bytes(aigerim.sign.p12(PASSWORD))
    context = chromium.new_context(service_workers="block")
    context.add_cookies(stage.cookies())
    page = context.new_page()

    page.goto(f"{stage.address}/kk/app/")
    page.click('a[href="/kk/app/phone/"]')
    type_number_and_code(page, stage, aigerim.phone)
    page.wait_for_url("**/app/phone/face/")
    page.click("main form button[type=submit]")
    # The links lead to the addresses of a running instance; here its servers are elsewhere.
    page.goto(at(stage.world.url, page.get_attribute('a[href*="/identification/"]', "href")))
    page.click("form button")
    page.goto(at(stage.address, page.get_attribute("main a.button", "href")))
    page.wait_for_url("**/phone/sign/")
    sign_with_file(page, str(file))
    page.wait_for_url("**/phone/done/")
    assert held() == aigerim.phone

    page.goto(f"{stage.address}/kk/cabinet/")
    page.click('main a[href="/kk/phone/"]')
    type_number_and_code(page, stage, ANOTHER)
    page.wait_for_url("**/phone/sign/")
    assert held() == aigerim.phone
    sign_with_file(page, str(file))
    page.wait_for_url("**/phone/done/")
    assert held() == ANOTHER
    context.close()


def type_number_and_code(page, stage, number):  # noqa: F811
    page.fill("#id_number", number)
    page.check("#id_consent")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/phone/code/")
    stage.run_jobs()
    found = re.search(r"\d{6}", stage.world.wait_for_message(number).text)
    assert found
    page.fill("#id_code", found.group())
    page.click("main form button[type=submit]")


def held():
    return SubscriberNumber.objects.get(released_at=None).number


def at(origin, link):
    """The same page at this origin."""
    parts = urlsplit(link)
    return f"{origin}{parts.path}?{parts.query}"
