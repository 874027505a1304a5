"""Pages for people who change how pages look: forced colours, large text, narrow windows, no motion."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from tests.pages import visits
from tests.pages.document_states import somebody_asks
from tests.pages.questions import ask
from tests.pages.stage import Stage
from tests.pages.states import sends
from tests.pages.visits import Visit, anyone
from tests.pages.walk import a_visitor, open_page, overflow, path_of, photograph

DOOR = "portal"
PLACES: tuple[tuple[str, Visit], ...] = (
    ("components", anyone),
    ("home", anyone),
    ("order-form", sends(anyone)),
    ("sign-in", anyone),
    ("access", somebody_asks),
    ("viewing", visits.looking),
)

Check = Callable[[Page], list[str]]

pytestmark = pytest.mark.browser


def large_text(page: Page) -> list[str]:
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    return overflow(page) + [f"cut off: {one}" for one in ask(page, "cut_off")]


def narrow(page: Page) -> list[str]:
    """A window of 1280 pixels at 400 %: WCAG 1.4.10."""
    return overflow(page) + [f"cut off: {one}" for one in ask(page, "cut_off")]


def forced_colours(page: Page) -> list[str]:
    """Backgrounds are gone; what was told by them has an edge. Contrast is now the reader's own."""
    return [f"has no edge: {one}" for one in ask(page, "no_edge")]


def still(page: Page) -> list[str]:
    return ["something moves"] * bool(ask(page, "moving"))


MODES: tuple[tuple[str, int, dict[str, Any], Check], ...] = (
    ("large", 1280, {}, large_text),
    ("narrow", 320, {}, narrow),
    ("forced", 1280, {"forced_colors": "active"}, forced_colours),
    ("still", 360, {"reduced_motion": "reduce"}, still),
)


@pytest.mark.parametrize(("route", "visit"), PLACES, ids=[route for route, _ in PLACES])
def test_a_page_holds_however_it_is_looked_at(
    route: str,
    visit: Visit,
    stage: Stage,
    chromium: Browser,
) -> None:
    path, problems = path_of(stage, route, visit(stage), "kk"), []
    for name, width, emulated, check in MODES:
        with a_visitor(chromium, stage, width, **emulated) as context:
            page = context.new_page()
            open_page(page, stage, path)
            problems += [f"{name}: {problem}" for problem in check(page)]
            photograph(page, f"mode-{name}-{route}")
    assert problems == []
