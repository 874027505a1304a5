"""Somebody with a certificate at the desk's door."""

import base64

from tests.holders import Holder
from tests.ordering import Browser, value_of


def sign_in(holder: Holder, *, address: str = "127.0.0.1") -> tuple[Browser, object]:
    """The browser, and what the desk answered."""
    browser = Browser("desk")
    browser.defaults["REMOTE_ADDR"] = address
    return browser, sign_in_again(browser, holder)


def sign_in_again(browser: Browser, holder: Holder) -> object:
    page = browser.get("/en/sign-in/")
    signature = base64.b64encode(holder.sign(base64.b64decode(value_of(page, "data-content")))).decode()
    given = {"challenge": value_of(page, "challenge"), "signature": signature}
    return browser.post("/en/sign-in/", given)
