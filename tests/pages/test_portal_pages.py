"""Every page of the portal's route list, in three languages and two widths."""

import pytest
from playwright.sync_api import Browser
from tests.pages.portal_states import STATES
from tests.pages.pseudo import hard_coded
from tests.pages.stage import Stage
from tests.pages.states import State, in_turn, look_at_state
from tests.pages.visits import PORTAL
from tests.pages.walk import WIDTHS, look_at_address, look_at_page

from senim.pages.routes import Kind, Route
from senim.portal.routes import ROUTES

DOOR = "portal"
PAGES = [route for route in ROUTES if route.kind is Kind.PAGE]

pytestmark = pytest.mark.browser


def test_every_page_has_a_visit_and_every_visit_a_page() -> None:
    assert {route.name for route in PAGES} == set(PORTAL)


@pytest.mark.clause("CA-20.2")
@pytest.mark.parametrize("route", PAGES, ids=lambda route: route.name)
def test_a_page_is_accessible_whole_light_and_alone(
    route: Route, stage: Stage, chromium: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = PORTAL[route.name](stage)
    assert hard_coded(stage, route.name, arguments, monkeypatch) == []
    assert look_at_page(chromium, stage, route.name, arguments) == []


def test_a_page_that_does_not_exist_is_a_page_too(stage: Stage, chromium: Browser) -> None:
    path = "/kk/no-such-page/"
    assert look_at_address(chromium, stage, path, "failure-404-kk", WIDTHS, status=404) == []


@pytest.mark.parametrize("state", in_turn(STATES))
def test_bad_news_is_a_page_too(state: State, stage: Stage, chromium: Browser) -> None:
    assert look_at_state(chromium, stage, state) == []
