"""The sandbox's pages as a person meets them: three languages, a phone and a desk, axe, screenshots."""

import smtplib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from types import SimpleNamespace

import httpx
import pytest
from playwright.sync_api import Browser
from tests.pages.walk import WIDTHS, look_at_address
from tests.world import RunningWorld

from senim.runtime import lan_certificates
from senim.settings import settings
from senim_sandbox.people import fixed_people
from senim_sandbox.wording import LANGUAGES

NOW = datetime.now(UTC)
SESSION = "00000000-0000-4000-8000-000000000001"
PHONE = fixed_people()[0].phone
PAGES = {
    "overview": "/",
    "phones": "/phones",
    "phone": f"/phones/{PHONE}",
    "mail": "/mail",
    "mailbox": "/mail/aigerim@mail.test",
    "people": "/people",
    "organisations": "/organisations",
    "bank": "/bank",
    "faults": "/faults",
    "trust": "/trust",
    "camera": f"/identification/{SESSION}",
}
pytestmark = pytest.mark.browser


@pytest.fixture
def lived_in(world: RunningWorld, monkeypatch: pytest.MonkeyPatch) -> RunningWorld:
    """A world in which something happened, open to phones."""
    home, own = world.configuration.home, replace(world.configuration, lan_address="192.168.77.7")
    lan_certificates.prepare(home / "lan", address=own.lan_address, passphrase="x", at=NOW)
    monkeypatch.setattr(world.inside, "configuration", own)
    world.write(PHONE, to="1414", text="Шотымда қанша? http://localhost:8000/kk/ қараңыз")
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "senim@localhost", "aigerim@mail.test", "Өтінішіңіз тіркелді"
    mail.set_content("Сілтеме: http://localhost:8000/kk/order/status/ " + "ұзын" * 40)
    with smtplib.SMTP("127.0.0.1", world.configuration.smtp_port, timeout=5) as server:
        server.send_message(mail)
    wanted = dict.fromkeys(("purpose", "operation", "return_to"), "")
    wanted |= {"session": SESSION, "audience": settings.portal_origin, "iin": fixed_people()[0].iin}
    wanted |= {"until": (NOW + timedelta(days=1)).isoformat(), "language": "kk", "title": "Нөмір қосу"}
    world.inside.identification.sessions.open(wanted, asker=settings.portal_origin)
    world.fault("documents", "late", seconds=2.5)
    world.fault("time", "off", seconds=-90)
    return world


@pytest.mark.parametrize(
    "name",
    [
        name if name in {"overview", "people"} else pytest.param(name, marks=pytest.mark.soak)
        for name in PAGES
    ],
)
def test_a_page_of_the_sandbox(lived_in: RunningWorld, chromium: Browser, name: str) -> None:
    stage = SimpleNamespace(address=lived_in.url, cookies=list, form={})
    joined = "&" if "?" in PAGES[name] else "?"
    problems = {
        language: found
        for language in LANGUAGES
        if (
            found := look_at_address(
                chromium, stage, f"{PAGES[name]}{joined}lang={language}", f"sandbox-{name}-{language}", WIDTHS
            )
        )
    }
    assert problems == {}


def test_a_sandbox_that_is_closed_to_phones_says_how_to_open_it(world: RunningWorld) -> None:
    closed = httpx.get(f"{world.url}/trust")
    assert closed.status_code == 200
    assert "make run LAN=1" in closed.text
    assert httpx.get(f"{world.url}/trust/senim-sandbox.cer").status_code == 404
