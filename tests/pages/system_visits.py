"""How to arrive at each page about information systems, of a representative and of an official."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone
from joserfc.jwk import ECKey
from tests.accounts.organisations import acting_for
from tests.ordering import Browser
from tests.pages.stage import Stage
from tests.partnering import account_of, admitted_system, applied, official, system_of

from senim.accounts.models import Account
from senim.accounts.sessions import BACKEND
from senim.accounts.systems import suspending
from senim.accounts.systems.process import OF_DOCUMENTS
from senim.desk.operator import ENTERED_AS, OFFICIAL
from senim.documents.models import View

KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
}
"""Of RFC 7517, appendix A.1: pages are compared, so it is always the same."""


def _jwk() -> dict[str, Any]:
    return dict(ECKey.import_key(KEY).as_dict(private=False))


# At the portal


def representative(stage: Stage) -> dict[str, Any]:
    """An application that was refused would look alike; one that waits and a system that was admitted."""
    account_of(stage.world.person("marat"))
    admitted_system(stage.world, stage.authority)
    stage.client = stage.sign_in("marat")
    return {}


def to_sign(stage: Stage) -> dict[str, Any]:
    stage.client = stage.sign_in("marat")
    typed = {
        "bin": stage.world.legal_entity("bank").bin,
        "name": "Ұялы банк",
        "purposes": ["view"],
        "document_types": ["identity_card"],
        "keys": json.dumps(_jwk()),
        "contact_name": "Марат",
        "contact_email": "integration@bank.test",
    }
    assert stage.client.post("/en/systems/new/", typed).status_code == 302
    return {}


def of_a_system(stage: Stage) -> dict[str, Any]:
    system = admitted_system(stage.world, stage.authority)
    stage.client = stage.sign_in("marat")
    return {"system_id": system.client_id}


def what_systems_saw(stage: Stage) -> dict[str, Any]:
    """One look that is going on, one that its owner stopped, one that is over."""
    stage.client = acting_for(stage.world, stage.authority).browser
    till = system_of(stage.world.legal_entity("pharmacy"), name="Касса", purposes=OF_DOCUMENTS)
    at = timezone.now()
    for state, purpose in (("open", "view"), ("stopped", "present"), ("finished", "view")):
        View.objects.create(
            grant_id=uuid4(),
            owner_id=uuid4(),
            viewer_id=till.client_id,
            viewer_kind="system",
            purpose=purpose,
            kind="identity_card",
            path="qr",
            state=state,
            opened_at=at,
            closes_at=at + timedelta(minutes=5),
            ended_at=None if state == "open" else at,
        )
    return {}


AT_THE_PORTAL: Mapping[str, Callable[[Stage], dict[str, Any]]] = {
    "systems": representative,
    "system-new": representative,
    "system-sign": to_sign,
    "system-keys": of_a_system,
    "organisation-looks": what_systems_saw,
}

# At the desk


def official_enters(stage: Stage) -> None:
    person = stage.world.person("erlan")
    official(stage.world, stage.authority)
    account_of(person)
    stage.client = Browser("desk")
    stage.client.force_login(Account.objects.get(iin=person.iin), backend=BACKEND)
    session = stage.client.session
    session[ENTERED_AS] = OFFICIAL
    session.save()


def listed(stage: Stage) -> dict[str, Any]:
    """One system in each state, and one application."""
    admitted_system(stage.world, stage.authority)
    waiting(stage)
    return {}


def waiting(stage: Stage) -> dict[str, Any]:
    application_id = applied(stage.world, stage.authority, _jwk(), name="Терминал")
    official_enters(stage)
    return {"application_id": str(application_id)}


def to_decide(stage: Stage) -> dict[str, Any]:
    stage.query = "?kind=bank&purposes=view&purposes=subscriber_number&document_types=identity_card"
    return waiting(stage)


def admitted(stage: Stage) -> dict[str, Any]:
    system = admitted_system(stage.world, stage.authority)
    official_enters(stage)
    return {"system_id": system.client_id}


def suspended(stage: Stage) -> dict[str, Any]:
    arguments = admitted(stage)
    who = official(stage.world, stage.authority).official
    reason = "Кілт көшірілген"
    suspending.suspend(system_id=arguments["system_id"], reason=reason, official=who, at=timezone.now())
    return arguments


def nobody(stage: Stage) -> dict[str, Any]:
    return {}


AT_THE_DESK: Mapping[str, Callable[[Stage], dict[str, Any]]] = {
    "official-sign-in": nobody,
    "systems": listed,
    "system-application": waiting,
    "system-decide": to_decide,
    "system": admitted,
    "system-resume": suspended,
}
