"""A person who orders a certificate, and an operator at the desk, each through their door."""

import base64
import re
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, override_settings
from django.utils import timezone

import senim.enrolment.tasks
import senim.notices.tasks  # noqa: F401 - so that the jobs of both can run
from senim.accounts.models import Account
from senim.accounts.sessions import BACKEND
from senim.certification import fulfilment, revocation_orders
from senim.operators import standing
from senim.pki.keys import KeyAlgorithm, PrivateKey, generate
from tests.holders import Holder, TestAuthority
from tests.signing_pages import to_sign

KNOW_THE_OPERATOR = "senim.desk.operator.know_the_operator"
CENTRE, REGION, OTHER_REGION = "75-01", "750000000", "710000000"
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_UNITS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


def request_for(key: PrivateKey) -> bytes:
    """A certificate request as a browser makes it."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "anybody")])
    return (
        x509.CertificateSigningRequestBuilder()
        .subject_name(name)
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.DER)
    )


def text_of(answer: HttpResponse) -> str:
    """What a page says, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def value_of(answer: HttpResponse, name: str) -> str:
    """The value of a hidden field or attribute of a page."""
    page = answer.content.decode()
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page) or re.search(rf'{name}="([^"]*)"', page)
    assert found, f"no {name} on the page"
    return unescape(found[1])


def answer_to(answer: HttpResponse) -> str:
    """The number the English challenge asks for."""
    found = re.search(r"in digits: (\w+)(?:-(\w+))?", text_of(answer))
    assert found, "no challenge on the page"
    return str((_TENS.index(found[1]) + 2) * 10 + (_UNITS.index(found[2]) + 1 if found[2] else 0))


def at_the(door: str) -> AbstractContextManager[None]:
    """This door's addresses and middleware, in a process that may have the other door's."""
    if f"senim.{door}.urls" == settings.ROOT_URLCONF:
        return nullcontext()
    if door == "partners":
        return override_settings(
            ROOT_URLCONF="senim.partners.urls", MIDDLEWARE=settings.MIDDLEWARE_OF_PARTNERS
        )
    middleware = [name for name in settings.MIDDLEWARE_OF_DOORS if name != KNOW_THE_OPERATOR]
    if door == "desk":
        middleware.insert(-1, KNOW_THE_OPERATOR)
    return override_settings(ROOT_URLCONF=f"senim.{door}.urls", MIDDLEWARE=middleware)


class Browser(Client):
    """A browser at one door."""

    def __init__(self, door: str) -> None:
        super().__init__()
        self.door = door

    def request(self, **request: object) -> HttpResponse:
        with at_the(self.door):
            return super().request(**request)

    def force_login(self, user: Account, backend: str | None = None) -> None:
        with at_the(self.door):
            super().force_login(user, backend=backend)


@dataclass
class Applicant:
    """Somebody with a browser, two keys and what they would type."""

    typed: dict[str, str]
    browser: Browser = field(default_factory=lambda: Browser("portal"))
    sign_key: PrivateKey = field(default_factory=lambda: generate(KeyAlgorithm.P256))
    auth_key: PrivateKey = field(default_factory=lambda: generate(KeyAlgorithm.P256))

    def fill_in(self, **changes: str) -> HttpResponse:
        """The form, its challenge answered; what comes back."""
        page = self.browser.get("/en/order/form/")
        data = {**self.typed, **changes}
        if b'name="challenge"' in page.content:
            data = {"challenge": value_of(page, "challenge"), "answer": answer_to(page), **data}
        return self.browser.post("/en/order/form/", data)

    def send_keys(self, **changes: str) -> HttpResponse:
        page = self.browser.get("/en/order/keys/")
        assert page.status_code == 200, "no keys page: the form was not accepted"
        return self.browser.post("/en/order/keys/", {**self.keys_form(page), **changes})

    def keys_form(self, page: HttpResponse) -> dict[str, str]:
        return {
            "draft": value_of(page, "draft"),
            "key_storage": self.typed["storage"],
            "request_sign": base64.b64encode(request_for(self.sign_key)).decode(),
            "request_auth": base64.b64encode(request_for(self.auth_key)).decode(),
        }

    def order(self) -> str:
        """The whole order; the number on the last page."""
        filled = self.fill_in()
        assert filled.status_code == 302, text_of(filled)
        sent = self.send_keys()
        assert sent.status_code == 302, text_of(sent)
        return value_of(self.browser.get(sent["Location"]), "data-number")

    def status(self, number: str) -> str:
        return text_of(self.browser.post("/en/order/status/", {"number": number}))


def applicant(person, **changes: str) -> Applicant:
    """Somebody of the sandbox, who types their own facts."""
    return Applicant(
        {
            "iin": person.iin,
            "surname": person.surname,
            "given_name": person.given_name,
            "patronymic": person.patronymic,
            "email": person.email,
            "region": REGION,
            "settlement": "Almaty",
            "centre": CENTRE,
            "storage": "file",
            **changes,
        }
    )


@dataclass
class Desk:
    """An operator signed in at the desk, with the operator's own signing key."""

    operator: standing.Operator
    holder: Holder
    browser: Browser

    def get(self, path: str) -> HttpResponse:
        return self.browser.get(path)

    def post(self, path: str, data: dict | None = None) -> HttpResponse:
        return self.browser.post(path, data or {})

    def find(self, search: str) -> str:
        """The address of the one application that a search finds."""
        page = self.get("/en/?" + "q=" + search.replace(" ", "+")).content.decode()
        found = set(re.findall(r'href="(/en/application/[0-9a-f-]{36}/)"', page))
        assert len(found) == 1, found
        return found.pop()

    def accept(self, case: str, **changes: object) -> HttpResponse:
        papers = {"identification": "identity_card", "papers": ["application", "identity_document"]}
        return self.post(f"{case}accept/", {**papers, **changes})

    def sign(self, case: str, *, by: Holder | None = None, at: datetime | None = None) -> HttpResponse:
        page = self.get(f"{case}confirm/")
        assert page.status_code == 200, text_of(page)
        signature = (by or self.holder).sign(to_sign(page), at=at)
        return self.post(f"{case}confirm/", {"signature": base64.b64encode(signature).decode()})

    def receive(self, number: str) -> str:
        """Everything up to the receipt; the case's address."""
        case = self.find(number)
        for answer in (
            self.post(f"{case}present/"),
            self.accept(case),
            self.post(f"{case}receipt/"),
        ):
            assert answer.status_code == 302, text_of(answer)
        return case

    def confirm(self, number: str) -> str:
        case = self.receive(number)
        signed = self.sign(case)
        assert signed.status_code == 302, text_of(signed)
        return case


def desk_of(person, authority: TestAuthority, *, office: str = CENTRE, responsible: bool = False) -> Desk:
    """This person as an operator in office, signed in."""
    at = timezone.now()
    names = {name: getattr(person, name) for name in ("surname", "given_name", "patronymic")}
    operator = standing.appoint(
        iin=person.iin,
        name=f"{person.surname} {person.given_name}",
        office=office,
        email=person.email,
        responsible=responsible,
        at=at,
    )
    holder = authority.issue("operator_sign", iin=person.iin, email=person.email, **names)
    account, _ = Account.objects.get_or_create(iin=person.iin, defaults={"created_at": at, **names})
    browser = Browser("desk")
    browser.force_login(account, backend=BACKEND)
    with at_the("desk"):
        session = browser.session
        session["steps"] = [{"method": "signature", "at": at.isoformat()}]
        session.save()
    return Desk(operator, holder, browser)


def settle(authority: TestAuthority) -> None:
    """The authority carries out what was ordered, and shows it to the responders."""
    revocation_orders.carry_out(at=timezone.now())
    fulfilment.fulfil(authority.authority, at=timezone.now())
    authority.publish(timezone.now())
