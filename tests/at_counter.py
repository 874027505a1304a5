"""A worker of the State Corporation at the counter, and a citizen at the pad, each through their door."""

import base64
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

import senim.notices.tasks  # noqa: F401 - so that messages leave
from senim.accounts.counter import workers
from senim.accounts.counter.workers import Worker
from senim.accounts.models import Account, CounterApplication
from senim.accounts.sessions import BACKEND
from senim.desk.operator import ENTERED_AS, WORKER
from tests.holders import Holder, TestAuthority
from tests.ordering import CENTRE, Browser, at_the, text_of, value_of
from tests.signing_pages import to_sign

CORPORATION = {"bin": "051140901278", "organisation": "State Corporation"}


class Watched(Browser):
    """A browser that keeps everything it was ever answered."""

    def __init__(self, door: str) -> None:
        super().__init__(door)
        self.seen: list[bytes] = []

    def request(self, **request: object) -> HttpResponse:
        answer = super().request(**request)
        headers = "".join(f"{name}: {value}\n" for name, value in answer.items())
        self.seen.append(headers.encode() + answer.cookies.output().encode() + answer.content)
        return answer


@dataclass
class Counter:
    """A worker signed in at the desk, with the key to sign with."""

    worker: Worker
    holder: Holder
    browser: Watched

    def get(self, path: str) -> HttpResponse:
        return self.browser.get(path)

    def post(self, path: str, data: dict[str, Any] | None = None) -> HttpResponse:
        return self.browser.post(path, data or {})

    def look_up(self, iin: str) -> HttpResponse:
        return self.post("/en/counter/new/", {"iin": iin})

    def fill_in(self, person: Any, **changes: str) -> HttpResponse:
        """The form of annex 3, complete unless something is changed; empty leaves a field out."""
        assert self.look_up(person.iin).status_code == 302
        page = self.get("/en/counter/new/form/")
        form = {
            "key": value_of(page, "key"),
            "iin": person.iin,
            "document": "identity_card",
            "number": person.phone,
            "email": person.email,
            "language": "en",
            "agrees_to_connection": "on",
            "agrees_to_secrets": "on",
            **changes,
        }
        return self.post("/en/counter/new/form/", {name: value for name, value in form.items() if value})

    def opened(self, person: Any, **changes: str) -> str:
        """The application's address."""
        answer = self.fill_in(person, **changes)
        assert answer.status_code == 302, text_of(answer)
        return str(answer["Location"])

    def with_paper(self, person: Any, **changes: str) -> str:
        case = self.opened(person, **changes)
        assert self.post(f"{case}signed/", {"signed_and_dated": "on"}).status_code == 302
        return case

    def pad_number(self, case: str, **form: str) -> str:
        shown = self.post(f"{case}pad/", form)
        assert shown.status_code == 302, text_of(shown)
        return application(case).pad_number

    def sign(self, case: str, step: str = "confirm", *, by: Holder | None = None) -> HttpResponse:
        page = self.get(f"{case}{step}/")
        if page.status_code != 200:
            return page
        signature = (by or self.holder).sign(to_sign(page))
        return self.post(f"{case}{step}/", {"signature": base64.b64encode(signature).decode()})


@dataclass
class AtPad:
    """A citizen's device."""

    browser: Browser = field(default_factory=lambda: Browser("portal"))

    def open(self, number: str) -> HttpResponse:
        return self.browser.post("/en/pad/", {"number": number})

    def ask(self) -> HttpResponse:
        return self.browser.post("/en/pad/code/send/")

    def type(self, code: str) -> HttpResponse:
        return self.browser.post("/en/pad/code/", {"code": code})


def counter_of(person: Any, authority: TestAuthority, *, office: str = CENTRE) -> Counter:
    """This person as a worker of this office, signed in."""
    at = timezone.now()
    names = {name: getattr(person, name) for name in ("surname", "given_name", "patronymic")}
    worker = workers.appoint(
        iin=person.iin,
        bin=CORPORATION["bin"],
        name=f"{person.surname} {person.given_name}",
        office=office,
        at=at,
        by="ceremony",
    )
    holder = authority.issue("employee_sign", iin=person.iin, email=person.email, **names, **CORPORATION)
    account, _ = Account.objects.get_or_create(iin=person.iin, defaults={"created_at": at, **names})
    browser = Watched("desk")
    browser.force_login(account, backend=BACKEND)
    with at_the("desk"):
        session = browser.session
        session[ENTERED_AS], session["steps"] = WORKER, [{"method": "signature", "at": at.isoformat()}]
        session.save()
    return Counter(worker, holder, browser)


def application(case: str) -> CounterApplication:
    return CounterApplication.objects.select_related("request").get(pk=case.strip("/").rsplit("/", 1)[1])


def state(case: str) -> str:
    return application(case).request.state


def at_pad(counter: Counter, case: str) -> AtPad:
    """The citizen's device, on its page."""
    device = AtPad()
    opened = device.open(counter.pad_number(case))
    assert opened.status_code == 302, text_of(opened)
    return device


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"
