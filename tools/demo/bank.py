"""The sandbox's bank is admitted to the partner API; a customer connects a number in its app. Over HTTP only.

``python -m tools.demo.bank`` admits the bank of a running instance (``SENIM_URL``), so that its app at
``/bank`` can be tried: its head applies at the portal, the authorised body decides at the desk.
"""

import json
import re
import sys
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from tools.demo.instance import instance
from tools.demo.journey import Journey, code_of, messages_to, sign_in, wait_for
from tools.demo.phones import new_number, see_it_in_the_cabinet, way_back
from tools.demo.visitor import Page, Unexpected, Visitor, plain

HEAD, OFFICIAL, CUSTOMER = "marat", "erlan", "madina"
BIN = "950640905620"


def admit_the_bank(journey: Journey) -> None:
    """DD-4a: the bank's head applies and signs, the authorised body reads, decides and signs."""
    if "not admitted" not in plain(_signed_in_at_the_bank(journey).text):
        return
    _apply(journey, Visitor(journey.at.portal))
    system = _decide(journey, Visitor(journey.at.desk))
    client = {"client_id": system}
    journey.sandbox.client.put("/bank/client.json", json=client).raise_for_status()


def connect_a_number_in_the_banks_app(journey: Journey) -> None:
    """PH-7a, PH-7b: the bank has another number than the portal; the face, the code, and it is the same."""
    bank, number = journey.sandbox, new_number()
    page = _signed_in_at_the_bank(journey)
    page = bank.submit(page, page.form(having="number"), number=number)
    page = bank.submit(page, page.form(having="check"))
    page = bank.submit(page, page.form(having="consent"), consent="on")
    before = len(messages_to(journey, number))
    page = bank.get(way_back(journey, page))
    code = wait_for(lambda: code_of(journey, number, before), "the code by SMS")
    bank.submit(page, page.form(having="code"), code=code).expect("Number connected")
    page = _signed_in_at_the_bank(journey)
    bank.submit(page, page.form(having="check")).expect("Same number")
    see_it_in_the_cabinet(journey, CUSTOMER, number)


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
    sign_in(visitor, journey.signer_of(OFFICIAL, "auth"), at="/en/official/sign-in/")
    page = visitor.get("/en/systems/")
    page = visitor.get(_link(page, "applications"))
    form = page.form(having="purposes")
    chosen = urlencode({"kind": "bank", "purposes": "subscriber_number"})
    page = visitor.get(f"{form.action}?{chosen}")
    form = page.form(having="data-sign")
    signer = journey.signer_of(OFFICIAL, "sign")
    page = visitor.submit(page, form, signature=signer.sign(form.attributes["data-content"]))
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
        page = journey.sandbox.submit(page, page.form(having="person"), person=CUSTOMER)
    return page


def main() -> int:
    with instance() as running:
        admit_the_bank(Journey(running, Path()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
