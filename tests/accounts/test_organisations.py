"""Acting for an organisation: by a certificate in a role, shown on every page, with nothing of one's own."""

import pytest
from django.test import Client
from tests.accounts.citizen import citizen, words
from tests.accounts.organisations import PHARMACY, certificate_for, inside
from tests.accounts.signing_in import account_of, is_inside

from senim.accounts.models import Account, Organisation, Session, SignInAttempt
from senim.accounts.organisations.rights import RIGHTS
from senim.countries.kz import roles
from senim.journal.models import Entry
from senim.registries.breaker import BREAKERS
from senim.texts import say_in

pytestmark = pytest.mark.django_db
CABINET = "/en/cabinet/"


@pytest.fixture
def head(world, authority):
    return inside(world, authority)


@pytest.mark.clause("PT-2.1-1")
@pytest.mark.clause("PT-4.2")
def test_the_first_sign_in_with_a_role_opens_the_organisations_account(head, world):
    row = Organisation.objects.get()
    entity = world.legal_entity("pharmacy")
    assert (row.bin, row.names) == (entity.bin, {"kk": entity.kk, "ru": entity.ru, "en": entity.en})
    page = words(head.browser.get(CABINET))
    assert "Alatau Pharmacy LLP – you are signed in for it as: first head" in page
    assert "Legal entity" in page
    session = Session.objects.get(acting_for=row.pk)
    assert (session.account_id, session.role) == (account_of(head).pk, "first_head")
    entry = Entry.objects.filter(verb="accounts.sign_in").latest("at")
    assert entry.facts["organisation"] == str(row.pk)
    assert {each["table"] for each in entry.changed} == {"accounts_account", "accounts_organisation"}


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("940308492147", "Prove that it is you"),
        ("110740904582", "Prove that you act for the organisation"),
        ("201060900149", "Prove that you act for the organisation"),
    ],
    ids=["person", "legal entity", "joint entrepreneurship"],
)
@pytest.mark.clause("PT-2.1-1")
def test_the_kind_of_identifier_decides_who_it_is(number, said):
    browser = Client()
    assert browser.post("/en/register/", {"identifier": number}).status_code == 302
    assert said in words(browser.get("/en/register/prove/"))


FORMS = {
    "110740904582": "legal_entity",
    "201041900145": "branch",
    "201042900140": "representative_office",
    "201060900149": "joint_entrepreneurship",
}


@pytest.mark.clause("PT-2.1-1")
def test_a_bin_tells_what_it_was_given_to(head):
    for bin_, form in FORMS.items():
        Organisation.objects.update(bin=bin_)
        said = say_in("en", f"accounts.organisation.form.{form}")
        assert f"Kind {said}" in words(head.browser.get(CABINET))


def test_a_second_sign_in_finds_the_account_and_brings_its_profile_up_to_date(head, world, authority):
    Organisation.objects.update(names={"kk": "Ескі", "ru": "Старое", "en": "Old"})
    again = inside(world, authority, role="employee")
    assert Organisation.objects.get().names["kk"] == PHARMACY
    assert Account.objects.filter(iin=again.iin).count() == 1


def test_every_page_says_for_whom_one_acts(head):
    for page in ("/en/cabinet/", "/en/view/", "/en/certificates/", "/en/help/"):
        told = words(head.browser.get(page))
        assert "Alatau Pharmacy LLP – you are signed in for it as: first head" in told, page


@pytest.mark.clause("PT-2.1-1")
def test_what_is_the_persons_own_is_not_there_for_the_organisation(head):
    missing = head.browser.get("/en/nothing-here/")
    own = (
        "documents/",
        "documents/identity-card/",
        "documents/seen/",
        "phone/",
        "security/password/",
        "history/",
    )
    for page in own:
        answer = head.browser.get(f"/en/{page}")
        assert (answer.status_code, words(answer)) == (404, words(missing)), page


def test_what_is_the_organisations_is_not_there_for_a_person(world, authority):
    alone = citizen(world.person("daniyar"), authority)
    assert alone.sign_in().status_code == 302
    assert alone.browser.post("/en/organisation/sessions/abc/end/").status_code == 404


def test_one_changes_sides_by_signing_in_anew_only(head, authority):
    key = head.browser.session.session_key
    own = authority.issue("individual_auth", iin=head.iin, **head.names)
    assert head.sign_in(by=own).status_code == 302
    assert "you are signed in for it" not in words(head.browser.get(CABINET))
    assert head.browser.get("/en/documents/").status_code == 200
    assert head.browser.session.session_key != key
    assert [step["method"] for step in head.browser.session["steps"]] == ["signature"]
    assert head.sign_in().status_code == 302
    assert head.browser.get("/en/documents/").status_code == 404


@pytest.mark.clause("PT-4.2")
@pytest.mark.parametrize(
    ("entity", "role", "said"),
    [
        ("workshop", "employee", "This organisation is wound up"),
        ("bank", "first_head", "the state database does not say so"),
    ],
    ids=["wound up", "not its head"],
)
def test_whom_the_state_database_does_not_bear_out_does_not_act(world, authority, entity, role, said):
    someone = citizen(world.person("daniyar"), authority)
    holder = certificate_for(authority, someone, world.legal_entity(entity), role)
    answer = someone.sign_in(by=holder)
    assert (answer.status_code, said in words(answer)) == (409, True)
    assert not Organisation.objects.exists()
    assert not is_inside(someone.browser)


def test_without_the_state_database_no_account_is_opened_and_a_known_one_goes_on(world, authority):
    someone = citizen(world.person("daniyar"), authority)
    holder = certificate_for(authority, someone, world.legal_entity("pharmacy"))
    world.fault("gbdul", "down")
    assert someone.sign_in(by=holder).status_code == 503
    assert not Organisation.objects.exists()
    world.fault("gbdul", "ok")
    BREAKERS.clear()
    assert someone.sign_in(by=holder).status_code == 302
    world.fault("gbdul", "down")
    assert someone.sign_in(by=holder).status_code == 302


def test_one_known_to_be_wound_up_stays_so_while_the_state_database_is_away(world, head):
    Organisation.objects.update(status="liquidated")
    world.fault("gbdul", "down")
    answer = head.sign_in()
    assert answer.status_code == 409
    assert "wound up" in words(answer)


def test_the_apps_profile_is_the_persons_alone(head):
    assert head.browser.get("/en/app/")["Location"] == CABINET


@pytest.mark.clause("PT-4.2")
def test_whose_certificate_is_revoked_acts_no_more_also_where_they_are_inside(head, authority):
    authority.revoke(head.auth)
    assert head.browser.get(CABINET)["Location"].startswith("/en/sign-in/")
    assert not is_inside(head.browser)
    answer = head.sign_in()
    assert (answer.status_code, "The certificate is revoked" in words(answer)) == (409, True)


def test_the_role_decides_what_one_may_see_and_do(head, world, authority):
    employee = inside(world, authority, role="employee")
    page = words(employee.browser.get(CABINET))
    assert "you are signed in for it as: employee" in page
    assert "Who is signed in for the organisation" not in page
    assert "Latest sign-ins and attempts" not in page
    [hers] = list(Session.objects.filter(role="first_head"))
    end = f"/en/organisation/sessions/{hers.session_key[:16]}/end/"
    assert employee.browser.post(end).status_code == 404
    assert is_inside(head.browser)
    assert "Who is signed in for the organisation" in words(head.browser.get(CABINET))
    [his] = list(Session.objects.filter(role="employee"))
    end = f"/en/organisation/sessions/{his.session_key[:16]}/end/"
    assert head.browser.post(end).status_code == 302
    assert not is_inside(employee.browser)


def test_sessions_of_another_organisation_are_like_none(head, world, authority):
    stranger = inside(world, authority, person="marat", entity="bank")
    [row] = Session.objects.filter(acting_for=Organisation.objects.get(bin=stranger_bin(world)).pk)
    answers = [
        head.browser.post(f"/en/organisation/sessions/{reference}/end/")
        for reference in (row.session_key[:16], "0" * 16)
    ]
    assert {(one.status_code, one["Location"]) for one in answers} == {(302, "/en/cabinet/")}
    assert is_inside(stranger.browser)


def stranger_bin(world):
    return world.legal_entity("bank").bin


def test_every_role_of_the_country_has_its_line_in_the_table():
    assert tuple(RIGHTS) == roles.ROLES


def test_the_organisation_and_the_person_are_both_told_of_the_sign_in(head):
    whose = set(SignInAttempt.objects.values_list("whose", flat=True))
    assert len(whose) == 2
