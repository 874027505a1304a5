"""An organisation sees who holds certificates for it, and takes back those of somebody who left."""

from datetime import timedelta
from functools import partial

import pytest
from django.test import Client
from django.utils import timezone
from tests.accounts.citizen import citizen, hidden, signed, text_to_sign, words
from tests.accounts.organisations import PHARMACY, Actor, acting_for, certificate_for, in_a_role
from tests.accounts.signing_in import is_inside
from tests.holders import Holder

import senim.enrolment.tasks
import senim.notices.tasks  # noqa: F401 - so that the jobs of both can run
from senim.accounts.organisations.rights import Deed, may
from senim.certification.models import Revocation
from senim.countries.kz import roles
from senim.enrolment import organisation_certificates
from senim.enrolment.models import RevocationPassage, RevocationRequest
from senim.enrolment.revocation_process import Stage
from senim.journal.models import Entry
from senim.registries.breaker import BREAKERS

pytestmark = pytest.mark.django_db
PAGE = "/en/organisation/certificates/"


@pytest.fixture
def pharmacy(world):
    return world.legal_entity("pharmacy")


@pytest.fixture
def acting(world, authority):
    """``acting(role, person)``: somebody signed in for the pharmacy."""
    return partial(acting_for, world, authority)


@pytest.fixture
def aigerim(world, authority, pharmacy):
    """She left: her certificates are for signing and for signing in, as an employee."""
    found = citizen(world.person("aigerim"), authority)
    return Actor(found, in_a_role(authority, found, pharmacy, "employee"))


def page_of(holder: Holder) -> str:
    return f"{PAGE}{holder.serial_number:x}/revoke/"


def is_revoked(holder: Holder) -> bool:
    return Revocation.objects.filter(certificate__serial_number=f"{holder.serial_number:040x}").exists()


class TestTheList:
    def test_it_names_holders_roles_and_certificates_and_nobody_elses(
        self, acting, aigerim, world, authority
    ):
        head = acting()
        stranger = citizen(world.person("marat"), authority)
        in_a_role(authority, stranger, world.legal_entity("bank"), roles.FIRST_HEAD)
        page = words(head.browser.get(PAGE))
        assert aigerim.person.names["surname"].upper() in page
        assert f"{aigerim.sign.serial_number:X}"[-2:] in page
        assert "mployee" in page
        assert aigerim.person.iin not in page
        assert stranger.names["surname"].upper() not in page

    def test_it_can_be_searched(self, acting, aigerim):
        head, name = acting(), aigerim.person.names["surname"].upper()
        serial_number = f"{aigerim.sign.serial_number:X}"[:8]
        for query in ("сәрсен айгерім", aigerim.person.iin, serial_number):
            assert name in words(head.browser.get(PAGE, {"query": query})), query
        for query in ("Ахметов", "zzz"):
            assert name not in words(head.browser.get(PAGE, {"query": query})), query
        assert "Nothing found" in words(head.browser.get(PAGE, {"query": "zzz"}))

    def test_what_is_revoked_is_found_by_its_state(self, acting, aigerim, authority):
        authority.revoke(aigerim.sign)
        head, name = acting(), aigerim.person.names["surname"].upper()
        shown = {state: name in words(head.browser.get(PAGE, {"state": state})) for state in ("", "revoked")}
        assert shown == {"": False, "revoked": True}

    def test_whatever_ran_out_since_hides_nobody_who_holds_one(
        self, acting, aigerim, authority, pharmacy, monkeypatch
    ):
        head, now = acting(), timezone.now()
        monkeypatch.setattr(organisation_certificates, "MOST", 3)  # hers, and the head's two
        over = {"not_before": now - timedelta(seconds=50), "not_after": now - timedelta(seconds=10)}
        facts = {"iin": aigerim.person.iin, **aigerim.person.names, "role": "employee"}
        for _ in range(3):
            authority.issue("employee_sign", **facts, organisation=pharmacy.kk, bin=pharmacy.bin, **over)
        page = words(head.browser.get(PAGE))
        assert f"{aigerim.sign.serial_number:X}"[-2:] in page
        assert aigerim.person.names["surname"].upper() in page

    @pytest.mark.parametrize(("role", "code"), [("personnel", 200), ("right_to_sign", 404)])
    def test_it_is_there_for_personnel_and_not_for_every_role(self, acting, aigerim, role, code):
        actor = acting(role, "marat")
        assert actor.browser.get(PAGE).status_code == code
        assert actor.browser.get(page_of(aigerim.sign)).status_code == code
        cabinet = words(actor.browser.get("/en/cabinet/"))
        assert ("Certificates of the organisation" in cabinet) is (code == 200)

    def test_the_table_of_rights_says_whose_it_is(self):
        allowed = [role for role in roles.ROLES if may(role, Deed.TAKE_BACK_CERTIFICATES)]
        assert allowed == ["first_head", "personnel"]

    def test_it_is_not_there_for_a_person(self, aigerim):
        assert aigerim.person.sign_in().status_code == 302
        assert aigerim.browser.get(PAGE).status_code == 404
        assert Client().get(PAGE)["Location"].startswith("/en/sign-in/")


class TestTakingBack:
    @pytest.mark.clause("CA-8.P1", "CA-8.C1", "CA-8.P3a", "CA-8.P3b", "CA-5.3")
    def test_it_is_signed_for_the_organisation_published_and_both_are_told(
        self, acting, aigerim, authority, world, pharmacy, run_jobs
    ):
        auth = certificate_for(authority, aigerim.person, pharmacy, "employee")
        personnel = acting("personnel", "marat")
        done = personnel.take_back(aigerim.sign)
        assert done.status_code == 302, words(done)
        assert is_revoked(aigerim.sign)
        assert is_revoked(auth)
        assert not is_revoked(aigerim.person.sign)
        assert set(Revocation.objects.values_list("reason", flat=True)) == {"affiliationChanged"}
        run_jobs()
        letter = world.wait_for_mail("employee@mail.test").text
        assert "Alatau Pharmacy LLP" in letter

        authority.publish()
        run_jobs()
        request = RevocationRequest.objects.get()
        assert (request.state, request.bin) == (Stage.TOLD, pharmacy.bin)
        clauses = list(RevocationPassage.objects.values_list("clause", flat=True))
        assert clauses == ["CA-8.P1", "CA-8.C1", "CA-8.P3b", "CA-8.P3a"]
        page = words(personnel.browser.get(done["Location"]))
        assert "The holder was told" in page
        assert "no longer works for the organisation" in page
        found = Client().get(f"/en/revoked/?serial={aigerim.sign.serial_number:x}")
        assert f"{aigerim.sign.serial_number:X}"[-2:] in words(found)
        entry = Entry.objects.get(verb="enrolment.revoke")
        assert entry.facts == {"reason": "affiliationChanged", "bin": pharmacy.bin}

    def test_the_holder_reads_it_in_the_cabinet_and_acts_no_more(self, acting, aigerim, authority, pharmacy):
        aigerim.person.auth = certificate_for(authority, aigerim.person, pharmacy, "employee")
        assert aigerim.person.sign_in().status_code == 302
        assert acting().take_back(aigerim.sign).status_code == 302
        aigerim.browser.get("/en/cabinet/")
        assert not is_inside(aigerim.browser)
        own = authority.issue("individual_auth", iin=aigerim.person.iin, **aigerim.person.names)
        assert aigerim.person.sign_in(by=own).status_code == 302
        assert f"{PHARMACY} took back your certificate" in words(aigerim.browser.get("/en/history/"))

    @pytest.mark.parametrize(
        ("language", "said"), [("kk", "Өтініш беруші ұйым"), ("ru", "Заявитель"), ("en", "Applicant")]
    )
    def test_what_is_signed_names_organisation_holder_and_reason(
        self, acting, aigerim, pharmacy, language, said
    ):
        page = acting().browser.get(page_of(aigerim.sign).replace("/en/", f"/{language}/"))
        text = text_to_sign(page).decode()
        for part in (said, pharmacy.bin, aigerim.person.iin, "affiliationChanged"):
            assert part in text

    def test_two_clicks_are_one_request(self, acting, aigerim):
        head, path = acting(), page_of(aigerim.sign)
        page = head.browser.get(path)
        answer = {"draft": hidden(page, "draft"), "signature": signed(page, head.sign)}
        first, second = head.browser.post(path, answer), head.browser.post(path, answer)
        assert first["Location"] == second["Location"]
        assert RevocationRequest.objects.count() == Revocation.objects.count() == 1

    def test_a_new_head_takes_back_a_former_ones_once_the_state_database_says_so(
        self, acting, aigerim, authority, world, pharmacy
    ):
        former = in_a_role(authority, aigerim.person, pharmacy, roles.FIRST_HEAD)
        head = acting()
        world.fault("gbdul", "down")
        assert head.take_back(former).status_code == 503
        assert not RevocationRequest.objects.exists()
        world.fault("gbdul", "ok")
        BREAKERS.clear()
        assert head.take_back(former).status_code == 302
        assert is_revoked(former)


class TestRefusals:
    @pytest.mark.clause("CA-8.P2")
    def test_a_certificate_of_another_organisation_or_for_oneself_does_not_exist(
        self, acting, world, authority
    ):
        stranger = citizen(world.person("marat"), authority)
        theirs = in_a_role(authority, stranger, world.legal_entity("bank"), "employee")
        head = acting()
        for holder in (theirs, stranger.sign):
            answer = head.browser.get(page_of(holder))
            assert answer.status_code == 404
            assert "among those of your organisation" in words(answer)
            assert "CA-8.P2" in words(answer)

    @pytest.mark.clause("CA-8.P2")
    def test_the_heads_own_is_not_for_personnel(self, acting):
        head, personnel = acting(), acting("personnel", "marat")
        answer = personnel.browser.get(page_of(head.sign))
        assert answer.status_code == 409
        for said in ("cannot take back the first head's certificate", "CA-8.P2", "in their own account"):
            assert said in words(answer)
        assert "in their own account" in words(personnel.browser.get(PAGE))

    @pytest.mark.clause("CA-8.P2")
    def test_whoever_signs_in_a_lesser_role_has_no_more_right_than_that_role(
        self, acting, aigerim, authority, pharmacy
    ):
        """The head is signed in as one, and signs with a certificate of the personnel department."""
        head = acting()
        lesser = in_a_role(authority, head.person, pharmacy, "personnel")
        former = in_a_role(authority, aigerim.person, pharmacy, roles.FIRST_HEAD)
        page = head.browser.get(page_of(former))
        answer = {"draft": hidden(page, "draft"), "signature": signed(page, lesser)}
        refused = head.browser.post(page_of(former), answer)
        assert refused.status_code == 409
        assert "cannot take back the first head's certificate" in words(refused)
        assert not is_revoked(former)

    @pytest.mark.clause("CA-8.P2")
    def test_ones_own_is_for_another_page(self, acting):
        head = acting()
        answer = head.browser.get(page_of(head.sign))
        assert (answer.status_code, "This is your own certificate" in words(answer)) == (409, True)

    @pytest.mark.clause("CA-8.C1", "CA-8.P2")
    @pytest.mark.parametrize(
        ("problem", "said"),
        [
            ("own", "The request was not accepted"),
            ("employee", "The request was not accepted"),
            ("another organisation", "for another organisation"),
            ("another person", "signed with another person's key"),
            ("revoked meanwhile", "was revoked before"),
        ],
    )
    def test_a_request_that_is_not_in_order_is_refused_and_stays_on_record(
        self, acting, aigerim, world, authority, pharmacy, problem, said
    ):
        personnel = acting("personnel", "marat")
        by = {
            "own": lambda: personnel.person.sign,
            "employee": lambda: in_a_role(authority, personnel.person, pharmacy, "employee"),
            "another organisation": lambda: in_a_role(
                authority, personnel.person, world.legal_entity("bank"), "personnel"
            ),
            "another person": lambda: acting().sign,
        }.get(problem, lambda: personnel.sign)()
        path = page_of(aigerim.sign)
        page = personnel.browser.get(path)
        if problem == "revoked meanwhile":
            authority.revoke(aigerim.sign)
        answer = {"draft": hidden(page, "draft"), "signature": signed(page, by)}
        refused = personnel.browser.post(path, answer)
        assert (refused.status_code, said in words(refused)) == (409, True), words(refused)
        assert is_revoked(aigerim.sign) is (problem == "revoked meanwhile")
        assert RevocationRequest.objects.get().state == Stage.REFUSED
        assert Entry.objects.filter(verb="enrolment.refuse_to_revoke", clause="CA-8.P2").count() == 1

    def test_a_page_drawn_for_somebody_else_signs_nothing(self, acting, aigerim):
        head, personnel = acting(), acting("personnel", "marat")
        path = page_of(aigerim.sign)
        page = head.browser.get(path)
        answer = {"draft": hidden(page, "draft"), "signature": signed(page, personnel.sign)}
        assert personnel.browser.post(path, answer)["Location"] == path
        assert not RevocationRequest.objects.exists()

    def test_whoever_has_no_key_for_the_organisation_reads_where_to_go(self, acting, aigerim, authority):
        head = acting()
        authority.revoke(head.sign)
        page = words(head.browser.get(page_of(aigerim.sign)))
        assert "no valid certificate to sign with for the organisation" in page
        assert "Sign and revoke" not in page
