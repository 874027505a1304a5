"""An information system is admitted (DD-4a): its organisation's head applies at the portal and signs,
an official of the authorised body reads, decides and signs at the desk.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from tools.demo.journey import Journey, sign_in
from tools.demo.visitor import Page, Unexpected, Visitor, plain

HEAD, OFFICIAL = "marat", "erlan"
BIN = "950640905620"


@dataclass(frozen=True)
class Wanted:
    """What is applied for and granted; ``keys`` are the system's public ones, as a JWK or a set of them."""

    name: str
    keys: Mapping[str, Any]
    purpose: str
    document_types: tuple[str, ...] = ()


def admit(journey: Journey, wanted: Wanted) -> str:
    """The ``client_id`` the decision gave."""
    _apply(journey, Visitor(journey.at.portal), wanted)
    return _decide(journey, Visitor(journey.at.desk), wanted)


def _apply(journey: Journey, visitor: Visitor, wanted: Wanted) -> None:
    sign_in(visitor, journey.signer_of(HEAD, "auth"))
    page = visitor.get("/en/systems/new/")
    page = visitor.submit(
        page,
        page.form(having="bin"),
        bin=BIN,
        name=wanted.name,
        purposes=wanted.purpose,
        document_types=wanted.document_types,
        keys=json.dumps(wanted.keys),
        contact_name=wanted.name,
        contact_email="app@bank.test",
    )
    _sign(journey, visitor, page, HEAD)


def _decide(journey: Journey, visitor: Visitor, wanted: Wanted) -> str:
    sign_in(visitor, journey.signer_of(OFFICIAL, "auth"), at="/en/official/sign-in/")
    page = visitor.get(_application(visitor.get("/en/systems/"), wanted.name))
    chosen = {"kind": "bank", "purposes": wanted.purpose, "document_types": wanted.document_types}
    page = visitor.get(f"{page.form(having='purposes').action}?{urlencode(chosen, doseq=True)}")
    page = _sign(journey, visitor, page, OFFICIAL)
    found = re.search(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", urlsplit(page.url).path)
    if found is None:
        raise Unexpected(f"not admitted: {plain(page.text)[:400]}")
    return found[0]


def _application(page: Page, name: str) -> str:
    found = re.search(rf'href="([^"]*/applications/[^"]+)">{re.escape(name)}<', page.text)
    if found is None:
        raise Unexpected(f"no application of {name} on {page.url}: {plain(page.text)[:400]}")
    return found[1]


def _sign(journey: Journey, visitor: Visitor, page: Page, who: str) -> Page:
    form = page.form(having="data-sign")
    signature = journey.signer_of(who, "sign").sign(form.attributes["data-content"])
    return visitor.submit(page, form, signature=signature)
