"""People at the doors of a running platform, each in a browser of their own, reading Kazakh."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from senim.texts import say_in
from tests.browsers import QUIET, chromium_path
from tests.whole.platform import Person, Platform, waited

PATIENCE_MS = 60_000
KBIT_256 = 256 * 1000 / 8
FILE_PASSWORD = "құпия-сөз-2026"


@contextmanager
def with_camera(playwright: Playwright, camera: Path) -> Iterator[Browser]:
    """Chromium whose camera shows this film, which may be written later."""
    arguments = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    arguments.append(f"--use-file-for-fake-video-capture={camera}")
    browser = playwright.chromium.launch(executable_path=chromium_path(), args=[*QUIET, *arguments])
    yield browser
    browser.close()


class Someone:
    """One person's browser. Errors of scripts and questions to other hosts are kept in ``wrong``."""

    def __init__(
        self, browser: Browser, platform: Platform, *, camera: bool = False, slow: bool = False
    ) -> None:
        self.platform = platform
        self.profile: BrowserContext = browser.new_context(locale="kk-KZ", accept_downloads=True)
        self.profile.set_default_timeout(PATIENCE_MS)
        if camera:
            self.profile.grant_permissions(["camera"], origin=platform.portal)
        self.page: Page = self.profile.new_page()
        self.wrong: list[str] = []
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("request", lambda request: self._note(request.url))
        if slow:
            self._slow_down()

    def _note(self, url: str) -> None:
        if not re.match(r"(https?://(desk\.)?localhost:\d+/|blob:|data:)", url):
            self.wrong.append(url)

    def _slow_down(self) -> None:
        """256 kbit/s both ways, a fifth of a second to the server and back (CA-20.2)."""
        wire = self.profile.new_cdp_session(self.page)
        wire.send("Network.enable")
        speed = {"downloadThroughput": KBIT_256, "uploadThroughput": KBIT_256, "latency": 200}
        wire.send("Network.emulateNetworkConditions", {"offline": False, **speed})

    def go(self, address: str) -> None:
        self.page.goto(address)

    def press(self, text_id: str) -> None:
        """The visible button or link that says this, in Kazakh."""
        words = say_in("kk", text_id)
        self.page.locator("button:visible, a:visible", has_text=words).first.click()

    def reads(self, words: str) -> None:
        """These words come into sight."""
        self.page.get_by_text(words).first.wait_for(state="visible")

    def sign_with_file(self, person: Person) -> None:
        """On a page that asks for a signature: choose the file, type the password, send."""
        self.page.locator("#key-from-file").check()
        self.page.locator("[data-file]").set_input_files(person.file)
        self.page.locator("[data-password]").fill(person.password)
        self.page.locator("form[data-sign] button[type=submit]").click()

    def sign_with_this_device(self) -> None:
        self.page.locator("[data-device-keys] input").first.wait_for()
        self.page.locator("#key-from-device").check()
        self.page.locator("form[data-sign] button[type=submit]").click()

    def order(self, *, email: str, storage: str, **names: str) -> str:
        """From the first page to the number: form, keys, done. ``names`` are IIN and names as typed."""
        page = self.page
        self.go(f"{self.platform.portal}/kk/order/")
        page.locator("main form button[type=submit]").first.click()
        for name, value in {**names, "email": email, "settlement": "Астана"}.items():
            page.locator(f"[name={name}]").fill(value)
        page.locator("[name=region]").select_option(label="Астана қаласы")
        page.locator("[name=centre]").select_option("71-01")
        page.locator(f"[name=storage][value={storage}]").check()
        page.locator("[name=answer]").fill(number_in_kazakh(page.locator("main").inner_text()))
        page.locator("main form button[type=submit]").first.click()
        self.make_keys(storage)
        page.wait_for_url("**/order/done/")
        number = re.search(r"\d{4}[\s\u00a0]\d{4}[\s\u00a0]\d{4}", page.locator("main").inner_text())
        assert number is not None
        return re.sub(r"\D", "", number[0])

    def make_keys(self, storage: str) -> None:
        page = self.page
        page.wait_for_url("**/order/keys/")
        page.locator("[data-make]").wait_for(state="visible")
        if storage == "file":
            page.locator("#p1").fill(FILE_PASSWORD)
            page.locator("#p2").fill(FILE_PASSWORD)
        page.locator("[data-make]").click()
        if storage == "file":
            with page.expect_download() as download:
                page.locator("[data-step=save] [data-download]").click()
            self.key_file = Path(str(download.value.path()))
            page.locator("#saved").check()
            page.locator("[data-step=save] [data-continue]").click()
        else:
            page.locator("[data-step=stored] button[type=submit]").click()


def operator_confirms(operator: Someone, person: Person, number: str) -> None:
    """The whole of the desk's part: find, identify, tick the papers, receipt, sign."""
    page = operator.page
    operator.go(f"{operator.platform.desk}/kk/sign-in/")
    operator.sign_with_file(person)
    page.locator("#q").fill(number)
    page.locator("form[role=search] button[type=submit]").click()
    page.locator(".senim-work tbody a").first.click()
    operator.press("desk.case.present")
    page.locator("[name=identification]").first.check()
    for box in page.locator("[name=papers]").all():
        box.check()
    operator.press("desk.case.accept")
    operator.press("desk.case.receipt")
    operator.press("desk.case.confirm")
    operator.sign_with_file(person)
    page.wait_for_url(lambda address: "confirm" not in address)


def link_in(platform: Platform, email: str, count: int) -> str:
    """The link of the newest letter once there are ``count``."""
    mails = waited(lambda: (found := platform.mails(email)) and len(found) >= count and found, "a letter")
    return str(mails[0]["links"][0])


def number_in_kazakh(text: str) -> str:
    """The challenge: a number from 21 to 99 in words."""
    tens = {say_in("kk", f"portal.number.{ten}"): ten for ten in range(20, 100, 10)}
    units = {say_in("kk", f"portal.number.{unit}"): unit for unit in range(1, 10)}
    words = re.findall(r"[а-яәғқңөұүһі]+", text.lower())
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word in tens:
            return str(tens[word] + units.get(following, 0))
    raise AssertionError(f"no number in words: {text}")
