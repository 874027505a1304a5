"""Whose case it is: a sheet opens it, a colleague's hands are respected, a desk left alone locks itself."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone
from tests.ordering import applicant, text_of
from tools.demo.qr import read_svg

from senim.countries.kz.keyboards import digits_of
from senim.enrolment import hands as verbs
from senim.enrolment.models import Application
from senim.enrolment.process import Stage
from senim.enrolment.sheets import sheet_of
from senim.journal.models import Entry
from senim.operators import standing

pytestmark = pytest.mark.django_db


@pytest.fixture
def aigerim(world, authority):
    return applicant(world.person("aigerim"))


@pytest.fixture
def number(aigerim):
    return aigerim.order()


def case_of(number: str) -> Application:
    return Application.objects.get(number=number)


def scan(desk, sheet: str):
    return desk.post("/en/scan/", {"sheet": sheet})


class TestTheSheet:
    @pytest.mark.clause("CA-6.P5", "CA-6.P6")
    def test_the_applicants_page_shows_it_and_a_scan_opens_the_case_and_starts_the_check(
        self, aigerim, number, dauren
    ):
        page = aigerim.browser.get("/en/order/done/").content.decode()
        sheet = read_svg(re.search(r"<svg.*?</svg>", page[page.index("senim-share__qr") :], re.S)[0])
        assert sheet == sheet_of(application_id=case_of(number).id)
        assert sheet.startswith(number)
        answer = scan(dauren, sheet)
        assert answer["Location"] == dauren.find(number)
        assert case_of(number).state == Stage.PRESENTED
        assert case_of(number).taken_by == dauren.operator.id
        assert scan(dauren, sheet)["Location"] == answer["Location"]

    @pytest.mark.clause("CA-6.C2")
    def test_a_sheet_for_other_keys_is_refused_with_the_reason_and_on_record(self, number, dauren):
        sheet = sheet_of(application_id=case_of(number).id)
        other = f"{sheet[:-1]}{(int(sheet[-1]) + 1) % 10}"
        answer = scan(dauren, other)
        assert answer.status_code == 409
        assert "The fingerprint on the sheet" in text_of(answer)
        assert case_of(number).state == Stage.AWAITED
        assert Entry.objects.filter(verb="enrolment.refuse_sheet").count() == 1

    def test_a_number_by_hand_opens_the_case_and_starts_nothing(self, number, dauren):
        assert scan(dauren, f"{number[:4]} {number[4:]}")["Location"] == dauren.find(number)
        assert case_of(number).state == Stage.AWAITED

    @pytest.mark.parametrize("typed", ["", "nonsense", "123456789012", "1" * 31, "1" * 33, "\x00"])
    def test_anything_else_is_no_sheet(self, number, dauren, typed):
        answer = scan(dauren, typed)
        assert answer.status_code in {404, 409}
        assert case_of(number).state == Stage.AWAITED

    def test_nobody_opens_their_own(self, world, dauren):
        own = applicant(world.person("dauren")).order()
        assert scan(dauren, sheet_of(application_id=case_of(own).id)).status_code == 409

    def test_a_keyboard_set_to_kazakh_changes_nothing(self):
        assert digits_of('"әіңғ,.үұқ') == "1234567890"
        assert digits_of("ӘІ 12\r") == "2312"

    def test_whoever_checks_a_number_gets_no_sheet(self, aigerim, number):
        page = aigerim.browser.post("/en/order/status/", {"number": number}).content.decode()
        assert "senim-share__qr" not in page


class TestHands:
    def test_whoever_takes_a_step_has_the_case_until_it_is_confirmed(self, dauren, number):
        case = dauren.find(number)
        assert case_of(number).taken_by is None
        dauren.receive(number)
        assert case_of(number).taken_by == dauren.operator.id
        dauren.sign(case)
        assert case_of(number).taken_by is None

    def test_a_colleagues_case_is_left_alone_until_it_is_taken_over(self, dauren, ainur, number):
        case = dauren.find(number)
        dauren.post(f"{case}present/")
        page = ainur.get(case)
        assert "A colleague has this case: Оспанов" in text_of(page)
        refused = ainur.accept(case)
        assert refused.status_code == 409
        assert "Оспанов" in text_of(refused)
        assert ainur.post(f"{case}take/").status_code == 302
        assert ainur.accept(case).status_code == 302
        assert dauren.post(f"{case}receipt/").status_code == 409

    def test_let_go_it_is_anybodys(self, dauren, ainur, number):
        case = dauren.find(number)
        dauren.post(f"{case}present/")
        assert ainur.post(f"{case}release/").status_code == 409
        assert dauren.post(f"{case}release/").status_code == 302
        assert case_of(number).taken_by is None
        assert ainur.accept(case).status_code == 302

    def test_it_is_handed_to_a_colleague_in_office(self, dauren, ainur, number, world):
        case = dauren.find(number)
        dauren.post(f"{case}present/")
        assert "Бекова" in text_of(dauren.get(case))
        stranger = "00000000-0000-4000-8000-000000000000"
        dauren.post(f"{case}hand-over/", {"to": stranger})
        assert case_of(number).taken_by == dauren.operator.id
        dauren.post(f"{case}hand-over/", {"to": str(ainur.operator.id)})
        assert case_of(number).taken_by == ainur.operator.id
        said = Entry.objects.get(verb="enrolment.hand_over")
        assert said.facts == {"to": f"operator:{ainur.operator.id}"}
        assert [one.id for one in standing.colleagues_of(dauren.operator)] == [ainur.operator.id]

    def test_nobody_is_handed_an_application_of_their_own(self, dauren, ainur, world):
        own = applicant(world.person("ainur")).order()
        case = dauren.find(own)
        dauren.post(f"{case}present/")
        assert dauren.post(f"{case}hand-over/", {"to": str(ainur.operator.id)}).status_code == 409

    def test_what_has_ended_is_nobodys(self, dauren, number):
        case = dauren.find(number)
        dauren.post(f"{case}present/")
        dauren.post(f"{case}refuse/", {"reason": "The photograph is of another person."})
        assert case_of(number).taken_by is None
        assert dauren.post(f"{case}take/").status_code == 409

    def test_the_list_shows_whose_and_filters_by_it(self, dauren, ainur, number, world):
        other = applicant(world.person("daniyar")).order()
        dauren.post(f"{dauren.find(number)}present/")
        ainur.post(f"{ainur.find(other)}present/")

        def listed(show: str) -> set[str]:
            page = dauren.get(f"/en/?show={show}").content.decode()
            return {one for one in (number, other) if f"{one[8:]}</a>" in page}

        assert (listed("mine"), listed("others"), listed("free")) == ({number}, {other}, set())
        dauren.post(f"{dauren.find(number)}release/")
        assert listed("free") == {number}
        assert "Бекова" in text_of(dauren.get("/en/"))

    @pytest.mark.parametrize(("sort", "first"), [("applicant", "daniyar"), ("number", None), ("x", None)])
    def test_the_list_is_sorted_by_a_column(self, dauren, number, world, sort, first):
        other = applicant(world.person("daniyar")).order()
        page = dauren.get(f"/en/?sort={sort}").content.decode()
        order = sorted((number, other), key=lambda one: page.index(f"{one[8:]}</a>"))
        if sort == "number":
            assert order == sorted(order)
        if first:
            assert order[0] == other
        assert page.count('aria-sort="ascending"') == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_hand_cases_to_each_other_at_once_do_not_wait_for_each_other(dauren, ainur, world):
    both = (dauren.operator, ainur.operator)
    cases = [case_of(applicant(world.person(who)).order()).id for who in ("aigerim", "madina")]
    for operator, case in zip(both, cases, strict=True):
        verbs.take(application_id=case, operator=operator, at=timezone.now())
    together = threading.Barrier(2)

    def hand_over(giver: int, case: int) -> None:
        together.wait()
        given = {"operator": both[giver], "to": both[1 - giver].id, "at": timezone.now()}
        try:
            verbs.hand_over(application_id=cases[case], **given)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for turn in range(4):
            list(pool.map(hand_over, (0, 1), (turn % 2, 1 - turn % 2)))
    assert [Application.objects.get(pk=case).taken_by for case in cases] == [one.id for one in both]


class TestTheLock:
    def test_a_locked_desk_asks_for_its_operator_and_leads_back(self, dauren, number):
        case = dauren.find(number)
        page = dauren.get(case).content.decode()
        assert f'name="next" value="{case}"' in page
        assert 'data-lock-after="300"' in page
        locked = dauren.post("/en/lock/", {"next": case})
        assert locked["Location"] == f"/en/sign-in/?next={case.replace('/', '%2F')}"
        assert "The desk is locked" in text_of(dauren.get(locked["Location"]))
        assert dauren.get(case)["Location"].startswith("/en/sign-in/")
        assert dauren.post(f"{case}present/")["Location"].startswith("/en/sign-in/")
        assert case_of(number).state == Stage.AWAITED

    @pytest.mark.parametrize("away", ["https://elsewhere.test/", "//elsewhere.test/", ""])
    def test_it_leads_nowhere_else(self, dauren, away):
        assert dauren.post("/en/lock/", {"next": away})["Location"] == "/en/sign-in/"
