"""Steps of connecting a number in the app."""

import re
from urllib.parse import urlsplit

import httpx

PHONE, CODE, FACE, SIGN, DONE = (
    "/en/app/phone/",
    "/en/phone/code/",
    "/en/app/phone/face/",
    "/en/phone/sign/",
    "/en/phone/done/",
)


def ask_for_code(citizen, number=None, *, consent=True):
    form = {"number": number or citizen.phone} | ({"consent": "on"} if consent else {})
    return citizen.browser.post(PHONE, form)


def show_face(citizen, world, face="self"):
    """To the service and back; what the way back answers."""
    return citizen.browser.get(way_back(citizen, world, face))


def way_back(citizen, world, face="self"):
    """The address the service sends the device back to, once it saw this face."""
    assert citizen.browser.post(FACE).status_code == 302
    page = citizen.browser.get(FACE).content.decode()
    found = re.search(r'href="[^"]*/identification/([0-9a-f-]{36})', page)
    assert found, "the page leads to no service"
    answer = httpx.post(f"{world.url}/identification/{found.group(1)}/face.json", json={"face": face})
    back = urlsplit(answer.raise_for_status().json()["return"])
    return f"{back.path}?{back.query}"


def confirmed(citizen, code_of, number=None, count=1):
    """The code was right: the face is due."""
    assert ask_for_code(citizen, number).status_code == 302
    assert citizen.type_code(code_of(number or citizen.phone, count)).status_code == 302


def recognised(citizen, code_of, world):
    """The face was recognised: the signature is due."""
    confirmed(citizen, code_of)
    assert show_face(citizen, world)["Location"] == SIGN


def profile(citizen):
    return citizen.browser.get("/en/app/").content.decode().replace("\xa0", " ")
