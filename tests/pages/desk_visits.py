"""How to arrive at each page of the desk: route name → what must have happened before (``visits.py``)."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from tests import cards, in_person
from tests.accounts.citizen import citizen
from tests.archive.made import png
from tests.ordering import Desk, desk_of
from tests.pages.counter_visits import COUNTER
from tests.pages.operator_visits import OPERATORS
from tests.pages.stage import Stage
from tests.pages.system_visits import AT_THE_DESK
from tests.pages.visits import (
    Visit,
    anyone,
    at_the_portal,
    case,
    case_to_confirm,
    last_part,
    operator,
    work_list,
)


def nobody_yet(stage: Stage) -> dict[str, Any]:
    operator(stage)
    return {}


def case_of_a_colleague(stage: Stage) -> dict[str, Any]:
    taken_in = case_to_confirm(stage)
    stage.client = desk_of(stage.world.person("ainur"), stage.authority).browser
    return taken_in


def archived(stage: Stage) -> dict[str, Any]:
    """One paper in the archive, of which a copy was handed out."""
    found = case(stage)
    place = f"/en/application/{found['application_id']}/archive/"
    scan = SimpleUploadedFile("scan.png", png())
    put = stage.client.post(place, {"kind": "identity_document", "scan": scan})
    assert put.status_code == 302
    return found


def copied(stage: Stage) -> dict[str, Any]:
    found = archived(stage)
    page = stage.client.get(f"/en/application/{found['application_id']}/archive/").content.decode()
    address = re.search(r"/archive/([0-9a-f-]{36})/", page)
    assert address
    return {**found, "paper_id": address[1]}


def revocation_to_confirm(stage: Stage) -> dict[str, Any]:
    desk, aigerim = operator(stage), citizen(stage.world.person("aigerim"), stage.authority)
    return {"application_id": last_part(in_person.formed(desk, aigerim, aigerim.sign))}


def card_begun(stage: Stage) -> dict[str, Any]:
    operator(stage)
    return {}


def card(arrive: Callable[[Desk, str], str]) -> Visit:
    """An issue onto an identity card, taken as far as this."""

    def visit(stage: Stage) -> dict[str, Any]:
        return {"application_id": last_part(arrive(operator(stage), stage.world.person("aigerim").iin))}

    return visit


def case_of_not_me(stage: Stage) -> dict[str, Any]:
    """One that waits for its answer, before responsible staff."""
    with at_the_portal():
        aigerim = citizen(stage.world.person("aigerim"), stage.authority)
        assert aigerim.sign_in().status_code == 302
        found = re.search(
            r"/en/history/([^/]+)/not-me/", aigerim.browser.get("/en/history/").content.decode()
        )
        assert found
        aigerim.browser.post(found[0])
    stage.client = desk_of(stage.world.person("ainur"), stage.authority, responsible=True).browser
    page = stage.client.get("/en/frozen/").content.decode()
    address = re.search(r"/frozen/([0-9a-f-]{36})/", page)
    assert address
    return {"case_id": address[1]}


def cases_of_not_me(stage: Stage) -> dict[str, Any]:
    case_of_not_me(stage)
    return {}


DESK: Mapping[str, Visit] = {
    "sign-in": anyone,
    "worklist": work_list,
    "application": case,
    "refuse": case,
    "confirm": case_to_confirm,
    "countersign": case_of_a_colleague,
    "revoke-in-person": nobody_yet,
    "confirm-revocation": revocation_to_confirm,
    "clocks": work_list,
    **OPERATORS,
    **AT_THE_DESK,
    **COUNTER,
    "archive": work_list,
    "archive-of": archived,
    "archive-copy": copied,
    "card-begin": card_begun,
    "card": card(cards.known),
    "frozen": cases_of_not_me,
    "frozen-case": case_of_not_me,
}
