import re
from collections import Counter
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver

from senim.desk import urls as desk_urls
from senim.desk.routes import ROUTES as DESK
from senim.pages.routes import Kind, Route, Who
from senim.partners import urls as partners_urls
from senim.partners.routes import ROUTES as PARTNERS
from senim.portal import urls as portal_urls
from senim.portal.routes import ROUTES as PORTAL
from senim.portal.routes import ROUTES_WITHOUT_LANGUAGE

DOORS = {"portal": [*PORTAL, *ROUTES_WITHOUT_LANGUAGE], "desk": DESK, "partners": PARTNERS}
URLS = {"portal": portal_urls, "desk": desk_urls, "partners": partners_urls}
ONLY_CHOOSES_A_LANGUAGE = {"in_the_readers_language"}


def patterns(entries: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for entry in entries:
        if isinstance(entry, URLResolver):
            yield from patterns(entry.url_patterns)
        else:
            yield entry


@pytest.mark.parametrize("door", DOORS)
def test_every_address_is_a_line_of_the_table_that_says_who_may_enter(door: str) -> None:
    for pattern in patterns(URLS[door].urlpatterns):
        route = getattr(pattern.callback, "route", None)
        if pattern.callback.__name__ in ONLY_CHOOSES_A_LANGUAGE:
            continue
        assert isinstance(route, Route), f"{pattern} is not in the table"
        assert isinstance(route.who, Who)
        assert route in DOORS[door]


@pytest.mark.parametrize("door", DOORS)
def test_no_two_lines_have_the_same_name_or_path(door: str) -> None:
    for what in ("name", "path"):
        counted = Counter(getattr(route, what) for route in DOORS[door])
        assert [given for given, times in counted.items() if times > 1] == []


@pytest.mark.parametrize("door", DOORS)
def test_names_are_hyphenated_words_and_kinds_are_declared(door: str) -> None:
    for route in DOORS[door]:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", route.name), route.name
        assert isinstance(route.kind, Kind)


def test_the_desk_lets_nobody_but_its_own_people_past_its_sign_in() -> None:
    own = {Who.OPERATOR, Who.OFFICIAL, Who.WORKER}
    open_to_others = {route.name for route in DESK if route.who not in own}
    doors = {"sign-in", "official-sign-in", "counter-sign-in"}
    assert open_to_others <= {*doors, "sign-out", "home", "lock"}


def test_a_worker_of_the_state_corporation_enters_the_counter_and_nothing_else() -> None:
    counter = {route.name for route in DESK if route.path.startswith("counter/")}
    assert {route.name for route in DESK if route.who is Who.WORKER} == counter - {"counter-sign-in"}


def test_whoever_enters_the_partners_door_is_asked_for_by_the_view_itself() -> None:
    """The route's guard cannot see a token: ``partners.access.needs`` does, in front of the view."""
    for route in PARTNERS:
        assert (route.who is Who.SYSTEM) == hasattr(route.view, "needs"), route.name
    assert {route.name for route in PARTNERS if route.who is not Who.SYSTEM} == {
        "token",
        "oauth-metadata",
        "openapi",
    }
    assert not any(route.who is Who.SYSTEM for door in ("portal", "desk") for route in DOORS[door])


@pytest.mark.django_db
@pytest.mark.clause("PT-2.4")
def test_a_form_of_another_site_is_taken_nowhere() -> None:
    """Every address of the portal, whether it takes forms or not."""
    dummies = {"uuid": "00000000-0000-4000-8000-000000000000", "int": "1"}
    stranger = Client(enforce_csrf_checks=True)
    answers = {}
    for route in PORTAL:
        path = re.sub(r"<(?:(\w+):)?\w+>", lambda found: dummies.get(found[1] or "", "x"), route.path)
        answers[path] = stranger.post(f"/en/{path}").status_code
    assert {path: status for path, status in answers.items() if status != 403} == {}
