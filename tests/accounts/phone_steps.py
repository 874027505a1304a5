"""Steps of connecting a number that several tests take."""

import base64

from tests.accounts.citizen import words


def shown_number(citizen):
    return words(citizen.browser.get("/en/cabinet/")).replace("\xa0", " ")


def connect(citizen, code_of, number=None, count=1):
    assert citizen.ask_for_code(number).status_code == 302
    assert citizen.type_code(code_of(number or citizen.phone, count)).status_code == 302
    return citizen.sign_request()


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06}"


def encoded(signature):
    return base64.b64encode(signature).decode()
