"""How a third party gets in: the QR, claimed once; the code, a rendezvous and nothing more."""

import re
import threading
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from tools.demo.qr import read_svg

from senim.accounts import AccountId
from senim.documents import access, claims
from senim.documents.models import Claim, Grant, View
from senim.settings import settings


def token_of(opened) -> str:
    return read_svg(opened.state()["qr_svg"]).rsplit("/", 1)[1]


def scan(someone, token):
    return someone.browser.post("/en/view/scanned/", {"token": token})


def type_code(someone, code) -> str:
    """The address of the page on which the viewer waits."""
    answer = someone.browser.post("/en/view/", {"code": code})
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def number_on(someone, page) -> str:
    found = re.search(r"\b(\d{3})[\s\u00a0](\d{3})<", someone.browser.get(page).content.decode())
    return found[1] + found[2]


@pytest.mark.clause("DD-18a", "DD-19a", "DD-10")
def test_another_signed_in_person_scans_the_qr_and_sees_the_document(opened, viewer):
    answer = scan(viewer, token_of(opened))
    page = viewer.browser.get(answer["Location"]).content.decode()
    assert "Сәрсенова" in page
    assert "047" in page


@pytest.mark.clause("DD-19b")
def test_a_third_party_sees_no_more_than_was_opened(opened, viewer, world):
    page = viewer.browser.get(scan(viewer, token_of(opened))["Location"]).content.decode()
    assert world.person("aigerim").iin not in page


@pytest.mark.clause("DD-18a")
def test_a_qr_opened_by_the_phones_own_camera_asks_before_it_is_spent(opened, viewer):
    token = token_of(opened)
    for _ in range(2):
        page = viewer.browser.get(f"/en/d/{token}").content.decode()
        assert token in page
    assert not View.objects.exists()
    assert scan(viewer, token).status_code == 302


@pytest.mark.clause("DD-19a", "DD-10")
def test_a_qr_serves_once(opened, viewer, sign_in):
    token = token_of(opened)
    first = scan(viewer, token)
    assert first.status_code == 302
    assert scan(sign_in("askar"), token).status_code == 409
    assert scan(viewer, token)["Location"] == first["Location"]
    assert View.objects.count() == 1


@pytest.mark.clause("DD-19a", "DD-15")
def test_a_qr_dies_seconds_after_it_left_the_screen(opened, viewer):
    token = token_of(opened)
    with time_machine.travel(timezone.now() + settings.qr_grace + timedelta(seconds=1)):
        assert scan(viewer, token).status_code == 409


@pytest.mark.clause("DD-19a")
@pytest.mark.parametrize("token", ["", "NOSUCHTOKEN", "A" * 5000, "\x00", "қазақ"])
def test_an_unknown_qr_is_refused(viewer, token):
    assert scan(viewer, token).status_code == 409


def test_nobody_scans_their_own_qr(opened):
    assert scan(opened.owner, token_of(opened)).status_code == 409


@pytest.mark.clause("DD-18a", "DD-19a", "DD-10")
def test_the_code_brings_two_people_together_and_the_owner_lets_the_viewer_in(opened, viewer):
    page = type_code(viewer, opened.state()["code"])
    claim = opened.state()["claim"]
    assert viewer.surname in claim["who"]
    assert claim["digits"] == 6
    assert viewer.browser.get(f"{page}state/").json()["state"] == "waiting"
    assert opened.answer(number_on(viewer, page)) == "opened"
    state = viewer.browser.get(f"{page}state/").json()
    assert state["state"] == "opened"
    assert "Сәрсенова" in viewer.browser.get(state["location"]).content.decode()


@pytest.mark.clause("DD-15")
def test_a_code_that_served_is_replaced(opened, viewer):
    code = opened.state()["code"]
    opened.answer(number_on(viewer, type_code(viewer, code)))
    assert opened.state()["code"] != code


@pytest.mark.clause("DD-19a")
def test_right_wrong_expired_and_own_codes_answer_the_same(opened, viewer, sign_in):
    right = opened.state()["code"]
    wrong = f"{(int(right) + 1) % 10**6:06}"
    pages = {
        "right": viewer.browser.get(type_code(viewer, right)),
        "wrong": viewer.browser.get(type_code(viewer, wrong)),
        "own": opened.owner.browser.get(type_code(opened.owner, right)),
    }
    with time_machine.travel(timezone.now() + settings.open_access_lifetime * 2, tick=False):
        late = sign_in("askar")
        pages["expired"] = late.browser.get(type_code(late, right))
    bare = {name: anonymous(page.content.decode()) for name, page in pages.items()}
    assert len(set(bare.values())) == 1
    assert {page.status_code for page in pages.values()} == {200}


def anonymous(page: str) -> str:
    """A page without what differs between any two: addresses, times, numbers, tokens, the reader's name."""
    page = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", page)
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "CSRF", page)
    page = re.sub(r"in the name of [^.]*\.", "NAME", page)
    return re.sub(r"\d+", "N", re.sub(r"(?<=>)[\d\s\u00a0,]+(?=<)|spelled|\d[\d ,]*\d", "N", page))


@pytest.mark.clause("DD-16")
def test_wrong_numbers_burn_the_access(opened, viewer):
    page = type_code(viewer, opened.state()["code"])
    right = number_on(viewer, page)
    wrong = f"{(int(right) + 1) % 10**6:06}"
    assert opened.answer(wrong) == "wrong_number"
    assert opened.answer(wrong) == "burnt"
    assert opened.state()["state"] == "closed"
    assert not View.objects.exists()


@pytest.mark.clause("DD-16")
def test_the_owner_refuses_and_the_viewer_reads_only_that_nobody_answered(opened, viewer):
    page = type_code(viewer, opened.state()["code"])
    assert opened.answer("", answer="refuse") == "refused"
    assert viewer.browser.get(f"{page}state/").json()["state"] == "waiting"
    with time_machine.travel(timezone.now() + settings.claim_answer_within + timedelta(seconds=1)):
        assert viewer.browser.get(f"{page}state/").json()["state"] == "no_answer"


def test_an_answer_that_comes_too_late_opens_nothing(opened, viewer):
    page = type_code(viewer, opened.state()["code"])
    number, claim = number_on(viewer, page), opened.state()["claim"]["id"]
    with time_machine.travel(timezone.now() + settings.claim_answer_within + timedelta(seconds=1)):
        data = {"claim": claim, "number": number, "answer": "open"}
        reply = opened.owner.browser.post(
            f"{opened.page}answer/", data, headers={"Accept": "application/json"}
        )
        assert reply.json() == {"outcome": "gone"}
    assert not View.objects.exists()


def test_three_unanswered_codes_a_day_and_no_more(viewer):
    for code in ("000001", "000002", "000003"):
        type_code(viewer, code)
    answer = viewer.browser.post("/en/view/", {"code": "000004"})
    assert answer.status_code == 409
    assert "3 codes today" in answer.content.decode()
    assert Claim.objects.count() == 3


def test_a_claim_the_owner_approved_is_not_counted(opened, viewer):
    for _ in range(5):
        page = type_code(viewer, opened.state()["code"])
        assert opened.answer(number_on(viewer, page)) == "opened"


@pytest.mark.parametrize("typed", ["12345", "1234567", "abcdef", "", "１２３４５６", "12 34"])
def test_what_is_not_a_code_is_said_and_not_counted(viewer, typed):
    answer = viewer.browser.post("/en/view/", {"code": typed})
    assert answer.status_code == (409 if typed else 422)
    assert "govuk-error-summary" in answer.content.decode()
    assert not Claim.objects.exists()


def test_somebody_elses_claim_does_not_exist(opened, viewer, sign_in):
    page = type_code(viewer, opened.state()["code"])
    assert sign_in("askar").browser.get(page).status_code == 404


def at_once(count, work) -> list:
    start, results = threading.Barrier(count), [None] * count

    def one(place: int) -> None:
        start.wait(60)
        try:
            results[place] = work(place)
        except Exception as refusal:
            results[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=[place]) for place in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_of_two_hundred_people_who_claim_one_qr_at_once_one_wins(owner):
    at = timezone.now()
    opened = access.open_access(owner=owner.account, kind="identity_card", at=at)

    def claim(_: int):
        return claims.claim_qr(viewer=AccountId(uuid.uuid4()), token=opened.token, at=at)

    results = at_once(200, claim)
    won = [one for one in results if not isinstance(one, Exception)]
    assert len(won) == 1
    assert {type(one) for one in results if isinstance(one, Exception)} == {claims.QrIsSpent}
    assert View.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_codes_typed_at_once_are_all_counted(viewer):
    at = timezone.now()

    def guess(place: int):
        return claims.enter_code(viewer=viewer.account, code=f"{place:06}", at=at)

    results = at_once(20, guess)
    assert sum(isinstance(one, claims.Rendezvous) for one in results) == settings.claims_per_viewer_per_day


@pytest.mark.django_db(transaction=True)
def test_an_owner_who_opens_twice_at_once_has_one_open_access(owner):
    at = timezone.now()
    at_once(8, lambda _: access.open_access(owner=owner.account, kind="identity_card", at=at))
    assert Grant.objects.filter(state="open").count() == 1
