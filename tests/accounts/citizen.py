"""A citizen at the portal: certificates, a browser, and the steps a person takes."""

import base64
import html
import re
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.test import Client
from tests.holders import Holder, TestAuthority

SIGN_IN = "/en/sign-in/"


def attribute(page: HttpResponse, name: str) -> str:
    found = re.search(rf'{name}="([^"]*)"', page.content.decode())
    assert found, f"the page has no {name}"
    return html.unescape(found.group(1))


def hidden(page: HttpResponse, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.content.decode())
    assert found, f"the form has no {name}"
    return html.unescape(found.group(1))


def words(page: HttpResponse) -> str:
    """The page as a reader sees it: no tags, no runs of space."""
    return " ".join(re.sub(r"<[^>]+>", " ", html.unescape(page.content.decode())).split())


def text_to_sign(page: HttpResponse) -> bytes:
    return base64.b64decode(attribute(page, "data-content"))


def signed(page: HttpResponse, by: Holder) -> str:
    return base64.b64encode(by.sign(text_to_sign(page))).decode()


@dataclass
class Citizen:
    """Somebody with both certificates and a browser."""

    iin: str
    names: dict[str, str]
    phone: str
    auth: Holder
    sign: Holder
    browser: Client = field(default_factory=Client)

    def sign_in(self, *, by: Holder | None = None, language: str = "en", **form: str) -> Any:
        path = f"/{language}/sign-in/"
        page = self.browser.get(path, form)
        answer = {"challenge": hidden(page, "challenge"), "signature": signed(page, by or self.auth), **form}
        return self.browser.post(path, answer)

    def ask_for_code(self, number: str | None = None, *, consent: bool = True, language: str = "en") -> Any:
        form = {"number": number or self.phone} | ({"consent": "on"} if consent else {})
        return self.browser.post(f"/{language}/phone/", form)

    def type_code(self, code: str) -> Any:
        return self.browser.post("/en/phone/code/", {"code": code})

    def sign_request(self, *, by: Holder | None = None) -> Any:
        page = self.browser.get("/en/phone/sign/")
        return self.browser.post("/en/phone/sign/", {"signature": signed(page, by or self.sign)})


def citizen(person: Any, authority: TestAuthority) -> Citizen:
    names = {"surname": person.surname, "given_name": person.given_name, "patronymic": person.patronymic}
    facts = {"iin": person.iin, **names, "email": person.email}
    auth, sign = authority.issue("individual_auth", **facts), authority.issue("individual_sign", **facts)
    return Citizen(person.iin, names, person.phone, auth, sign)
