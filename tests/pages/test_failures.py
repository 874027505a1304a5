"""Refusals and failures, as a person and as a program meet them."""

import re
from typing import ClassVar

import pytest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from senim.accounts.models import Account
from senim.accounts.sessions import BACKEND
from senim.errors import NotFound, Unavailable
from senim.identifiers import parse
from senim.pages import failures
from senim.pages.routes import Kind, Route, Who, guarded
from senim.portal.frame import DOOR as DOOR
from senim.portal.urls import handler404, handler500  # noqa: F401
from senim.portal.urls import urlpatterns as portals
from senim.process import NotAllowed
from senim.texts import LANGUAGES, say, speaking

pytestmark = pytest.mark.django_db


class _Said:
    """A refusal with words that exist, so that these tests add no texts to the catalogue."""

    clause: ClassVar[str] = "CA-20.3"

    @classmethod
    def text_id(cls) -> str:
        return "pages.refusal.wrong_identifier"


class Away(_Said, Unavailable):
    pass


class NotYours(_Said, NotFound):
    pass


def _raises(problem: type[Exception] | Exception) -> object:
    def view(request: HttpRequest) -> HttpResponse:
        raise problem

    return view


def _wrong(request: HttpRequest) -> HttpResponse:
    parse("910412400122")
    return HttpResponse()


_pressed = require_POST(_wrong)


urlpatterns = [
    path("away", _raises(Away), name="away"),
    path("not-yours", _raises(NotYours)),
    path("moved-on", _raises(NotAllowed("no"))),
    path("no-database", _raises(OperationalError("gone"))),
    path("broken", _raises(ZeroDivisionError())),
    path("wrong", _wrong),
    path("press", _pressed),
    path("press.json", guarded(Route("press.json", _pressed, Who.ANYONE, "press-json", Kind.DATA))),
    path("wrong.json", guarded(Route("wrong.json", _wrong, Who.ANYONE, "wrong-json", Kind.DATA))),
    *portals,
]


@pytest.fixture(autouse=True)
def _urls() -> object:
    with override_settings(ROOT_URLCONF="tests.pages.test_failures"):
        yield


@pytest.mark.parametrize(
    ("address", "status"),
    [("/away", 503), ("/not-yours", 404), ("/moved-on", 409), ("/wrong", 409), ("/no-database", 503)],
)
def test_each_refusal_has_its_status(client: Client, address: str, status: int) -> None:
    assert client.get(address).status_code == status


@pytest.mark.parametrize(
    ("code", "reason"), [("kk", "ЖСН немесе БСН"), ("ru", "ИИН или БИН"), ("en", "The IIN or BIN")]
)
def test_a_refusal_gives_reason_clause_next_step_and_a_way_back(
    client: Client, code: str, reason: str
) -> None:
    headers = {"Accept-Language": code, "Referer": "http://testserver/kk/order/form/?x=1"}
    page = client.get("/wrong", headers=headers).content.decode()
    assert reason in page
    assert "CA-20.3" in page
    assert 'href="/kk/order/form/?x=1"' in page


def test_whoever_is_signed_in_is_still_signed_in_on_a_refusal(client: Client) -> None:
    iin = "940308492147"
    account = Account.objects.create(iin=iin, surname="A", given_name="B", created_at=timezone.now())
    assert 'href="/en/sign-in/"' in client.get("/wrong", headers={"Accept-Language": "en"}).content.decode()
    client.force_login(account, backend=BACKEND)
    page = client.get("/wrong", headers={"Accept-Language": "en"}).content.decode()
    assert 'href="/en/sign-in/"' not in page
    leave = re.search(r'action="/en/sign-out/"><input[^>]*name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert leave


def test_the_way_back_never_leads_to_a_strangers_site(client: Client) -> None:
    page = client.get("/wrong", headers={"Referer": "https://evil.example/kk/"}).content.decode()
    assert "evil.example" not in page


def test_a_program_gets_a_problem_document(client: Client) -> None:
    answer = client.get("/wrong.json", headers={"Accept-Language": "en"})
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "/problems/pages.refusal.wrong_identifier",
        "title": "The IIN or BIN is not correct",
        "status": 409,
        "language": "en",
        "next_step": "Check the 12 digits on the identity card and type them again",
        "clause": "CA-20.3",
    }


def test_what_is_unavailable_says_when_to_come_back(client: Client) -> None:
    answer = client.get("/away")
    assert answer.headers["Retry-After"] == str(Unavailable.retry_after_seconds)
    assert 'href="/away"' in answer.content.decode()


@pytest.mark.parametrize("code", LANGUAGES)
def test_failure_pages_ask_the_database_nothing(code: str, django_assert_num_queries: object) -> None:
    request = RequestFactory().get(f"/{code}/x/")
    with speaking(code), django_assert_num_queries(0):  # type: ignore[operator]
        for answer in (
            failures.page_not_found(request),
            failures.database_down(request),
            failures.csrf_refused(request),
        ):
            assert f'lang="{code}"' in answer.content.decode()  # type: ignore[attr-defined]


def test_a_failure_of_ours_shows_a_reference_and_no_detail() -> None:
    client = Client(raise_request_exception=False)
    answer = client.get("/broken", headers={"Accept-Language": "en"})
    page = answer.content.decode()
    assert answer.status_code == 500
    assert re.search(r"reference: [0-9a-f]{8}", page)
    assert "ZeroDivision" not in page


def test_a_form_without_its_token_is_told_what_to_do() -> None:
    answer = Client(enforce_csrf_checks=True).post("/en/help/", headers={"Accept-Language": "en"})
    assert answer.status_code == 403
    assert "Nothing was sent" in answer.content.decode()


def test_health_says_so_when_the_database_is_away(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("senim.pages.middleware.database_is_reachable", lambda: False)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (503, "fail")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_address_of_a_form_says_so_to_whoever_opens_it(language: str) -> None:
    answer = Client().get("/press", headers={"accept-language": language})
    with speaking(language):
        heading = say("pages.failure.only_by_a_button")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert f'<h1 class="govuk-heading-l">{heading}</h1>' in answer.text
    assert 'class="govuk-button' in answer.text


def test_a_program_is_told_as_data_which_methods_an_address_has() -> None:
    answer = Client().get("/press.json")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert answer.json()["type"] == "/problems/pages.failure.only_by_a_button"


@pytest.mark.parametrize(
    ("language", "act"), [("kk", "№ 839 бұйрық"), ("ru", "приказ № 839"), ("en", "order 839 of")]
)
def test_a_refusal_names_the_act_it_rests_on(client: Client, language: str, act: str) -> None:
    page = client.get("/not-yours", headers={"accept-language": language}).text
    assert act in page
    assert "(CA-20.3)" in page
