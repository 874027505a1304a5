"""The platform opened to phones: a browser that trusts its authority has keys and camera at this address.

The address is one of a home network that this machine does not have; the browser is told to look for it here.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Error, Page, Playwright

from tests.browsers import QUIET, chromium_path
from tests.whole.people import Someone, link_in
from tests.whole.platform import Platform, waited

ADDRESS = "192.168.77.7"
AIGERIM = {"iin": "940308492147", "surname": "Сәрсенова", "given_name": "Айгерім", "patronymic": "Нұрланқызы"}
MAIL = "lan@mail.test"
SECURE = "isSecureContext && !!crypto.subtle && !!navigator.mediaDevices"
CAMERA = "navigator.mediaDevices.getUserMedia({video: true}).then(media => media.getVideoTracks().length)"
pytestmark = [pytest.mark.soak, pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def platform(new_platform: Callable[..., Platform]) -> Iterator[Platform]:
    """``senim up --lan=ADDRESS``, ready; it goes with these tests, for it holds a home's worth of memory."""
    made = new_platform()
    made.up = ("up", f"--lan={ADDRESS}")
    made.start()
    made.wait_until_ready()
    made.portal, made.desk = (f"https://{ADDRESS}:{made.ports[door]}" for door in ("PORTAL", "DESK"))
    yield made
    made.stop()


@pytest.fixture(scope="module")
def downloaded(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The authority's certificate, as a phone downloads it from the sandbox."""
    answer = httpx.get(f"{platform.sandbox}/trust/senim-sandbox.cer")
    assert answer.headers["Content-Type"] == "application/x-x509-ca-cert"
    file = tmp_path_factory.mktemp("phone") / "senim-sandbox.cer"
    file.write_bytes(answer.content)
    return file


@pytest.fixture(scope="module")
def phone(playwright: Playwright, downloaded: Path) -> Iterator[Browser]:
    """A browser of somebody who followed the steps: its certificate store holds the authority."""
    home = downloaded.parent
    store = home / ".pki" / "nssdb"
    store.mkdir(parents=True)
    certutil = [shutil.which("certutil") or "certutil", "-d", f"sql:{store}"]
    subprocess.run([*certutil, "-N", "--empty-password"], check=True)
    subprocess.run([*certutil, "-A", "-t", "C,,", "-n", "senim", "-i", downloaded], check=True)
    browser = _chromium(playwright, HOME=str(home))
    yield browser
    browser.close()


def _chromium(playwright: Playwright, **environment: str) -> Browser:
    return playwright.chromium.launch(
        executable_path=chromium_path(),
        args=[
            *QUIET,
            f"--host-resolver-rules=MAP {ADDRESS} 127.0.0.1",
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
        ],
        env={**os.environ, **environment},
    )


def page_of(browser: Browser) -> Page:
    return browser.new_context(locale="kk-KZ").new_page()


def test_the_terminal_says_where_to_go_and_what_to_compare(platform: Platform) -> None:
    said = waited(lambda: platform.output if "Ctrl-C" in platform.output else "", "the addresses")
    assert f"https://{ADDRESS}:{platform.ports['PORTAL']}" in said
    assert f"http://{ADDRESS}:{platform.ports['SANDBOX']}/trust" in said
    assert "█▀" in said
    status = platform.senim("status", "--json")
    assert '"healthz": 200' in status.stdout
    assert '"healthz": null' not in status.stdout
    fingerprint = re.search(r"(?:[0-9A-F]{2}:){31}[0-9A-F]{2}", said)
    assert fingerprint is not None
    assert fingerprint[0] in httpx.get(f"{platform.sandbox}/trust").text.replace("<wbr>", "")


def test_nothing_but_doors_and_sandbox_pages_is_open_to_the_network(platform: Platform) -> None:
    open_to_all = {
        int(line.split()[1].split(":")[1], 16)
        for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
        if line.split()[1].startswith("00000000:") and line.split()[3] == "0A"
    }
    ours = {name for name, port in platform.ports.items() if port in open_to_all}
    assert ours == {"PORTAL", "DESK", "PARTNERS", "SANDBOX"}


def test_a_phone_that_trusts_nobody_yet_is_warned(
    playwright: Playwright, platform: Platform, tmp_path: Path
) -> None:
    stranger = _chromium(playwright, HOME=str(tmp_path))
    with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
        page_of(stranger).goto(platform.portal)
    stranger.close()


def test_over_plain_http_a_phone_has_neither_keys_nor_camera(phone: Browser, platform: Platform) -> None:
    page = page_of(phone)
    page.goto(f"http://{ADDRESS}:{platform.ports['SANDBOX']}/trust")
    assert page.evaluate("isSecureContext") is False
    assert page.evaluate(SECURE) is False
    page.locator(f"a[href='{platform.portal}']").click()
    assert page.url.startswith(platform.portal)
    assert page.evaluate(SECURE) is True


@pytest.mark.clause("CA-20.2")
def test_over_https_the_camera_opens_and_keys_are_made_and_letters_lead_back(
    phone: Browser, platform: Platform
) -> None:
    citizen = Someone(phone, platform)
    citizen.go(platform.portal)
    assert citizen.page.evaluate(CAMERA) == 1
    citizen.order(**AIGERIM, email=MAIL, storage="browser")
    assert link_in(platform, MAIL, 1).startswith(f"{platform.portal}/kk/")


def test_citizen_and_operator_are_signed_in_at_one_address_side_by_side(
    phone: Browser, platform: Platform
) -> None:
    shared = Someone(phone, platform)
    for door, slug in ((platform.portal, "daniyar"), (platform.desk, "dauren")):
        shared.go(f"{door}/kk/sign-in/")
        shared.sign_with_file(platform.person(slug))
        shared.page.wait_for_url(lambda address: "sign-in" not in address)
        assert shared.page.url.startswith(door)
    shared.go(f"{platform.portal}/kk/cabinet/")
    shared.reads("Ахметов")
    cookies = {one["name"]: one for one in shared.profile.cookies()}
    assert {"senim_portal", "senim_desk"} <= cookies.keys()
    assert all(one["secure"] for name, one in cookies.items() if name.startswith("senim_"))
    answer = shared.page.goto(platform.portal)
    assert answer is not None
    assert "strict-transport-security" not in answer.headers
