"""States of the pages that connect a number in the app, or change it."""

import re
from typing import Any

from tests.accounts.citizen import Citizen
from tests.pages import app_visits
from tests.pages.sign_in_visits import anyone
from tests.pages.stage import Stage
from tests.pages.states import State
from tests.pages.visits import code_confirmed

ANOTHER = "+77015550177"


def connected(stage: Stage) -> Citizen:
    aigerim = code_confirmed(stage)
    assert aigerim.sign_request().status_code == 302
    return aigerim


def with_a_number(stage: Stage) -> dict[str, Any]:
    connected(stage)
    return {}


def signing_a_change(stage: Stage) -> dict[str, Any]:
    aigerim = connected(stage)
    assert aigerim.ask_for_code(ANOTHER).status_code == 302
    stage.run_jobs()
    found = re.search(r"\d{6}", stage.world.wait_for_message(ANOTHER).text)
    assert found
    assert aigerim.type_code(found.group()).status_code == 302
    stage.client = aigerim.browser
    return {}


NUMBERS = (
    State("phone", "to-change", with_a_number),
    State("phone-sign", "to-change", signing_a_change),
    State("app", "signed-out", anyone),
    State("app", "with-a-number", with_a_number),
    State("app-phone-face", "not-asked", app_visits.face_due),
    State("app-phone-seen", "not-recognised", app_visits.not_recognised, 409, again=True),
)
