"""How to arrive at the pages of the app; see ``visits``."""

import re
from typing import Any

from tests.accounts import app_steps
from tests.accounts.citizen import Citizen
from tests.pages.sign_in_visits import signed
from tests.pages.stage import Stage


def by_certificate(stage: Stage) -> dict[str, Any]:
    """Signed in as the app asks."""
    signed(stage)
    return {}


def code_confirmed(stage: Stage) -> Citizen:
    aigerim = signed(stage)
    assert app_steps.ask_for_code(aigerim).status_code == 302
    stage.run_jobs()
    found = re.search(r"\d{6}", stage.world.wait_for_message(aigerim.phone).text)
    assert found
    assert aigerim.type_code(found.group()).status_code == 302
    return aigerim


def face_due(stage: Stage) -> dict[str, Any]:
    """The service has not been asked yet."""
    code_confirmed(stage)
    return {}


def on_the_way_to_the_camera(stage: Stage) -> dict[str, Any]:
    assert code_confirmed(stage).browser.post(app_steps.FACE).status_code == 302
    return {}


def not_recognised(stage: Stage) -> dict[str, Any]:
    """A photograph was held before the camera: the request is refused, and the way back says so."""
    aigerim = code_confirmed(stage)
    _, mark, query = app_steps.way_back(aigerim, stage.world, "photograph").partition("?")
    stage.query = mark + query
    return {}


APP = {
    "app": by_certificate,
    "app-key": by_certificate,
    "app-phone": by_certificate,
    "app-phone-face": on_the_way_to_the_camera,
}
