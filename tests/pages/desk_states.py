"""The desk's states: nothing to do, late, each step's button, wrong, refused, away."""

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone
from tests import cards, in_person, reissuing
from tests.accounts.citizen import Citizen, citizen, hidden, text_to_sign
from tests.ordering import Browser, Desk, settle
from tests.pages import visits
from tests.pages.desk_visits import card, nobody_yet
from tests.pages.document_states import registry_away
from tests.pages.portal_states import refuse
from tests.pages.stage import Stage
from tests.pages.states import State, sends
from tests.pages.visits import anyone, application_arrived, last_part, operator

from senim.certification import revocation
from senim.enrolment.models import Application
from senim.pki.crl import RevocationReason

Step = Callable[[Desk, str], object]


def nothing_to_do(stage: Stage) -> dict[str, Any]:
    operator(stage)
    return {}


def nothing_found(stage: Stage) -> dict[str, Any]:
    stage.query = "?q=000000000000"
    return nothing_to_do(stage)


def late(stage: Stage) -> dict[str, Any]:
    visits.work_list(stage)
    Application.objects.update(due_at=F("due_at") - timedelta(hours=3))
    return {}


def case(*steps: Step) -> visits.Visit:
    """The case's page after these steps; each is given the desk and the case's address."""

    def arrive(stage: Stage) -> dict[str, Any]:
        number = application_arrived(stage)
        desk = operator(stage)
        address = desk.find(number)
        for step in steps:
            step(desk, address)
        return {"application_id": last_part(address)}

    return arrive


def present(desk: Desk, address: str) -> object:
    return desk.post(f"{address}present/")


def accept(desk: Desk, address: str) -> object:
    return desk.accept(address)


def receive(desk: Desk, address: str) -> object:
    return desk.post(f"{address}receipt/")


def sign(desk: Desk, address: str) -> object:
    return desk.sign(address)


def refused(stage: Stage) -> dict[str, Any]:
    number = application_arrived(stage)
    refuse(operator(stage), number)
    return {"application_id": str(Application.objects.get(number=number).pk)}


def issued(stage: Stage) -> dict[str, Any]:
    kwargs = case(present, accept, receive, sign)(stage)
    settle(stage.authority)
    return kwargs


def own_application(stage: Stage) -> dict[str, Any]:
    """The operator's own: nobody confirms for themselves."""
    kwargs = case(present)(stage)
    Application.objects.update(iin=stage.world.person("dauren").iin)
    return kwargs


def unknown(stage: Stage) -> dict[str, Any]:
    operator(stage)
    return {"application_id": "00000000-0000-4000-8000-000000000000"}


def not_in_office(stage: Stage) -> dict[str, Any]:
    """A certificate that holds, of somebody who is not an operator. A challenge serves once."""
    person = stage.world.person("erlan")
    names = {"surname": person.surname, "given_name": person.given_name}
    holder = stage.authority.issue("operator_auth", iin=person.iin, **names)
    stage.client = Browser("desk")
    page = stage.client.get("/en/sign-in/")
    signature = base64.b64encode(holder.sign(text_to_sign(page))).decode()
    stage.form = {"challenge": hidden(page, "challenge"), "signature": signature}
    return {}


def reissue_arrived(stage: Stage) -> dict[str, Any]:
    with visits.at_the_portal():
        reissuing.applied(reissuing.holder(stage.world, stage.authority, "aigerim"))
    operator(stage)
    return {"application_id": str(Application.objects.get().pk)}


def reissue_no_longer_signed(stage: Stage) -> dict[str, Any]:
    kwargs = reissue_arrived(stage)
    serial_number = int(Application.objects.get().signed_with, 16)
    at, reason = timezone.now(), RevocationReason.KEY_COMPROMISE
    revocation.revoke(serial_number=serial_number, reason=reason, at=at, actor="test")
    return kwargs


def card_issued(stage: Stage) -> dict[str, Any]:
    kwargs = card(cards.confirmed)(stage)
    settle(stage.authority)
    stage.run_jobs()
    return kwargs


def came(*steps: Callable[[Desk, Citizen], str]) -> visits.Visit:
    """The case of somebody who came to have certificates revoked, after this."""

    def arrive(stage: Stage) -> dict[str, Any]:
        desk, aigerim = operator(stage), citizen(stage.world.person("aigerim"), stage.authority)
        addresses = [step(desk, aigerim) for step in steps]
        settle(stage.authority)
        stage.run_jobs()
        return {"application_id": last_part(addresses[-1])}

    return arrive


def signed(desk: Desk, person: Citizen) -> str:
    return in_person.signed(desk, person, person.sign)


STATES = (
    State("sign-in", "not-signed", sends(anyone), 422),
    State("sign-in", "not-in-office", not_in_office, 409, again=True),
    State("worklist", "empty", nothing_to_do),
    State("worklist", "nothing-found", nothing_found),
    State("worklist", "late", late),
    State("application", "arrived", case()),
    State("application", "accepted", case(present, accept)),
    State("application", "receipted", case(present, accept, receive)),
    State("application", "confirmed", case(present, accept, receive, sign)),
    State("application", "issued", issued),
    State("application", "refused", refused),
    State("application", "own", own_application),
    State("application", "reissue", reissue_arrived),
    State("application", "reissue-no-longer-signed", reissue_no_longer_signed),
    State("application", "registry-away", registry_away(case(present))),
    State("application", "unknown", unknown, 404),
    State("card", "arrived", card(cards.arrived)),
    State("card", "issued", card_issued),
    State("application", "to-choose", came(in_person.accepted)),
    State("application", "revoked", came(signed)),
    State("revoke-in-person", "nobody", sends(nobody_yet), 422),
    State("accept", "nothing-ticked", sends(case(present)), 422),
    State("refuse", "no-reason", sends(case(present)), 422),
    State("confirm", "refused", sends(case(present, accept, receive), signature="bm8="), 409),
    State("confirm", "too-early", case(present), 409),
)
