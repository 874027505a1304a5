"""A customer walks through the sandbox's bank app in a browser; the app asks the partners' door over HTTP."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.wsgi import get_wsgi_application
from django.db import connection
from playwright.sync_api import Browser, Page
from tests.ordering import at_the
from tests.pages.stage import _Quiet
from tests.pages.walk import against_wcag, overflow, photograph
from tests.partnering import admitted_system

import senim.notices.tasks  # noqa: F401 - so that its jobs can run
from senim.accounts.models import SubscriberNumber
from senim.accounts.systems.process import Purpose
from senim.settings import settings

PHONE = "+77015550101"
WIDTHS = (360, 1280)
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@dataclass
class PublicKey:
    """What the bank shows of its key."""

    jwk: dict[str, Any]

    def as_dict(self, *, private: bool) -> dict[str, Any]:
        assert not private
        return self.jwk


@contextmanager
def partners_served() -> Iterator[None]:
    with at_the("partners"):
        server = ThreadedWSGIServer(("127.0.0.1", settings.partners_port), _Quiet)
        server.set_app(_closing(get_wsgi_application()))
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def _closing(application: Any) -> Any:
    """A connection a thread, and none is left when the test ends."""

    def answer(environ: Any, start: Any) -> Any:
        try:
            return application(environ, start)
        finally:
            connection.close()

    return answer


def admit_the_sandbox_bank(world: Any, authority: Any) -> None:
    (jwk,) = httpx.get(f"{world.url}/bank/jwks.json").json()["keys"]
    partner = admitted_system(
        world, authority, key=PublicKey(jwk), name="Zhetisu", purposes=(Purpose.SUBSCRIBER_NUMBER,)
    )
    httpx.put(f"{world.url}/bank/client.json", json={"client_id": partner.client_id}).raise_for_status()


def looked_at(page: Page, name: str, heading: str) -> None:
    """The page that was expected, at both widths without a fault."""
    assert page.get_by_role("heading", level=1).inner_text() == heading
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 740})
        photograph(page, f"sandbox-bank-{name}-{width}")
        assert overflow(page) == []
    assert against_wcag(page) == []


@pytest.mark.clause("PH-7a")
@pytest.mark.clause("PH-7b")
def test_a_customer_connects_the_banks_number_in_its_app(chromium: Browser, world, authority, run_jobs):
    from tests.pages.walk import AXE

    admit_the_sandbox_bank(world, authority)
    with partners_served():
        context = chromium.new_context(locale="kk-KZ")
        page = context.new_page()
        page.goto(f"{settings.sandbox_origin}/bank?lang=en")
        page.evaluate(AXE)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name="Open digital documents").click()
        page.evaluate(AXE)
        looked_at(page, "different", "Confirm your number")
        page.get_by_role("checkbox").check()
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("link", name="Go to the check").click()
        assert f"Connecting the number {PHONE} to a portal account through Zhetisu" in page.content()
        page.get_by_role("button", name="Look at the camera").click()
        page.get_by_role("link", name="Back").click()
        page.evaluate(AXE)
        looked_at(page, "code", "Code from the SMS")
        run_jobs()
        code = re.search(r"\d{6}", world.wait_for_message(PHONE).text)
        page.get_by_label("6-digit code").fill(code[0] if code else "")
        page.get_by_role("button", name="Connect the number").click()
        page.evaluate(AXE)
        looked_at(page, "open", "Your documents are open")
        page.get_by_role("link", name="To the app's first page").click()
        page.get_by_role("button", name="Open digital documents").click()
        assert "Same number" in page.content()
        context.close()
    assert SubscriberNumber.objects.get().number == PHONE
