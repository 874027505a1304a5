"""The work list: who may see it, what awaits whom, by deadline, and how an application is found."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from tests import cards, in_person
from tests.accounts.citizen import citizen
from tests.ordering import Browser, applicant, settle, text_of

from senim.enrolment.models import Application
from senim.operators import leaving, standing

pytestmark = pytest.mark.django_db


@pytest.fixture
def number(world, authority):
    return applicant(world.person("aigerim")).order()


@pytest.mark.clause("CA-5.15")
def test_a_stranger_is_sent_to_sign_in(db):
    answer = Browser("desk").get("/en/")
    assert answer["Location"].startswith("/en/sign-in/")


@pytest.mark.clause("CA-5.15")
def test_a_stranger_may_do_nothing(db):
    case = "/en/application/00000000-0000-4000-8000-000000000000/"
    for action in ("present", "accept", "receipt"):
        assert Browser("desk").post(f"{case}{action}/")["Location"].startswith("/en/sign-in/")
    for page in ("", "refuse/", "confirm/", "receipt.pdf"):
        assert Browser("desk").get(f"{case}{page}").status_code == 302


@pytest.mark.clause("CA-5.15")
def test_an_appointment_that_ends_ends_at_once(dauren):
    assert dauren.get("/en/").status_code == 200
    leaving.dismiss(iin=dauren.operator.iin, by=None, at=timezone.now())
    assert dauren.get("/en/").status_code == 302


@pytest.mark.clause("CA-5.15")
def test_the_ceremony_appoints_its_operators(db, pytestconfig):
    file = pytestconfig.rootpath / "ceremony" / "sandbox.toml"
    appointed = standing.appoint_from_ceremony(file, at=timezone.now())
    assert [one.name.split()[0] for one in appointed] == ["Оспанов", "Бекова"]
    assert all(standing.operator_of(one.iin) == one for one in appointed)
    assert standing.appoint_from_ceremony(file, at=timezone.now()) == appointed


def test_an_empty_list_says_what_to_do(dauren):
    assert "This list is empty" in text_of(dauren.get("/en/"))
    assert "Nothing found" in text_of(dauren.get("/en/?q=nobody"))


@pytest.mark.parametrize(
    "search",
    ["Сәрсенова", "САРСЕНОВА АЙГЕРИМ", "айгерим сарсенова", "Нурланкызы", "940308492147", "сәрс"],
)
@pytest.mark.clause("CA-6.P6")
def test_an_application_is_found_by_name_as_names_are_compared(dauren, number, search):
    assert dauren.find(search)


@pytest.mark.clause("CA-6.P6")
def test_an_application_is_found_by_its_number_as_it_is_written(dauren, number):
    assert dauren.find(number) == dauren.find(f"{number[:4]} {number[4:8]} {number[8:]}")


@pytest.mark.parametrize("search", ["Ахметов", "а", "940308492148", "%", "_"])
def test_what_does_not_fit_is_not_found(dauren, number, search):
    assert "/en/application/" not in dauren.get(f"/en/?q={search}").content.decode()


@pytest.mark.clause("CA-6.C2")
def test_the_most_urgent_stands_first_and_late_is_said_in_words(dauren, number, world):
    urgent = applicant(world.person("daniyar")).order()
    case = dauren.find(urgent)
    dauren.post(f"{case}present/")
    page = dauren.get("/en/").content.decode()
    assert page.index(urgent[8:] + "</a>") < page.index(number[8:] + "</a>")
    Application.objects.filter(number=urgent).update(due_at=timezone.now() - timedelta(minutes=12, seconds=5))
    late = dauren.get("/en/?show=late")
    assert "12 min late" in text_of(late)
    assert "senim-clock--late" in late.content.decode()
    assert urgent[8:] in late.content.decode()
    assert number[8:] + "</a>" not in late.content.decode()


def test_filters_narrow_the_list(dauren, number, world):
    other = applicant(world.person("daniyar")).order()
    dauren.post(f"{dauren.find(other)}present/")
    at_desk = dauren.get("/en/?show=at_desk").content.decode()
    assert f"{other[8:]}</a>" in at_desk
    assert f"{number[8:]}</a>" not in at_desk
    awaited = dauren.get("/en/?show=awaited").content.decode()
    assert f"{number[8:]}</a>" in awaited
    assert f"{other[8:]}</a>" not in awaited


def listed(dauren, case: str, show: str = "all_open") -> str:
    """The line of this case, each cell after its column's name; empty where it is not in this list."""
    page = dauren.get(f"/en/?show={show}").content.decode()
    rows = [row.split("</tr>")[0] for row in page.split("<tr") if f'href="{case}"' in row]
    named = re.sub(r'<td data-l="([^"]*)">', r" \1 ", f"<tr{''.join(rows)}")
    return " ".join(re.sub(r"<[^>]+>", " ", named).split()) if rows else ""


@pytest.mark.clause("CA-9.P1", "CA-9.P8", "CA-9.P10")
def test_a_card_awaits_operator_applicant_and_authority_in_turn(dauren, world, authority, run_jobs):
    iin = world.person("aigerim").iin
    page = cards.arrived(dauren, iin)
    case = page.replace("/card/", "/application/")
    assert "Awaits: Operator" in listed(dauren, case, "at_desk")
    assert iin[:6] in listed(dauren, case)
    assert listed(dauren, case).startswith("Papers being checked"), "the link has a name before a number"
    dauren.post(f"{page}identify/")
    dauren.post(f"{page}form/", cards.CONTACT)
    assert "Awaits: Applicant" in listed(dauren, case, "at_desk")
    assert "Сәрсенова" in listed(dauren, case, "mine")
    dauren.post(f"{page}keys/", cards.keys())
    assert "Awaits: Applicant" in listed(dauren, case, "at_desk")
    dauren.post(f"{page}signed/")
    assert "Awaits: Operator" in listed(dauren, case, "at_desk")
    dauren.sign(case)
    assert "Awaits: Certification authority" in listed(dauren, case, "at_authority")
    settle(authority)
    run_jobs()
    assert "Awaits: Operator" in listed(dauren, case, "free")
    dauren.post(f"{page}written/")
    assert "Awaits: Nobody" in listed(dauren, case, "ended")


@pytest.mark.clause("CA-10.P1", "CA-10.T6", "CA-10.T9")
def test_a_revocation_in_person_awaits_operator_and_authority_in_turn(dauren, world, authority, run_jobs):
    aigerim = citizen(world.person("aigerim"), authority)
    case = in_person.accepted(dauren, aigerim)
    assert "Awaits: Operator" in listed(dauren, case, "at_desk")
    in_person.choose(dauren, case, aigerim.sign)
    assert "Awaits: Operator" in listed(dauren, case, "mine")
    in_person.sign(dauren, case)
    assert "Awaits: Certification authority" in listed(dauren, case, "at_authority")
    assert listed(dauren, case, "mine") == ""
    settle(authority)
    run_jobs()
    assert "Awaits: Nobody" in listed(dauren, case, "ended")


def test_an_operator_may_look_at_the_own_centre_only(dauren, number, world):
    other = applicant(world.person("daniyar"), centre="71-01", region="710000000").order()
    mine = dauren.get("/en/?centre=mine").content.decode()
    assert f"{number[8:]}</a>" in mine
    assert f"{other[8:]}</a>" not in mine


@pytest.mark.parametrize("asked", ["?show=nonsense", "?page=0", "?page=999999999999", "?page=x", "?q=%00"])
def test_a_strange_question_is_no_fault(dauren, number, asked):
    assert dauren.get(f"/en/{asked}").status_code == 200
