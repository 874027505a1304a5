"""Every page of the desk's route list, in three languages and two widths."""

import pytest
from playwright.sync_api import Browser
from tests.pages.desk_states import STATES
from tests.pages.desk_visits import DESK
from tests.pages.pseudo import hard_coded
from tests.pages.stage import Stage
from tests.pages.states import State, in_turn, look_at_state
from tests.pages.walk import look_at_page

from senim.desk.routes import ROUTES
from senim.pages.routes import Kind, Route

DOOR = "desk"
PAGES = [route for route in ROUTES if route.kind is Kind.PAGE]

pytestmark = pytest.mark.browser


def test_every_page_has_a_visit_and_every_visit_a_page() -> None:
    assert {route.name for route in PAGES} == set(DESK)


@pytest.mark.clause("CA-20.2")
@pytest.mark.parametrize("route", PAGES, ids=lambda route: route.name)
def test_a_page_is_accessible_whole_light_and_alone(
    route: Route, stage: Stage, chromium: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = DESK[route.name](stage)
    assert hard_coded(stage, route.name, arguments, monkeypatch) == []
    assert look_at_page(chromium, stage, route.name, arguments) == []


@pytest.mark.parametrize("state", in_turn(STATES))
def test_bad_news_is_a_page_too(state: State, stage: Stage, chromium: Browser) -> None:
    assert look_at_state(chromium, stage, state) == []
