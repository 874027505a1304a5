"""Debian's Chromium, a host for pages, a small authority. The committed scripts are tested, without Node."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright
from tests.browser_units.authority import Authority
from tests.browser_units.stage import Stage, serve
from tests.browsers import QUIET, chromium_path

# A name that is neither localhost nor https, for what old or badly served pages must say.
PLAIN = "--host-resolver-rules=MAP plain.test 127.0.0.1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def launch(playwright: Playwright) -> Callable[..., Browser]:
    def start(*arguments: str) -> Browser:
        return playwright.chromium.launch(executable_path=chromium_path(), args=[*QUIET, PLAIN, *arguments])

    return start


@pytest.fixture(scope="package")
def browser(launch: Callable[..., Browser]) -> Iterator[Browser]:
    started = launch()
    yield started
    started.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh profile, as another phone would be."""
    opened = browser.new_context(accept_downloads=True)
    opened.set_default_timeout(20_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page on which any error, broken policy or question to another host fails the test."""
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda message: _note_policy(message.text, wrong))
    opened.on("request", lambda request: _note_foreign(request.url, wrong))
    yield opened
    assert wrong == []


def _note_policy(text: str, wrong: list[str]) -> None:
    if "Content Security Policy" in text or "Refused to" in text:
        wrong.append(text)


def _note_foreign(url: str, wrong: list[str]) -> None:
    ours = ("http://localhost:", "http://plain.test:", "blob:http://localhost:", "data:")
    if not url.startswith(ours):
        wrong.append(url)


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage()
    server = serve(made)
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority.make()
