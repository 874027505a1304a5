"""How to arrive at each page: route name → what must have happened before. A route without a visit fails.

A visit is given the stage, brings about the state, and returns the address's arguments. Whoever visits is
``stage.client`` (``stage.client = stage.sign_in("aigerim")``); a query goes into ``stage.query``.
"""

from collections.abc import Callable, Mapping
from typing import Any

from tests.pages.stage import Stage

Visit = Callable[[Stage], dict[str, Any]]


def anyone(stage: Stage) -> dict[str, Any]:
    """A page that needs nothing."""
    return {}


def aigerim(stage: Stage) -> dict[str, Any]:
    """A page that a citizen sees once signed in."""
    stage.client = stage.sign_in("aigerim")
    return {}


PORTAL: Mapping[str, Visit] = {
    "home": anyone,
    "help": anyone,
    "accessibility": anyone,
    "privacy": anyone,
    "open-source": anyone,
    "system-state": anyone,
    "offline": anyone,
    "documents": aigerim,
    "marks": aigerim,
    "view-enter": aigerim,
}

DESK: Mapping[str, Visit] = {}
