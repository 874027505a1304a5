"""The sandbox's bank is admitted to the partner API; a customer connects a number in its app. Over HTTP only.

``python -m tools.demo.bank`` admits the bank of a running instance (``SENIM_URL``), so that its app at
``/bank`` can be tried: its head applies at the portal, the authorised body decides at the desk.
"""

import sys
from pathlib import Path

from tools.demo.admission import Wanted, admit
from tools.demo.instance import instance
from tools.demo.journey import Journey, code_of, messages_to, wait_for
from tools.demo.phones import new_number, see_it_in_the_cabinet, way_back
from tools.demo.visitor import Page, plain

CUSTOMER = "madina"


def admit_the_bank(journey: Journey) -> None:
    """DD-4a, with the keys its app has; once for an instance."""
    if "not admitted" not in plain(_signed_in_at_the_bank(journey).text):
        return
    keys = journey.sandbox.json("/bank/jwks.json")
    client = {"client_id": admit(journey, Wanted("Zhetisu app", keys, "subscriber_number"))}
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
