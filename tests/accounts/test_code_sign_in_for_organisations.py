"""Sign in with a BIN: the number is a representative's, and nothing tells whose it is (PT-4.3, PT-4.4)."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from tests.accounts.citizen import words
from tests.accounts.organisations import certificate_for, inside
from tests.accounts.signing_in import (
    CODE,
    OTHER_NUMBER,
    PAIR,
    account_of,
    ask,
    is_inside,
    jobs,
    traced,
    without_tokens,
)

from senim.accounts.models import Organisation, Session, SignInAttempt, SubscriberNumber
from senim.journal.models import Entry
from senim.notices.models import Notice

pytestmark = pytest.mark.django_db
NOBODYS_BIN = "201040900148"


def connect(person):
    account = account_of(person)
    SubscriberNumber.objects.create(
        account_id=account.pk, number=person.phone, request_id=account.pk, connected_at=timezone.now()
    )
    return person


@pytest.fixture
def pharmacy(world):
    return world.legal_entity("pharmacy")


@pytest.fixture
def daniyar(world, authority):
    """He acted for the pharmacy once; his number is connected; now nobody is signed in."""
    person = connect(inside(world, authority, role="right_to_sign"))
    person.browser = Client()
    return person


@pytest.mark.clause("PT-4.3", "PT-4.4")
def test_a_representative_signs_in_with_bin_own_number_and_the_code(daniyar, pharmacy, code_of):
    assert ask(pharmacy.bin, daniyar.phone, browser=daniyar.browser)["Location"] == CODE
    entered = daniyar.browser.post(CODE, {"code": code_of(daniyar.phone)})
    assert (entered.status_code, entered["Location"]) == (302, "/en/cabinet/")
    page = words(daniyar.browser.get("/en/cabinet/"))
    assert "Alatau Pharmacy LLP – you are signed in for it as: employee with the right to sign" in page
    session = Session.objects.get(method="code")
    assert (session.account_id, session.role) == (account_of(daniyar).pk, "right_to_sign")
    assert session.acting_for == Organisation.objects.get().pk
    entry = Entry.objects.filter(verb="accounts.sign_in").latest("at")
    assert (entry.clause, entry.facts["role"]) == ("PT-4.3", "right_to_sign")


def test_of_several_roles_the_widest_is_taken(daniyar, pharmacy, authority, code_of):
    for role in ("employee", "first_head", "personnel"):
        certificate_for(authority, daniyar, pharmacy, role)
    ask(pharmacy.bin, daniyar.phone, browser=daniyar.browser)
    daniyar.browser.post(CODE, {"code": code_of(daniyar.phone)})
    assert Session.objects.get(method="code").role == "first_head"


@pytest.mark.clause("PT-4.4")
@pytest.mark.parametrize(
    "wrong",
    ["no such number", "somebody else's number", "revoked", "expired", "no account", "closed", "another BIN"],
)
def test_no_code_goes_to_whoever_does_not_represent(
    wrong, daniyar, pharmacy, world, authority, people, run_jobs
):
    bin_, number = pharmacy.bin, daniyar.phone
    if wrong == "no such number":
        number = OTHER_NUMBER
    elif wrong == "somebody else's number":
        aigerim = people("aigerim")
        aigerim.sign_in()
        number = connect(aigerim).phone
    elif wrong == "revoked":
        authority.revoke(daniyar.auth)
    elif wrong == "no account":
        Organisation.objects.all().delete()
    elif wrong == "closed":
        Organisation.objects.update(status="liquidated")
    elif wrong == "another BIN":
        inside(world, authority, person="marat", entity="bank")
        bin_ = world.legal_entity("bank").bin
    days = 800 if wrong == "expired" else 0
    run_jobs()
    before = len(world.messages(number))
    with time_machine.travel(timezone.now() + timedelta(days=days), tick=True):
        assert ask(bin_, number, browser=daniyar.browser).status_code == 302
        run_jobs()
    notice = Notice.objects.latest("created_at")
    assert (notice.state, notice.problem, notice.sealed) == ("expired", "withheld", None)
    assert len(world.messages(number)) == before


@pytest.mark.clause("PT-4.3", "PT-4.4")
def test_nothing_tells_whether_a_number_represents_a_bin(daniyar, pharmacy, people, world, authority):
    """The same statements, the same jobs, the same bytes: asking, looking, and guessing wrong."""
    aigerim = people("aigerim")
    aigerim.sign_in()
    connect(aigerim)
    pairs = {
        "represents": (pharmacy.bin, daniyar.phone),
        "known BIN": (pharmacy.bin, OTHER_NUMBER),
        "known BIN, somebody's number": (pharmacy.bin, aigerim.phone),
        "known number": (NOBODYS_BIN, daniyar.phone),
        "nobody": (NOBODYS_BIN, "+77015550198"),
    }
    seen = {name: _walk(*pair) for name, pair in pairs.items()}
    for name, trace in seen.items():
        for step, what in trace.items():
            assert what == seen["represents"][step], (name, step)


def _walk(bin_, number):
    browser, before, rows = Client(), len(jobs()), SignInAttempt.objects.count()
    with traced() as asking:
        asked = ask(bin_, number, browser=browser)
    with traced() as guessing:
        wrong_code = browser.post(CODE, {"code": "000000"})
    page = browser.get(CODE)
    national = f"{number[:2]}\u00a0{number[2:5]}\u00a0{number[5:8]}\u00a0{number[8:10]}\u00a0{number[10:]}"
    return {
        "asking": asking,
        "asked": (asked.status_code, asked["Location"], asked.content),
        "jobs": jobs()[before:],
        "guessing": guessing,
        "wrong": (wrong_code.status_code, without_tokens(wrong_code, national)),
        "page": without_tokens(page, national),
        "rows": SignInAttempt.objects.count() - rows,
        "notice": len(bytes(Notice.objects.latest("created_at").sealed)) // 64,
    }


@pytest.mark.clause("PT-4.3")
def test_a_certificate_revoked_meanwhile_lets_nobody_in(daniyar, pharmacy, authority, code_of):
    ask(pharmacy.bin, daniyar.phone, browser=daniyar.browser)
    code = code_of(daniyar.phone)
    authority.revoke(daniyar.auth)
    assert "This code no longer works" in words(daniyar.browser.post(CODE, {"code": code}))
    assert not is_inside(daniyar.browser)


def test_a_code_for_the_person_does_not_open_the_organisation(daniyar, pharmacy, code_of):
    ask(daniyar.iin, daniyar.phone, browser=daniyar.browser)
    code = code_of(daniyar.phone)
    other = Client()
    ask(pharmacy.bin, daniyar.phone, browser=other)
    assert other.post(CODE, {"code": code}).status_code == 409
    assert not is_inside(other)


def test_a_form_of_another_site_is_refused_and_the_session_changes_its_key(daniyar, pharmacy, code_of):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(PAIR, {"identifier": pharmacy.bin, "number": daniyar.phone}).status_code == 403
    ask(pharmacy.bin, daniyar.phone, browser=daniyar.browser)
    before = daniyar.browser.cookies["senim_portal"].value
    daniyar.browser.post(CODE, {"code": code_of(daniyar.phone)})
    assert daniyar.browser.cookies["senim_portal"].value != before
    thief = Client()
    thief.cookies["senim_portal"] = before
    assert not is_inside(thief)


def test_the_persons_documents_stay_closed(daniyar, pharmacy, code_of):
    ask(pharmacy.bin, daniyar.phone, browser=daniyar.browser)
    daniyar.browser.post(CODE, {"code": code_of(daniyar.phone)})
    assert daniyar.browser.get("/en/documents/").status_code == 404
    assert daniyar.browser.get("/en/view/").status_code == 200


def test_the_person_and_the_organisation_see_that_a_code_was_asked_for(daniyar, pharmacy):
    before = SignInAttempt.objects.count()
    ask(pharmacy.bin, daniyar.phone, browser=Client())
    rows = SignInAttempt.objects.order_by("-at")[: SignInAttempt.objects.count() - before]
    assert len({row.whose for row in rows}) == 2
    assert {row.outcome for row in rows} == {"code sent"}
