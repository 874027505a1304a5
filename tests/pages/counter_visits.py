"""How to arrive at the pages of the State Corporation's counter, and at the citizen's; see ``visits``."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.at_counter import Counter, application, at_pad, counter_of
from tests.pages.stage import Stage

REASON = "Өтініш беруші экрандағы кодты оқи алмайды."


def worker(stage: Stage) -> Counter:
    korlan = counter_of(stage.world.person("korlan"), stage.authority)
    stage.client = korlan.browser
    return korlan


def one_in_the_list(stage: Stage) -> dict[str, Any]:
    worker(stage).opened(stage.world.person("aigerim"))
    return {}


def nobody_yet(stage: Stage) -> dict[str, Any]:
    worker(stage)
    return {}


def looked_up(stage: Stage) -> dict[str, Any]:
    worker(stage).look_up(stage.world.person("aigerim").iin)
    return {}


def pad_shown(stage: Stage) -> dict[str, Any]:
    """The number for the citizen's page stands on the screen."""
    korlan = worker(stage)
    case = korlan.with_paper(stage.world.person("aigerim"))
    korlan.pad_number(case)
    return _of(case)


def code_sent(stage: Stage) -> dict[str, Any]:
    korlan = worker(stage)
    case = korlan.with_paper(stage.world.person("aigerim"))
    at_pad(korlan, case).ask()
    return _of(case)


def code_typed(stage: Stage) -> dict[str, Any]:
    """As if it was: the code itself is the phone's."""
    sent = code_sent(stage)
    request = application(f"/counter/{sent['application_id']}/").request
    request.state, request.confirmed_at = "number confirmed", request.created_at
    request.save()
    return sent


def code_set_aside(stage: Stage) -> dict[str, Any]:
    """Seen by the second worker."""
    korlan = worker(stage)
    case = korlan.with_paper(stage.world.person("aigerim"))
    at_pad(korlan, case).ask()
    assert korlan.post(f"{case}set-aside/", {"reason": REASON}).status_code == 302
    stage.client = counter_of(stage.world.person("timur"), stage.authority).browser
    return _of(case)


def on_the_pad(stage: Stage) -> dict[str, Any]:
    korlan = worker(stage)
    device = at_pad(korlan, korlan.with_paper(stage.world.person("aigerim")))
    device.ask()
    stage.client = device.browser
    return {}


def _of(case: str) -> dict[str, Any]:
    return {"application_id": case.strip("/").rsplit("/", 1)[1]}


COUNTER: Mapping[str, Callable[[Stage], dict[str, Any]]] = {
    "counter-sign-in": lambda stage: {},
    "counter": one_in_the_list,
    "counter-new": nobody_yet,
    "counter-form": looked_up,
    "counter-application": pad_shown,
    "counter-set-aside": code_sent,
    "counter-refuse": code_sent,
    "counter-confirm": code_typed,
    "counter-countersign": code_set_aside,
}
PAD: Mapping[str, Callable[[Stage], dict[str, Any]]] = {"pad": lambda stage: {}, "pad-code": on_the_pad}
