"""Phone numbers in the demo: connected in the app by another person than the main job's, then changed.

Other channels use of it a number nobody has, the way to the camera and back, and a look into the cabinet.
"""

import re
import secrets
from urllib.parse import urlsplit

import httpx

from tools.demo.journey import THIRD, Journey, code_of, messages_to, sign_in, wait_for
from tools.demo.visitor import Page, Unexpected, Visitor, plain


def connect_a_phone_in_the_app(journey: Journey) -> None:
    """PH-6: a certificate, the code by SMS, the face, and by row 8 of the annex the signature."""
    number = _held(journey) or new_number()
    page = _type_number_and_code(journey, "/en/app/phone/", number)
    page = journey.third.submit(page, page.form(having="face"))
    page = journey.third.get(way_back(journey, page))
    _sign(journey, page, "The number is connected")


def change_the_number(journey: Journey) -> None:
    """PH-8: the new number, its code, the signature; the old phone is told."""
    old = _held(journey)
    before = len(messages_to(journey, old))
    page = _type_number_and_code(journey, "/en/phone/", new_number())
    _sign(journey, page, "The number is changed")
    wait_for(lambda: len(messages_to(journey, old)) > before or None, f"a message to {old}")


def new_number() -> str:
    return f"+770155{secrets.randbelow(10**5):05}"


def way_back(journey: Journey, page: Page) -> str:
    """The person's device shows the face to the sandbox's service, which sends it back."""
    found = re.search(r'href="[^"]*/identification/([0-9a-f-]{36})', page.text)
    if not found:
        raise Unexpected(f"no way to the camera: {plain(page.text)[:400]}")
    place = f"{journey.at.sandbox}/identification/{found[1]}/face.json"
    answer = httpx.post(place, json={"face": "self"}).raise_for_status()
    back = urlsplit(answer.json()["return"])
    return f"{back.path}?{back.query}"


def see_it_in_the_cabinet(journey: Journey, who: str, number: str) -> None:
    """Its holder signs in with a certificate and reads the number there."""
    page = sign_in(Visitor(journey.at.portal), journey.signer_of(who, "auth"))
    if number not in re.sub(r"[^+\d]", "", plain(page.text)):
        raise Unexpected(f"{number} is not in the cabinet: {plain(page.text)[:400]}")


def _held(journey: Journey) -> str:
    """The number in the app's profile; on an instance that saw the demo before there is one."""
    found = re.search(r"\+7(?:[ \u00a0]?\d){10}", plain(journey.third.get("/en/app/").text))
    return re.sub(r"[^+\d]", "", found[0]) if found else ""


def _type_number_and_code(journey: Journey, address: str, number: str) -> Page:
    visitor, before = journey.third, len(messages_to(journey, number))
    page = visitor.get(address)
    form = page.form(having="number")
    boxes = {name: values[0] for name, values in form.choices.items()}
    page = visitor.submit(page, form, **{**boxes, "number": number})
    code = wait_for(lambda: code_of(journey, number, before), "the code by SMS")
    return visitor.submit(page, page.form(having="code"), code=code)


def _sign(journey: Journey, page: Page, wanted: str) -> None:
    form = page.form(having="data-sign")
    signature = journey.signer_of(THIRD, "sign").sign(form.attributes["data-content"])
    journey.third.submit(page, form, signature=signature).expect(wanted)
