"""The main job as three people do it: in Kazakh, in Chromium, with a camera that shows the real QR."""

import re
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser
from tools.demo.qr import read_svg

from tests.browser_units.camera import film
from tests.whole.people import FILE_PASSWORD, Someone, link_in, operator_confirms, with_camera
from tests.whole.platform import Platform, waited

AIGERIM = {
    "iin": "940308492147",
    "surname": "сарсенова",  # as a Russian keyboard writes it
    "given_name": "Айгерим",
    "patronymic": "Нурланкызы",
}
PHONE = "+77015550101"
pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def certified(browser: Browser, platform: Platform, email: str, *, slow: bool = False) -> Someone:
    """Aigerim with fresh certificates whose keys are in her browser."""
    citizen, operator = Someone(browser, platform, slow=slow), Someone(browser, platform)
    number = citizen.order(**AIGERIM, email=email, storage="browser")
    operator_confirms(operator, platform.person("dauren"), number)
    citizen.go(link_in(platform, email, 2))
    citizen.page.locator("[data-put]").click()
    citizen.reads("Сертификат сәтті орнатылды")
    assert operator.wrong == []
    return citizen


def connect_phone(citizen: Someone) -> None:
    page, platform = citizen.page, citizen.platform
    before = len(platform.messages(PHONE))
    citizen.go(f"{platform.portal}/kk/phone/")
    page.locator("[name=number]").fill(PHONE)
    page.locator("main input[type=checkbox]").first.check()
    page.locator("main form button[type=submit]").first.click()
    messages = waited(lambda: (found := platform.messages(PHONE)) and len(found) > before and found, "a code")
    code = re.search(r"\b(\d{6})\b", messages[0]["text"])
    assert code is not None
    page.locator("[name=code]").fill(code[1])
    page.locator("main form:has([name=code]) button[type=submit]").first.click()
    citizen.sign_with_this_device()
    page.wait_for_url(lambda address: "sign" not in address)


def open_document(citizen: Someone) -> None:
    citizen.go(f"{citizen.platform.portal}/kk/documents/identity-card/")
    citizen.reads("Сәрсенова")
    citizen.press("portal.share.open")
    citizen.page.locator("[data-qr] svg").wait_for()


def show_to_camera(citizen: Someone, folder: Path) -> None:
    """The film of the QR that is on the owner's screen this moment."""
    svg = citizen.page.locator("[data-qr]").inner_html()
    film(folder, read_svg(svg))


@pytest.mark.clause(
    "CA-6.P1", "CA-6.P11", "CA-A2.1", "PT-4.2", "PH-5.2a", "PH-5.3", "DD-15", "DD-18a", "DD-18b"
)
@pytest.mark.parametrize(
    "slow",
    [pytest.param(False, marks=pytest.mark.soak), pytest.param(True, marks=pytest.mark.clause("CA-20.2"))],
)
def test_three_people_do_the_main_job(platform, playwright, tmp_path, slow):
    camera = tmp_path / "camera.y4m"
    with with_camera(playwright, camera) as browser:
        email = f"aigerim.{'slow' if slow else 'fast'}@mail.test"
        citizen = certified(browser, platform, email, slow=slow)
        citizen.go(f"{platform.portal}/kk/sign-in/")
        citizen.sign_with_this_device()
        citizen.reads("Айгерім")
        connect_phone(citizen)
        citizen.go(f"{platform.portal}/kk/cabinet/")
        citizen.reads("555")

        third = Someone(browser, platform, camera=True, slow=slow)
        third.go(f"{platform.portal}/kk/sign-in/?next=/kk/view/")
        third.sign_with_file(platform.person("daniyar"))
        third.page.wait_for_url("**/kk/view/")
        if slow:
            load_scanner(third, tmp_path)
        open_document(citizen)
        show_to_camera(citizen, tmp_path)
        third.page.locator("[data-start]").click()
        third.page.wait_for_url(re.compile(r"/kk/view/[0-9a-f-]{36}/"))
        third.reads("Сәрсенова")

        citizen.page.locator("[data-views]").get_by_text("Ахметов").wait_for()
        citizen.page.locator("[data-views] form button").click()
        third.page.locator("[data-when=stopped]").wait_for(state="visible")
        assert "Сәрсенова" not in third.page.locator("main").inner_text()
        for one, other in ((citizen, "Ахметов"), (third, "Сәрсенова")):
            one.go(f"{platform.portal}/kk/documents/seen/")
            one.reads(other)
        assert citizen.wrong == []
        assert third.wrong == []


def load_scanner(third: Someone, folder: Path) -> None:
    """On a slow line the scanner takes a while; it is fetched before the code is shown."""
    film(folder, "nothing of ours")
    page = third.page
    page.locator("[data-start]").click()
    page.locator("[data-case=foreign-code]").wait_for(state="visible", timeout=120_000)
    page.locator("[data-stop]").click()


def test_two_people_meet_over_the_six_digit_code(chromium, platform):
    """The code and the number, both typed on the other person's device."""
    owner, viewer = Someone(chromium, platform), Someone(chromium, platform)
    for someone, slug in ((owner, "aigerim"), (viewer, "daniyar")):
        someone.go(f"{platform.portal}/kk/sign-in/")
        someone.sign_with_file(platform.person(slug))
        someone.page.wait_for_url("**/kk/cabinet/")
    open_document(owner)
    code = re.sub(r"\D", "", owner.page.locator("[data-code]").inner_text())
    viewer.go(f"{platform.portal}/kk/view/")
    viewer.page.locator("[name=code]").fill(code)
    viewer.press("portal.viewing.ask")
    number = re.sub(r"\D", "", viewer.page.locator(".senim-number [aria-hidden]").inner_text())
    dialog = owner.page.locator("dialog[data-claim]")
    dialog.get_by_text("Ахметов").wait_for()
    dialog.locator("[data-number]").fill(number)
    dialog.locator("button[value=open]").click()
    viewer.reads("Сәрсенова")
    assert owner.wrong == viewer.wrong == []


def test_a_link_opened_elsewhere_says_where_the_key_is_and_never_replaces_it(chromium, platform):
    citizen, operator = Someone(chromium, platform), Someone(chromium, platform)
    email = "aigerim.elsewhere@mail.test"
    number = citizen.order(**AIGERIM, email=email, storage="browser")
    operator_confirms(operator, platform.person("dauren"), number)
    link = link_in(platform, email, 2)
    elsewhere = Someone(chromium, platform)
    elsewhere.go(link)
    elsewhere.page.locator("[data-no-key]").wait_for(state="visible")
    assert not elsewhere.page.locator("[data-put]").is_visible()
    assert elsewhere.page.locator("form[action*=withdraw]").count() == 1
    citizen.go(link)
    citizen.page.locator("[data-put]").click()
    citizen.reads("Сертификат сәтті орнатылды")


def test_a_key_kept_in_a_file_is_opened_days_later_with_its_password(chromium, platform, tmp_path):
    citizen, operator = Someone(chromium, platform), Someone(chromium, platform)
    email = "aigerim.file@mail.test"
    number = citizen.order(**AIGERIM, email=email, storage="file")
    operator_confirms(operator, platform.person("dauren"), number)
    later = Someone(chromium, platform)
    later.go(link_in(platform, email, 2))
    page = later.page
    page.locator("[data-step=open] [data-file]").set_input_files(citizen.key_file)
    page.locator("[data-step=open] [data-password]").fill("қате құпиясөз")
    page.locator("[data-open]").click()
    page.locator("[data-case=wrong-password]").wait_for(state="visible")
    page.locator("[data-step=open] [data-password]").fill(FILE_PASSWORD)
    page.locator("[data-open]").click()
    with page.expect_download() as download:
        page.locator("[data-step=save] [data-download]").click()
    finished = tmp_path / "finished.p12"
    download.value.save_as(finished)
    page.locator("[data-step=save] #saved").check()
    page.locator("[data-step=save] [data-continue]").click()
    later.reads("Сертификат сәтті орнатылды")
    later.go(f"{platform.portal}/kk/sign-in/")
    page.locator("#key-from-file").check()
    page.locator("[data-file]").set_input_files(finished)
    page.locator("[data-password]").fill(FILE_PASSWORD)
    page.locator("form[data-sign] button[type=submit]").click()
    page.wait_for_url("**/kk/cabinet/")


def test_status_pages_of_every_door_answer_on_both_names(platform: Platform):
    for origin in (platform.portal, platform.desk, platform.responders, platform.sandbox):
        port = origin.rsplit(":", 1)[1]
        assert httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200
        with platform.client() as client:
            assert client.get(f"{origin}/healthz").status_code == 200
