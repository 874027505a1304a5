"""The states of pages that are not good news: what somebody reads when it is wrong, late, over, empty or no.

A state is a route, how to get there (``visits.py``), the answer's status, and what is done on the page before
it is looked at. A form is sent anew for each language; ``again`` repeats the visit too, where an answer can
be had only once.
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import pytest
from playwright.sync_api import Browser, Page
from tests.pages.stage import Stage
from tests.pages.visits import Visit
from tests.pages.walk import Act, every_look, look_at_address, path_of

LOOKS = (("kk", 360), ("ru", 360), ("en", 1280))
"""Kazakh and Russian where room is scarce; every language once. A run of all tests gives each state one of
these, so that all of them come up among the states; ``SENIM_EVERY_LOOK=1`` gives each state all three."""


@dataclass(frozen=True)
class State:
    """One state of one page."""

    route: str
    name: str
    visit: Visit
    status: int = 200
    act: Act | None = None
    again: bool = False
    while_: Callable[[], AbstractContextManager[Any]] = nullcontext
    """What is broken meanwhile."""

    @property
    def id(self) -> str:
        return f"{self.route}-{self.name}"


def in_turn(states: Iterable[State]) -> list[Any]:
    """Parameters of a test: a run of all tests looks at every fourth state, ``make soak`` at the rest."""
    return [
        pytest.param(one, id=one.id, marks=pytest.mark.soak if place % 4 else ())
        for place, one in enumerate(states)
    ]


def look_at_state(browser: Browser, stage: Stage, state: State) -> list[str]:
    problems, kwargs = [], state.visit(stage)
    for place, (code, width) in enumerate(_looks(state)):
        if place and state.again:
            kwargs = state.visit(stage)
        path, name = path_of(stage, state.route, kwargs, code), f"{stage.door}-{state.id}-{code}"
        with state.while_():
            found = look_at_address(browser, stage, path, name, (width,), state.status, state.act)
        problems += [f"{code} {problem}" for problem in found]
    return problems


def _looks(state: State) -> tuple[tuple[str, int], ...]:
    if every_look():
        return LOOKS
    return (LOOKS[crc32(state.id.encode()) % len(LOOKS)],)


def sends(visit: Visit, **form: str) -> Visit:
    """The same visit, and then this form is sent."""

    def arrive(stage: Stage) -> dict[str, Any]:
        kwargs = visit(stage)
        stage.form = {"sent": "1", **form}
        return kwargs

    return arrive


def press(selector: str, shown: str) -> Act:
    """Press this, and wait until that is to be seen."""

    def act(page: Page) -> None:
        page.locator(selector).first.click()
        page.locator(shown).first.wait_for(state="visible")

    return act


def see(shown: str) -> Act:
    """Wait until this is to be seen."""

    def act(page: Page) -> None:
        page.locator(shown).first.wait_for(state="visible")

    return act
