"""How to arrive at the pages of other ways to sign in, and of security; see ``visits``."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.test import Client
from django.utils import timezone
from tests.accounts.authenticator import synced
from tests.accounts.citizen import Citizen, citizen
from tests.accounts.passkey_steps import add
from tests.accounts.signing_in import PAIR, log_in, set_password
from tests.pages.stage import Stage

from senim.accounts.models import Passkey


def anyone(_: Stage) -> dict[str, Any]:
    return {}


def signed(stage: Stage) -> Citizen:
    aigerim = citizen(stage.world.person("aigerim"), stage.authority)
    assert aigerim.sign_in().status_code == 302
    stage.client = aigerim.browser
    return aigerim


def changing_a_factor(stage: Stage) -> dict[str, Any]:
    """Signed in by signature, as changing a factor needs."""
    signed(stage)
    return {}


def asked_for_a_sign_in_code(stage: Stage) -> dict[str, Any]:
    """By somebody whose number is not connected: the page is the same."""
    aigerim = stage.world.person("aigerim")
    assert stage.client.post(PAIR, {"identifier": aigerim.iin, "number": aigerim.phone}).status_code == 302
    return {}


def security(stage: Stage) -> dict[str, Any]:
    """With a password, another session, and a code that was withheld."""
    aigerim = signed(stage)
    assert set_password(aigerim).status_code == 302
    assert log_in(aigerim.iin).status_code == 302
    assert Client().post(PAIR, {"identifier": aigerim.iin, "number": aigerim.phone}).status_code == 302
    return {}


def registering(stage: Stage) -> dict[str, Any]:
    """An organisation, as the longer of the two pages."""
    bin_ = stage.world.legal_entity("pharmacy").bin
    assert stage.client.post("/en/register/", {"identifier": bin_}).status_code == 302
    return {}


def line_of_history(stage: Stage) -> dict[str, Any]:
    security(stage)
    page = stage.client.get("/en/history/").content.decode()
    found = re.search(r"/en/history/([^/]+)/not-me/", page)
    assert found
    return {"reference": found[1]}


def frozen(stage: Stage) -> dict[str, Any]:
    """A case in hand, of somebody who signed in by signature."""
    reference = line_of_history(stage)["reference"]
    assert stage.client.post(f"/en/history/{reference}/not-me/").status_code == 302
    return {}


def with_passkeys(stage: Stage) -> dict[str, Any]:
    """One on two devices, and one that was stopped."""
    aigerim = signed(stage)
    for name in ("Жұмыс телефоны", "Ноутбук"):
        assert add(aigerim, synced(), name=name).status_code == 302
    Passkey.objects.filter(name="Ноутбук").update(suspected_at=timezone.now())
    return {}


def one_passkey(stage: Stage) -> dict[str, Any]:
    with_passkeys(stage)
    return {"passkey_id": Passkey.objects.order_by("added_at")[0].pk}


SIGNING_IN: Mapping[str, Callable[[Stage], dict[str, Any]]] = {
    "sign-in-passkey": anyone,
    "sign-in-password": anyone,
    "sign-in-number": anyone,
    "sign-in-code": asked_for_a_sign_in_code,
    "security": security,
    "password": changing_a_factor,
    "passkeys": with_passkeys,
    "passkey-new": changing_a_factor,
    "passkey-rename": one_passkey,
    "passkey-remove": one_passkey,
    "register": anyone,
    "register-prove": registering,
    "history": security,
    "not-me": line_of_history,
    "frozen": frozen,
    "unfreeze": frozen,
}
