"""A number connected at a counter of the State Corporation, a rule of 2019: worker, citizen, and a device."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from tools.demo import qr
from tools.demo.journey import Journey, code_of, messages_to, sign_in, wait_for
from tools.demo.phones import see_it_in_the_cabinet
from tools.demo.visitor import Unexpected, Visitor, plain

WORKER, CITIZEN = "korlan", "saule"
PAPER = "counter-application.pdf"


@dataclass(frozen=True)
class AtCounter:
    """The worker at the desk, the application's address, and the number that is to be connected."""

    desk: Visitor
    case: str
    number: str


def apply_at_the_counter(journey: Journey) -> None:
    """P19-F1 to F4: the worker signs in with a key and fills in the form; the citizen signs it on paper."""
    desk, citizen = Visitor(journey.at.desk), journey.people[CITIZEN]
    sign_in(desk, journey.signer_of(WORKER, "auth"), at="/en/counter/sign-in/")
    page = desk.get("/en/counter/new/")
    page = desk.submit(page, page.form(having="iin"), iin=citizen["iin"])
    page = desk.submit(
        page,
        page.form(having="agrees_to_secrets"),
        document="identity_card",
        number=citizen["phone"],
        email=citizen["email"],
        language="en",
        agrees_to_connection="on",
        agrees_to_secrets="on",
    )
    case = urlsplit(page.url).path
    (journey.folder / PAPER).write_bytes(desk.get(f"{case}application.pdf").body)
    desk.submit(page, page.form(having="signed_and_dated"), signed_and_dated="on")
    journey.made["counter"] = {"application_number": _unique_number(plain(page.text)), "paper": PAPER}
    journey.made["_at_counter"] = AtCounter(desk, case, citizen["phone"])


def type_the_code_on_the_citizens_page(journey: Journey) -> None:
    """P19-9a: the device reads the worker's screen with its camera; the code is asked for and typed on it."""
    here: AtCounter = journey.made["_at_counter"]
    page = here.desk.get(here.case)
    page = here.desk.submit(page, page.form(having="pad"))
    device, before = Visitor(journey.at.portal), len(messages_to(journey, here.number))
    page = device.get(qr.read_svg(page.text.partition("senim-share__qr")[2]))
    page = device.submit(page, page.form(having="number"))
    page = device.submit(page, page.form(having="send"))
    code = wait_for(lambda: code_of(journey, here.number, before), "the code by SMS")
    device.submit(page, page.form(having="code"), code=code).expect("The number is confirmed")


def connect_the_number_at_the_counter(journey: Journey) -> None:
    """P19-4: by the worker's own signature; the citizen reads it in the cabinet."""
    here: AtCounter = journey.made["_at_counter"]
    page = here.desk.get(f"{here.case}confirm/")
    form = page.form(having="data-sign")
    signature = journey.signer_of(WORKER, "sign").sign(form.attributes["data-content"])
    here.desk.submit(page, form, signature=signature).expect("Connected")
    see_it_in_the_cabinet(journey, CITIZEN, here.number)


def _unique_number(words: str) -> str:
    found = re.search(r"№ (\d{4}\s\d{4}\s\d{4})", words)
    if found is None:
        raise Unexpected(f"no number of the application: {words[:400]}")
    return re.sub(r"\s", "", found[1])
