"""States of the pages of digital documents: of their owner, of who looks, of a system that asks."""

from datetime import timedelta
from typing import Any

from django.db.models import F
from django.test import Client
from tests.pages import visits
from tests.pages.stage import Stage
from tests.pages.states import State, see, sends
from tests.pages.visits import last_part, signed_in
from tests.partnering import admitted_system

from senim.documents.models import Claim, Grant

LONG_AGO = timedelta(hours=1)
CODE_OF_NOBODY = "000000"


def registry_away(visit: visits.Visit, registry: str = "gbdfl") -> visits.Visit:
    def arrive(stage: Stage) -> dict[str, Any]:
        kwargs = visit(stage)
        stage.world.fault(registry, "down")
        return kwargs

    return arrive


def asked(stage: Stage, code: str = "") -> tuple[Client, str, str]:
    """The owner's browser, the page of the open document, and the claim of the visitor, who typed a code."""
    owner = stage.sign_in("aigerim")
    stage.client = stage.sign_in("daniyar")
    page = visits.opened(owner)
    typed = code or visits.state_of(owner, page)["code"]
    return owner, page, last_part(stage.client.post("/en/view/", {"code": typed})["Location"])


def somebody_asks(stage: Stage) -> dict[str, Any]:
    stage.client, page, _ = asked(stage)
    return {"grant": last_part(page)}


def a_system_asks(stage: Stage) -> dict[str, Any]:
    owner = stage.sign_in("aigerim")
    page = visits.opened(owner)
    body = {"code": visits.state_of(owner, page)["code"], "purpose": "view"}
    system = admitted_system(stage.world, stage.authority)
    assert system.post("/v1/documents/claims/by-code", body).status_code == 202
    stage.client = owner
    return {"grant": last_part(page)}


def somebody_looks(stage: Stage) -> dict[str, Any]:
    owner = stage.sign_in("aigerim")
    page = visits.opened(owner)
    token = visits.token_of(owner, page)
    assert stage.sign_in("daniyar").post("/en/view/scanned/", {"token": token}).status_code == 302
    stage.client = owner
    return {"grant": last_part(page)}


def burnt(stage: Stage) -> dict[str, Any]:
    kwargs = somebody_asks(stage)
    page = f"/en/documents/open/{kwargs['grant']}/"
    claim = visits.state_of(stage.client, page)["claim"]["id"]
    for _ in range(2):
        stage.client.post(f"{page}answer/", {"claim": claim, "number": "0", "answer": "open"})
    return kwargs


def closed(stage: Stage) -> dict[str, Any]:
    kwargs = visits.standing_open(stage)
    stage.client.post(f"/en/documents/open/{kwargs['grant']}/close/")
    return kwargs


def run_out(stage: Stage) -> dict[str, Any]:
    kwargs = visits.standing_open(stage)
    Grant.objects.update(opened_at=F("opened_at") - LONG_AGO, closes_at=F("closes_at") - LONG_AGO)
    return kwargs


def nobody_answered(stage: Stage) -> dict[str, Any]:
    *_, claim = asked(stage, CODE_OF_NOBODY)
    Claim.objects.update(expires_at=F("expires_at") - LONG_AGO)
    return {"claim": claim}


def asked_too_often(stage: Stage) -> dict[str, Any]:
    signed_in(stage)
    for _ in range(3):
        stage.client.post("/en/view/", {"code": CODE_OF_NOBODY})
    stage.form = {"code": CODE_OF_NOBODY}
    return {}


def look_over(stage: Stage) -> dict[str, Any]:
    kwargs = visits.looking(stage)
    stage.client.post(f"/en/view/{kwargs['view']}/finish/")
    return kwargs


def look_stopped(stage: Stage) -> dict[str, Any]:
    kwargs = visits.looking(stage)
    owner = stage.sign_in("aigerim")
    assert owner.post(f"/en/documents/seen/{kwargs['view']}/stop/").status_code == 302
    return kwargs


def card_of(person: str) -> visits.Visit:
    def arrive(stage: Stage) -> dict[str, Any]:
        stage.client = stage.sign_in(person)
        return {"slug": "identity-card"}

    return arrive


DIALOG = "dialog[data-claim][open]"

DOCUMENTS = (
    State("document", "card-lost", card_of("bolat"), 409),
    State("document", "card-expired", card_of("olga"), 409),
    State("document", "no-card", card_of("marat"), 409),
    State("document", "registry-away", registry_away(card_of("aigerim"), "documents"), 503),
    State("access", "somebody-asks", somebody_asks, act=see(DIALOG)),
    State("access", "a-system-asks", a_system_asks, act=see(DIALOG)),
    State("access", "somebody-looks", somebody_looks),
    State("access", "burnt", burnt),
    State("access", "closed", closed),
    State("access", "run-out", run_out),
    State("marks", "empty", signed_in),
    State("view-enter", "nothing-typed", sends(signed_in), 422),
    State("view-enter", "not-a-code", sends(signed_in, code="12"), 409),
    State("view-enter", "too-often", asked_too_often, 409),
    State("view-scanned", "spent", sends(signed_in, token="x" * 22), 409),
    State("view-wait", "no-answer", nobody_answered),
    State("viewing", "over", look_over, 409),
    State("viewing", "stopped", look_stopped, 409),
    State("viewing", "registry-away", registry_away(visits.looking, "documents"), 503),
)
