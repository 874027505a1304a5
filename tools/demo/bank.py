"""The sandbox's bank is admitted to the partner API. Over HTTP only.

``python -m tools.demo.bank`` admits the bank of a running instance (``SENIM_URL``), so that its app at
``/bank`` can be tried: its head applies at the portal, the authorised body decides at the desk.
"""

import json
import re
import sys
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from tools.demo.instance import instance
from tools.demo.journey import Journey, sign_in
from tools.demo.visitor import Page, Unexpected, Visitor, plain

HEAD, OFFICIAL = "marat", "erlan"
BIN = "950640905620"


def admit_the_bank(journey: Journey) -> None:
    """DD-4a: the bank's head applies and signs, the authorised body reads, decides and signs."""
    if "not admitted" not in plain(_signed_in_at_the_bank(journey).text):
        return
    _apply(journey, Visitor(journey.at.portal))
    system = _decide(journey, Visitor(journey.at.desk))
    client = {"client_id": system}
    journey.sandbox.client.put("/bank/client.json", json=client).raise_for_status()


def _apply(journey: Journey, visitor: Visitor) -> None:
    keys = journey.sandbox.json("/bank/jwks.json")
    sign_in(visitor, journey.signer_of(HEAD, "auth"))
    page = visitor.get("/en/systems/new/")
    page = visitor.submit(
        page,
        page.form(having="bin"),
        bin=BIN,
        name="Zhetisu app",
        purposes="subscriber_number",
        keys=json.dumps(keys),
        contact_name="Zhetisu app",
        contact_email="app@bank.test",
    )
    form = page.form(having="data-sign")
    signer = journey.signer_of(HEAD, "sign")
    visitor.submit(page, form, signature=signer.sign(form.attributes["data-content"]))


def _decide(journey: Journey, visitor: Visitor) -> str:
    """The ``client_id`` the decision gave."""
    page = visitor.get("/en/official/sign-in/")
    form = page.form(having="data-sign")
    auth, sign = journey.signer_of(OFFICIAL, "auth"), journey.signer_of(OFFICIAL, "sign")
    visitor.submit(page, form, signature=auth.sign(form.attributes["data-content"]))
    page = visitor.get("/en/systems/")
    page = visitor.get(_link(page, "applications"))
    form = page.form(having="purposes")
    chosen = urlencode({"kind": "bank", "purposes": "subscriber_number"})
    page = visitor.get(f"{form.action}?{chosen}")
    form = page.form(having="data-sign")
    page = visitor.submit(page, form, signature=sign.sign(form.attributes["data-content"]))
    found = re.search(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", urlsplit(page.url).path)
    if found is None:
        raise Unexpected(f"not admitted: {plain(page.text)[:400]}")
    return found[0]


def _link(page: Page, word: str) -> str:
    found = re.search(rf'href="([^"]*/{word}/[^"]+)"', page.text)
    if found is None:
        raise Unexpected(f"no {word} on {page.url}: {plain(page.text)[:400]}")
    return found[1]


def _signed_in_at_the_bank(journey: Journey) -> Page:
    page = journey.sandbox.get("/bank?lang=en")
    if any("person" in form.choices for form in page.forms):
        page = journey.sandbox.submit(page, page.form(having="person"), person=journey.who)
    return page


def main() -> int:
    with instance() as running:
        admit_the_bank(Journey(running, Path()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
