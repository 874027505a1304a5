"""Look at one page as a person would: is it accessible, whole, light, and alone with us?"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Browser, BrowserContext, Page, Route
from tests.pages import weights
from tests.pages.names import misheard
from tests.pages.stage import Stage

from senim.texts import LANGUAGES

WIDTHS = (360, 1280)
HEIGHTS = {360: 740, 1280: 900}
SCREENSHOTS = Path(__file__).parent.parent.parent / "screenshots"
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
BLOCKED = "Service Worker registration blocked"
"""Said by Playwright: with a worker, a second look would come from its shelf and weigh nothing."""
CSRF_SECRET = "s" * 32
"""Of a visitor who has none yet; where a form is sent, it goes with it."""

Act = Callable[[Page], object]


@dataclass
class Looked:
    """What was wrong with a page, in words, and what its first visit weighed."""

    status: int
    """What it should answer."""
    problems: list[str] = field(default_factory=list)
    bytes_received: int = 0


def look_at_page(browser: Browser, stage: Stage, route: str, kwargs: dict[str, Any]) -> list[str]:
    """The route in three languages and two widths. Returns what was wrong; leaves screenshots and weights.

    In a run of all tests the desk's width is looked at in one of them, Kazakh, and so are the colours, which
    are the same in all.
    """
    with a_visitor(browser, stage, WIDTHS[0]) as context:
        page, looked = _listened_to(context, stage, 200)
        for first, code in enumerate(LANGUAGES):
            path = path_of(stage, route, kwargs, code)
            whole = first == 0 or every_look()
            _look(
                page,
                stage,
                looked,
                path,
                f"{stage.door}-{route}-{code}",
                WIDTHS if whole else WIDTHS[:1],
                whole,
            )
            if first == 0:
                weights.keep(stage.door, route, looked.bytes_received)
                looked.problems += weights.too_heavy(route, looked.bytes_received)
    return looked.problems


def look_at_address(
    browser: Browser,
    stage: Stage,
    path: str,
    name: str,
    widths: tuple[int, ...],
    status: int = 200,
    act: Act | None = None,
) -> list[str]:
    with a_visitor(browser, stage, widths[0]) as context:
        page, looked = _listened_to(context, stage, status)
        _look(page, stage, looked, path, name, widths, act=act)
    return looked.problems


def every_look() -> bool:
    """Whether pages and their states are looked at in every language and width: ``SENIM_EVERY_LOOK=1``."""
    return bool(os.environ.get("SENIM_EVERY_LOOK"))


def path_of(stage: Stage, route: str, kwargs: dict[str, Any], code: str) -> str:
    with translation.override(code):
        return reverse(route, kwargs=kwargs) + stage.query


def spoken_at(path: str) -> str:
    """The language an address asks for: a door's prefix, or the sandbox's own ``?lang=``."""
    parts = urlsplit(path)
    return parse_qs(parts.query).get("lang", [parts.path[1:3]])[0]


@contextmanager
def a_visitor(browser: Browser, stage: Stage, width: int, **emulated: Any) -> Iterator[BrowserContext]:
    """A browser that was never here before, with the cookies of whoever is signed in."""
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHTS.get(width, 740)},
        service_workers="block",
        locale="kk-KZ",
        **emulated,
    )
    context.add_cookies(stage.cookies())  # type: ignore[arg-type]
    yield context
    context.close()


def open_page(page: Page, stage: Stage, path: str) -> int:
    """Ask for the page, or send the stage's form to it; the answer's status."""
    if stage.form:
        _send_instead(page, stage, path)
    response = page.goto(stage.address + path, wait_until="load")
    page.evaluate("document.fonts.ready.then(() => true)")
    return response.status if response else 0


def _send_instead(page: Page, stage: Stage, path: str) -> None:
    """The first request for this address becomes the form being sent: the answer is looked at as it comes."""
    name = settings.CSRF_COOKIE_NAME
    secret = stage.client.cookies[name].value if name in stage.client.cookies else CSRF_SECRET
    page.context.add_cookies([{"name": name, "value": secret, "url": stage.address}])
    body = urlencode({"csrfmiddlewaretoken": secret, **stage.form})

    def send(route: Route) -> None:
        headers = {**route.request.headers, "content-type": "application/x-www-form-urlencoded"}
        route.continue_(method="POST", post_data=body, headers=headers)

    page.route(stage.address + path, send, times=1)


def _listened_to(context: BrowserContext, stage: Stage, status: int) -> tuple[Page, Looked]:
    page, looked = context.new_page(), Looked(status)
    page.add_init_script(AXE)
    _listen(page, stage, looked)
    return page, looked


def _look(
    page: Page,
    stage: Stage,
    looked: Looked,
    path: str,
    name: str,
    widths: tuple[int, ...],
    colours: bool = True,
    act: Act | None = None,
) -> None:
    """Opened once, at the first width; whoever turns their phone or drags their window opens no page anew."""
    page.set_viewport_size({"width": widths[0], "height": HEIGHTS[widths[0]]})
    answered = open_page(page, stage, path)
    if answered != looked.status:
        looked.problems.append(f"{path} answers {answered}, not {looked.status}")
    if urlsplit(page.url).path != urlsplit(path).path:
        looked.problems.append(f"{path} leads to {page.url}")
    if act is not None:
        act(page)
    for width in widths:
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        photograph(page, f"{name}-{width}")
        found = overflow(page) + misheard(page, spoken_at(path)) + against_wcag(page, colours)
        looked.problems += [f"{path} {width}: {problem}" for problem in found]


def photograph(page: Page, name: str) -> None:
    """The whole page, to look at; not where nobody will. JPEG: a PNG takes a third of a second more."""
    if "CI" in os.environ:
        return
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.jpg", full_page=True, type="jpeg", quality=85)


def _listen(page: Page, stage: Stage, looked: Looked) -> None:
    host = urlsplit(stage.address).netloc
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")

    def weigh(event: dict[str, Any]) -> None:
        looked.bytes_received += int(event["encodedDataLength"])

    def ask(request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https"} and parts.netloc != host:
            looked.problems.append(f"asks {request.url}")

    def complain(message: Any) -> None:
        expected = looked.status >= 400 and "Failed to load resource" in message.text
        if message.type in {"error", "warning"} and not expected and BLOCKED not in message.text:
            looked.problems.append(f"console: {message.text}")

    devtools.on("Network.loadingFinished", weigh)
    page.on("request", ask)
    page.on("console", complain)
    page.on("pageerror", lambda error: looked.problems.append(f"script: {error}"))


def overflow(page: Page) -> list[str]:
    wide, width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    return [f"is {wide} pixels wide"] if wide > width else []


def against_wcag(page: Page, colours: bool = True) -> list[str]:
    """``AXE`` must be in this page; contrast is half of its work."""
    rules = {} if colours else {"color-contrast": {"enabled": False}}
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"], "rules": rules}
    found = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"axe {violation['id']}: {violation['help']} {[node['target'] for node in violation['nodes'][:3]]}"
        for violation in found["violations"]
    ]
