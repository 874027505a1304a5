"""A number connected at a counter of the State Corporation: the worker's browser, and the citizen's own."""

import re

import pytest
from playwright.sync_api import Browser
from tools.demo.qr import read_svg

from senim.texts import say_in
from tests.whole.people import Someone
from tests.whole.platform import Platform

ANNA, PHONE = "anna", "+77015550116"
pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.mark.clause("P19-4", "P19-9a", "P19-F1", "P19-F2", "P19-F3", "P19-F4")
def test_the_code_is_typed_on_the_citizens_own_device_and_the_worker_signs(
    chromium: Browser, platform: Platform
) -> None:
    worker, citizen = Someone(chromium, platform), Someone(chromium, platform)
    fill_in_the_form(worker)
    type_the_code(citizen, on_the_screen_of(worker))
    worker.press("desk.counter.look_again")
    worker.press("desk.counter.confirm")
    worker.sign_with_file(platform.person("korlan"))
    worker.reads(say_in("kk", "desk.counter.print_outcome"))
    assert worker.wrong == citizen.wrong == []


def fill_in_the_form(worker: Someone) -> None:
    """Up to the number that stands on the worker's screen for the citizen."""
    page, platform = worker.page, worker.platform
    worker.go(f"{platform.desk}/kk/counter/sign-in/")
    worker.sign_with_file(platform.person("korlan"))
    worker.press("desk.counter.new")
    page.locator("[name=iin]").fill(platform.person(ANNA).iin)
    worker.press("desk.counter.look_up")
    page.locator("[name=document][value=identity_card]").check()
    page.locator("[name=number]").fill(PHONE)
    page.locator("[name=email]").fill("anna@mail.test")
    page.locator("[name=agrees_to_connection]").check()
    page.locator("[name=agrees_to_secrets]").check()
    worker.press("desk.counter.open")
    page.locator("[name=signed_and_dated]").check()
    worker.press("desk.counter.take_form")
    worker.press("desk.counter.pad.show")


def on_the_screen_of(worker: Someone) -> str:
    """The address a camera reads there."""
    return read_svg(worker.page.locator(".senim-share__qr").inner_html())


def type_the_code(citizen: Someone, address: str) -> None:
    before = len(citizen.platform.messages(PHONE))
    citizen.go(address)
    citizen.press("portal.pad.open")
    citizen.press("portal.pad.send")
    message = citizen.platform.wait_for_message(PHONE, before + 1)
    code = re.search(r"\b(\d{6})\b", message["text"])
    assert code is not None
    citizen.page.locator("[name=code]").fill(code[1])
    citizen.press("portal.phone.confirm")
    citizen.reads(say_in("kk", "portal.pad.done"))
