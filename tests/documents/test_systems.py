"""A users' information system asks for a document, and sees no more than its owner allows (DD-4b)."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.accounts.citizen import words
from tests.documents.test_claims import scan
from tests.partnering import Partner, system_of
from tools.demo.qr import read_svg

from senim.accounts.models import InformationSystem
from senim.accounts.systems import suspending
from senim.accounts.systems.process import OF_DOCUMENTS
from senim.documents import tasks
from senim.documents.models import Claim, View
from senim.journal.models import Entry
from senim.partners.openapi import document
from senim.settings import settings

CLAIMS, VIEWS = "/v1/documents/claims", "/v1/documents/views"
SEEN = {"kind", "surname", "given_name", "patronymic", "portrait", "born", "number", "issuer", "expires"}
SECOND = timedelta(seconds=1)
NAME = "Касса"


@dataclass
class Till:
    """``partner`` at the door with a token for ``scope``."""

    partner: Partner
    scope: str = "view"
    token: str = ""

    def __post_init__(self) -> None:
        self.token = self.partner.token(scope=self.scope)

    def ask(self, code: str, *, purpose: str = "view"):
        return self._post("by-code", {"code": code, "purpose": purpose})

    def scan(self, qr: str, *, purpose: str = "view"):
        return self._post("by-qr", {"qr": qr, "purpose": purpose})

    def _post(self, how: str, body: dict[str, str]):
        return self.partner.post(f"{CLAIMS}/{how}", body, token=self.token)

    def poll(self, claim: dict):
        return self.partner.get(f"{CLAIMS}/{claim['claim']}", token=self.token)

    def look(self, view: str, **more):
        return self.partner.get(f"{VIEWS}/{view}", token=self.token, **more)

    def let_in(self, opened) -> str:
        """The look that the owner has just consented to."""
        claim = self.ask(opened.state()["code"]).json()
        assert opened.answer(claim["number"]) == "opened"
        return self.poll(claim).json()["view"]


@pytest.fixture
def till(world, db) -> Till:
    return Till(system_of(world.legal_entity("pharmacy"), name=NAME, purposes=OF_DOCUMENTS))


@pytest.fixture
def other(world, db) -> Till:
    """A till of somebody else's."""
    return Till(system_of(world.legal_entity("bank"), name="Терминал", purposes=OF_DOCUMENTS))


def refused(answer, status: int, kind: str) -> None:
    assert (answer.status_code, answer.json()["type"].rsplit(".", 1)[1]) == (status, kind), answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["next_step"]
    assert "Сәрсенова" not in answer.content.decode()


def qr_of(opened) -> str:
    return read_svg(opened.state()["qr_svg"])


def later(span: timedelta):
    return time_machine.travel(timezone.now() + span)


@pytest.mark.clause("DD-4b")
def test_the_owner_reads_who_asks_and_what_for_and_only_then_lets_the_system_look(till, opened, world):
    code = opened.state()["code"]
    asked = till.ask(code)
    claim = asked.json()
    assert (asked.status_code, asked["Location"]) == (202, f"{CLAIMS}/{claim['claim']}")
    assert (till.poll(claim).status_code, till.poll(claim).json()) == (202, claim)

    told = opened.state()["claim"]
    pharmacy = world.legal_entity("pharmacy").kk
    assert (told["who"], told["organisation"]) == (NAME, f"information system of {pharmacy}")
    assert "Purpose: to view the document." in told["asks"]
    assert "name, photograph, date of birth" in told["asks"]
    page = words(opened.owner.browser.get(opened.page))
    assert " ".join(told["asks"].split()) in page, "without script, too"
    assert not View.objects.exists()

    assert opened.answer(claim["number"]) == "opened"
    answer = till.poll(claim)
    assert answer.status_code == 200
    seen = till.look(answer.json()["view"])
    assert seen["Cache-Control"] == "no-store"
    assert set(seen.json()["document"]) == SEEN
    assert seen.json()["document"]["surname"] == "Сәрсенова"
    assert "құжаттар" in seen.json()["signed_by"]
    assert world.person("aigerim").iin not in seen.content.decode()
    assert till.ask(code).status_code == 202
    assert opened.state()["claim"] is None, "a code that served is nobody's"


@pytest.mark.clause("DD-4b")
def test_a_qr_that_a_system_scans_opens_nothing_by_itself_and_serves_once(till, opened):
    qr = qr_of(opened)
    claim = till.scan(qr).json()
    refused(till.scan(qr), 409, "qr_is_spent")
    assert not View.objects.exists()
    assert qr_of(opened) != qr, "the owner's screen shows the next one"
    assert opened.answer(claim["number"]) == "opened"
    assert till.look(till.poll(claim).json()["view"]).status_code == 200
    assert (View.objects.get().path, View.objects.get().viewer_kind) == ("qr", "system")
    with later(settings.qr_grace + SECOND):
        refused(till.scan("HTTP://LOCALHOST/D/" + "A" * 26), 409, "qr_is_spent")


@pytest.mark.clause("DD-4b")
def test_no_consent_no_document(till, opened):
    claim = till.ask(opened.state()["code"]).json()
    assert opened.answer("", answer="refuse") == "refused"
    nobodys = till.ask("000000").json()
    for one in (claim, nobodys):
        assert till.poll(one).status_code == 202, "a refusal is not told apart from a code of nobody's"
    with later(settings.claim_answer_within + SECOND):
        for one in (claim, nobodys):
            refused(till.poll(one), 409, "nobody_answered")
    assert not View.objects.exists()


@pytest.mark.clause("DD-4b")
def test_a_consent_that_is_taken_back_or_over_ends_the_look(till, opened):
    view = till.let_in(opened)
    assert opened.owner.browser.post(opened.state()["views"][0]["stop_url"]).status_code == 302
    refused(till.look(view), 409, "view_stopped")
    other = till.let_in(opened)
    with later(settings.view_lifetime + SECOND):
        till.token = till.partner.token()
        refused(till.look(other), 409, "view_ended")
    till.token = till.partner.token()
    assert till.look(other).status_code == 200
    opened.owner.browser.post(f"{opened.page}close/")
    refused(till.look(other), 409, "view_stopped")


@pytest.mark.clause("DD-4b")
def test_a_token_for_another_purpose_opens_nothing(till, opened, world):
    claim = till.ask(opened.state()["code"]).json()
    assert opened.answer(claim["number"]) == "opened"
    view = till.poll(claim).json()["view"]
    presenting = Till(till.partner, scope="present")
    for answer in (
        presenting.poll(claim),
        presenting.look(view),
        presenting.ask("000000", purpose="view"),
        presenting.scan(qr_of(opened), purpose="view"),
    ):
        refused(answer, 403, "purpose_not_admitted")
        assert answer.json()["error"] == "insufficient_scope"
    assert presenting.ask("000000", purpose="advertising").status_code == 400
    InformationSystem.objects.update(kind="bank", purposes=["subscriber_number"])
    comparing = Till(till.partner, scope="subscriber_number")
    for answer in (comparing.ask("000000"), comparing.poll(claim), comparing.look(view)):
        refused(answer, 403, "purpose_not_admitted")
    assert till.partner.ask_token(scope="view").json()["error"] == "invalid_scope"


@pytest.mark.clause("DD-4b")
def test_a_kind_of_document_that_the_decision_does_not_name_stays_closed(till, opened, viewer):
    view = till.let_in(opened)
    InformationSystem.objects.update(document_types=["driving_licence"])
    refused(till.look(view), 403, "kind_not_admitted")
    assert till.ask(opened.state()["code"]).status_code == 202
    assert opened.state()["claim"] is None, "the code of another document is nobody's"
    qr = qr_of(opened)
    refused(till.scan(qr), 403, "kind_not_admitted")
    assert scan(viewer, qr.rsplit("/", 1)[1]).status_code == 302, "and the QR is not spent"


@pytest.mark.clause("DD-4b")
def test_a_system_that_was_suspended_sees_nothing_from_that_moment(till, opened):
    view = till.let_in(opened)
    suspend(till)
    refused(till.look(view), 403, "system_suspended")
    refused(till.ask(opened.state()["code"]), 403, "system_suspended")


def suspend(till) -> None:
    stopped = {"reason": "A key was copied", "account": "root", "at": timezone.now()}
    suspending.suspend_from_console(system_id=till.partner.client_id, **stopped)


@pytest.mark.clause("DD-4b", "DD-16")
def test_the_question_of_a_system_that_was_suspended_is_withdrawn_and_consent_opens_nothing(till, opened):
    claim = till.ask(opened.state()["code"]).json()
    mine = opened.state()["claim"]["id"]
    suspend(till)
    assert opened.state()["claim"] is None
    assert NAME not in words(opened.owner.browser.get(opened.page))
    typed = {"claim": mine, "number": claim["number"], "answer": "open"}
    to = f"{opened.page}answer/"
    said = opened.owner.browser.post(to, typed, headers={"Accept": "application/json"})
    assert said.json() == {"outcome": "stopped"}
    assert (View.objects.count(), Claim.objects.get().state) == (0, "withdrawn")
    assert opened.owner.browser.post(to, typed).status_code == 409, "and a second time it is over"
    assert Entry.objects.filter(verb="documents.withdraw_claim", actor="process:documents").count() == 1


@pytest.mark.clause("DD-4b", "DD-16")
def test_who_consents_without_script_to_a_suspended_system_reads_why_not(till, opened):
    claim = till.ask(opened.state()["code"]).json()
    typed = {"claim": opened.state()["claim"]["id"], "number": claim["number"], "answer": "open"}
    suspend(till)
    page = opened.owner.browser.post(f"{opened.page}answer/", typed)
    assert (page.status_code, "This system may no longer ask" in words(page)) == (409, True)


@pytest.mark.clause("DD-4b", "DD-18b")
def test_the_mark_of_a_system_that_was_suspended_is_closed(till, other, opened):
    till.let_in(opened)
    with time_machine.travel(timezone.now() + SECOND):
        theirs = other.let_in(opened)
        assert [one["state"] for one in opened.state()["views"]] == ["open", "open"]
        suspend(till)
        (job,) = ProcrastinateJob.objects.filter(task_name="documents.system_stopped")
        tasks.system_stopped(**job.args)
        tasks.system_stopped(**job.args)
        assert [one["state"] for one in opened.state()["views"]] == ["open", "closed"]
        assert other.look(theirs).status_code == 200
        assert Entry.objects.get(verb="documents.finish_view").actor == "process:documents"


@pytest.mark.clause("DD-4b")
def test_what_is_anothers_is_not_there(till, other, opened, viewer):
    view = till.let_in(opened)
    claim = Claim.objects.get()
    refused(other.look(view), 404, "no_such_view")
    refused(other.poll({"claim": claim.pk}), 404, "no_such_claim")
    persons = scan(viewer, qr_of(opened).rsplit("/", 1)[1])["Location"].rstrip("/").rsplit("/", 1)[1]
    refused(till.look(persons), 404, "no_such_view")


@pytest.mark.clause("DD-4b")
def test_a_system_guesses_three_codes_a_day_however_many_tokens_it_has(till, other, opened):
    till.let_in(opened)
    claim = till.scan(qr_of(opened)).json()
    assert opened.answer("", answer="refuse") == "refused"
    for code in ("000001", "000002", "000003"):
        assert till.ask(code).status_code == 202
    again = Till(till.partner, scope="view present")
    refused(again.ask(opened.state()["code"]), 409, "too_many_claims")
    assert till.poll(claim).status_code == 202, "what was consented to, and QRs, are not counted"
    assert till.scan(qr_of(opened)).status_code == 202
    assert other.ask("000004").status_code == 202


@pytest.mark.clause("DD-4b")
def test_each_look_asks_the_registry_and_the_owner_reads_who_had_it_asked(till, opened, world):
    view = till.let_in(opened)
    world.fault("documents", "down")
    answer = till.look(view)
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    world.fault("documents", "unsigned")
    assert till.look(view).status_code in {409, 503}
    world.fault("documents", "ok")
    assert till.look(view, language="ru").json()["document"]["issuer"].startswith("Министерство")
    history = words(opened.owner.browser.get("/en/history/"))
    assert f"showing a document, for {NAME}, {world.legal_entity('pharmacy').kk}" in history
    assert f"{NAME}, {world.legal_entity('pharmacy').kk}" in history


@pytest.mark.clause("DD-4b")
def test_the_mark_names_system_organisation_and_purpose_and_is_on_record(till, opened, world):
    till.token = till.partner.token(scope="present")
    claim = till.ask(opened.state()["code"], purpose="present").json()
    opened.answer(claim["number"])
    for language, said in (
        ("kk", ("ақпараттық жүйесі", "мақсаты: құжатты ұйымға ұсыну")),
        ("ru", ("информационная система", "цель: предъявление документа организации")),
        ("en", ("information system of", "purpose: to present the document to the organisation")),
    ):
        page = words(opened.owner.browser.get(f"/{language}/documents/seen/"))
        for one in (*said, NAME, world.legal_entity("pharmacy").kk):
            assert one in page
    entry = Entry.objects.get(verb="documents.view")
    assert (entry.clause, entry.actor) == ("DD-4b", f"system:{till.partner.client_id}")
    assert (entry.facts["purpose"], entry.changed[0]["edition"]) == ("present", 2)


@pytest.mark.clause("DD-4b")
def test_documents_are_not_listed_searched_or_kept(till, opened):
    till.let_in(opened)
    paths = {path: set(methods) for path, methods in document()["paths"].items() if "documents" in path}
    assert paths == {
        f"{CLAIMS}/by-code": {"post"},
        f"{CLAIMS}/by-qr": {"post"},
        f"{CLAIMS}/{{claim_id}}": {"get"},
        f"{VIEWS}/{{view_id}}": {"get"},
    }
    for method, path in (("GET", CLAIMS), ("GET", VIEWS), ("POST", VIEWS), ("GET", f"{CLAIMS}/by-code")):
        assert till.partner.send(method, path, token=till.token).status_code in {404, 405}
