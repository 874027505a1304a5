"""Pictures of what the three people saw, where Chromium and Playwright are at hand; without them, none."""

import os
import shutil
from urllib.parse import urlsplit

from tools.demo.journey import Journey
from tools.demo.visitor import Visitor

SHORT_PATHS: dict[str, str | float | bool] = {**os.environ, "TMPDIR": "/tmp"}
"""Chromium ends at once where the path of its socket is too long."""
WIDTHS = {"phone": (360, 780), "desk": (1280, 900)}


def take(journey: Journey) -> list[str]:
    """The names of the pictures written to the journey's folder."""
    chromium = shutil.which("chromium")
    if chromium is None:
        return []
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return []
    taken: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"], env=SHORT_PATHS
        )
        for name, visitor, origin, path in _sights(journey):
            for width, (across, down) in WIDTHS.items():
                context = browser.new_context(viewport={"width": across, "height": down}, locale="kk-KZ")
                context.add_cookies(_cookies(visitor, origin))  # type: ignore[arg-type]
                page = context.new_page()
                page.goto(origin + path)
                file = f"{name}-{width}.png"
                page.screenshot(path=str(journey.folder / file), full_page=True)
                context.close()
                taken.append(file)
        browser.close()
    return taken


def _sights(journey: Journey) -> list[tuple[str, Visitor, str, str]]:
    portal, desk = journey.at.portal, journey.at.desk
    shared = journey.made["_access"].replace("/en/", "/kk/")
    return [
        ("home", Visitor(portal), portal, "/kk/"),
        ("cabinet", journey.citizen, portal, "/kk/cabinet/"),
        ("document", journey.citizen, portal, "/kk/documents/identity-card/"),
        ("shared", journey.citizen, portal, shared),
        ("marks", journey.third, portal, "/kk/documents/seen/"),
        ("desk", journey.operator, desk, "/kk/"),
    ]


def _cookies(visitor: Visitor, origin: str) -> list[dict[str, str]]:
    host = urlsplit(origin).hostname or ""
    return [
        {"name": cookie.name, "value": cookie.value or "", "domain": host, "path": "/"}
        for cookie in visitor.client.cookies.jar
    ]
