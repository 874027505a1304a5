"""The camera: reads our QR, tells another's apart, and typing the code never depends on it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser_units import written
from tests.browser_units.camera import film
from tests.browser_units.stage import Stage

TOKEN = "7K3M92QFXW5TB4ZC6DJH8GN3RA"
FAKE_CAMERA = "--use-fake-device-for-media-stream"


def open_scan(stage: Stage, page: Page) -> None:
    stage.answers["/claim"] = stage.answers["/code"] = written.DONE
    page.goto(stage.page("/kk/scan", written.page("scan"), "scan"))


def filmed(launch: Callable[..., Browser], file: Path) -> Browser:
    return launch(FAKE_CAMERA, "--use-fake-ui-for-media-stream", f"--use-file-for-fake-video-capture={file}")


def test_a_qr_held_before_the_camera_is_read_and_claimed(
    stage: Stage, launch: Callable[..., Browser], tmp_path: Path
) -> None:
    browser = filmed(launch, film(tmp_path, f"{stage.origin}/d/{TOKEN}".upper()))
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_scan(stage, page)
    assert not any("wasm" in one for one in asked), "the reader loads when it is asked for, not before"
    page.click("[data-start]")
    expect(page.locator("#done")).to_be_visible(timeout=30_000)
    assert [one.fields for one in stage.posts("/claim")] == [
        {"csrfmiddlewaretoken": "sesame", "token": TOKEN}
    ]
    assert any(one.endswith(".wasm") for one in asked)
    assert all(one.startswith(stage.origin) for one in asked), "the reader comes from our own host"
    browser.close()


@pytest.mark.parametrize(
    "text", ["HTTPS://EXAMPLE.KZ/D/7K3M92QFXW5TB4ZC6DJH8GN3RA", "WIFI:S:cafe;;", "{origin}/kk/cabinet"]
)
def test_anothers_qr_is_named_and_leads_nowhere(
    stage: Stage, launch: Callable[..., Browser], tmp_path: Path, text: str
) -> None:
    browser = filmed(launch, film(tmp_path, text.format(origin=stage.origin)))
    page = browser.new_page()
    open_scan(stage, page)
    page.click("[data-start]")
    expect(page.locator('[data-case="foreign-code"]')).to_be_visible(timeout=30_000)
    expect(page.locator("[data-camera]")).to_be_visible()
    page.click("[data-stop]")
    expect(page.locator("[data-looking]")).to_be_hidden()
    assert page.evaluate("document.querySelector('video').srcObject") is None
    assert page.url == f"{stage.origin}/kk/scan"
    assert stage.posts("/claim") == []
    browser.close()


def test_a_refused_camera_is_told(stage: Stage, launch: Callable[..., Browser]) -> None:
    browser = launch(FAKE_CAMERA, "--deny-permission-prompts")
    page = browser.new_page()
    open_scan(stage, page)
    page.click("[data-start]")
    expect(page.locator('[data-case="camera-refused"]')).to_be_visible()
    expect(page.locator("[data-start]")).to_be_visible()
    browser.close()


def test_a_device_without_camera_is_told(stage: Stage, browser: Browser) -> None:
    context = browser.new_context(permissions=["camera"])
    page = context.new_page()
    open_scan(stage, page)
    page.click("[data-start]")
    expect(page.locator('[data-case="no-camera"]')).to_be_visible()
    context.close()


def test_a_camera_in_use_elsewhere_is_told(stage: Stage, page: Page) -> None:
    busy = (
        "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotReadableError') }"
    )
    page.add_init_script(busy)
    open_scan(stage, page)
    page.click("[data-start]")
    expect(page.locator('[data-case="camera-busy"]')).to_be_visible()


def test_a_page_served_without_protection_has_no_camera_and_says_so(stage: Stage, page: Page) -> None:
    open_scan(stage, page)
    page.goto(f"http://plain.test:{stage.port}/kk/scan")
    page.click("[data-start]")
    expect(page.locator('[data-case="unsupported"]')).to_be_visible()


def test_typing_the_code_works_before_any_script_has_come(stage: Stage, page: Page) -> None:
    page.route("**/*.js", lambda route: None)  # never answered, as on a line that has just broken
    stage.answers["/code"] = written.DONE
    page.goto(stage.page("/kk/scan", written.page("scan"), "scan"), wait_until="commit")
    page.fill("[name=code]", "482913")
    page.click("#by-code", no_wait_after=True)
    expect(page.locator("#done")).to_be_visible()
    assert stage.posts("/code")[0].fields == {"code": "482913"}


def test_a_reader_that_does_not_load_is_told_and_the_camera_is_let_go(
    stage: Stage, launch: Callable[..., Browser], tmp_path: Path
) -> None:
    browser = filmed(launch, film(tmp_path, f"{stage.origin}/d/{TOKEN}"))
    page = browser.new_page()
    page.route("**/*.wasm", lambda route: route.abort())
    open_scan(stage, page)
    page.click("[data-start]")
    expect(page.locator('[data-case="failed"]')).to_be_visible(timeout=30_000)
    assert page.evaluate("document.querySelector('video').srcObject") is None
    browser.close()


def test_where_the_browser_reads_qr_codes_itself_the_reader_is_not_fetched(
    stage: Stage, launch: Callable[..., Browser], tmp_path: Path
) -> None:
    browser = filmed(launch, film(tmp_path, "something else"))
    page = browser.new_page()
    page.add_init_script(
        f"""window.BarcodeDetector = class {{
          static async getSupportedFormats() {{ return ["qr_code"] }}
          async detect() {{ return [{{ rawValue: "{stage.origin}/d/{TOKEN}" }}] }}
        }}"""
    )
    open_scan(stage, page)
    page.click("[data-start]")
    expect(page.locator("#done")).to_be_visible(timeout=30_000)
    assert stage.posts("/claim")[0].fields["token"] == TOKEN
    assert not any(one.path.endswith(".wasm") for one in stage.received)
    browser.close()
