"""Debian's Chromium for every test that needs a browser: one Playwright a process, or they would collide."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

QUIET = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def chromium_path() -> str:
    found = shutil.which("chromium")
    assert found, "Chromium is missing: apt-get install chromium"
    return found


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Its event loop stays in this thread, which Django would take for asynchronous code."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as started:
        yield started


def shell_path() -> str:
    """Chromium without windows or camera: the same pages in two thirds of the time."""
    found = shutil.which("chromium-headless-shell")
    assert found, "Chromium's shell is missing: apt-get install chromium-headless-shell"
    return found


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """One browser for many tests; each opens a profile of its own."""
    browser = playwright.chromium.launch(executable_path=shell_path(), args=list(QUIET))
    yield browser
    browser.close()
