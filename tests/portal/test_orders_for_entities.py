"""Ordering in a role for a legal entity: what is asked, what its registry says, what is issued (CA-5.3)."""

import re

import pytest
from cryptography import x509
from tests.accounts.citizen import Citizen, citizen, hidden, signed, words
from tests.holders import Holder
from tests.ordering import Applicant, applicant, desk_of, settle, text_of, value_of
from tests.reissuing import applied, fill_in, send_keys, sign

from senim.certification.certificates import of_person
from senim.certification.examination import SubjectUnacceptable, _examine_subject
from senim.certification.facts import SubjectFacts
from senim.countries.kz import roles
from senim.enrolment.models import Application
from senim.enrolment.process import Stage

pytestmark = pytest.mark.django_db
ENTITY_PAPERS = {
    "first_head": ["registration_of_entity", "appointment_of_head"],
    "employee": ["registration_of_entity", "authority_of_representative"],
}


def acting_for(world, entity_id: str, role: str, person_id: str = "daniyar") -> Applicant:
    """Somebody who chose to order for an organisation."""
    found = applicant(world.person(person_id), bin=world.legal_entity(entity_id).bin, role=role)
    answer = found.browser.post("/en/order/", {"holder": "entity"})
    assert answer["Location"].endswith("/en/order/form/")
    return found


@pytest.mark.clause("CA-5.3")
class TestTheForm:
    def test_it_asks_for_bin_and_role_of_those_who_order_for_an_organisation_only(self, world):
        person = applicant(world.person("daniyar"))
        assert 'name="bin"' not in person.browser.get("/en/order/form/").content.decode()
        person.browser.post("/en/order/", {"holder": "entity"})
        page = person.browser.get("/en/order/form/").content.decode()
        assert 'name="bin"' in page
        assert [role for role in roles.ROLES if f'value="{role}"' not in page] == []

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"bin": ""}, "Enter the BIN of the organisation"),
            ({"bin": "1107409045"}, "A BIN must have 12 digits. You entered 10"),
            ({"bin": "110740904583"}, "its check digit does not fit"),
            ({"bin": "940308492147"}, "This is an IIN. The BIN of an organisation is needed here"),
            ({"role": ""}, "Choose your role in the organisation"),
            ({"role": "king"}, "Choose your role in the organisation"),
        ],
    )
    def test_what_is_not_in_its_form_stays_on_the_page_with_the_reason(self, world, authority, change, said):
        person = acting_for(world, "pharmacy", "employee")
        page = person.fill_in(**change)
        assert page.status_code == 422
        assert said in text_of(page)
        assert value_of(page, "surname") == "Ахметов"
        assert not Application.objects.exists()

    @pytest.mark.parametrize(
        ("entity_id", "person_id", "bin_", "role", "said"),
        [
            ("pharmacy", "daniyar", "120540906414", "employee", "has no such BIN"),
            ("workshop", "daniyar", None, "first_head", "was wound up"),
            ("bank", "daniyar", None, "first_head", "names somebody else as the first head"),
        ],
        ids=["unknown", "wound up", "not its head"],
    )
    def test_what_its_registry_refuses_is_said_beside_the_field_and_stays_on_record(
        self, world, authority, entity_id, person_id, bin_, role, said
    ):
        person = acting_for(world, entity_id, role, person_id)
        page = person.fill_in(**({"bin": bin_} if bin_ else {}))
        assert page.status_code == 409
        assert said in text_of(page)
        assert value_of(page, "bin") == (bin_ or world.legal_entity(entity_id).bin)
        [case] = Application.objects.all()
        assert (case.state, case.number, case.role) == (Stage.REFUSED_UNKNOWN, None, role)

    def test_a_registry_that_is_away_costs_a_second_try_and_nothing_typed(self, world, authority):
        person = acting_for(world, "pharmacy", "first_head")
        world.fault("gbdul", "down")
        page = person.fill_in()
        assert page.status_code == 503
        assert "The state database of legal entities is not answering" in text_of(page)
        assert value_of(page, "bin") == world.legal_entity("pharmacy").bin
        world.fault("gbdul", "ok")
        assert person.fill_in().status_code == 302

    def test_who_goes_back_to_a_certificate_of_their_own_gets_one(self, world, authority):
        person = acting_for(world, "pharmacy", "first_head")
        person.browser.post("/en/order/", {"holder": "myself"})
        assert Application.objects.get(number=person.order()).role == ""


def papers_for(role: str) -> dict[str, object]:
    return {"papers": ["application", "identity_document", *ENTITY_PAPERS[role]]}


def certified(world, authority, role: str, entity_id: str = "pharmacy") -> Application:
    """The whole way to certificates in this role."""
    number = acting_for(world, entity_id, role).order()
    desk = desk_of(world.person("dauren"), authority)
    case = desk.find(number)
    desk.post(f"{case}present/")
    assert desk.accept(case, **papers_for(role)).status_code == 302
    desk.post(f"{case}receipt/")
    assert desk.sign(case).status_code == 302
    settle(authority)
    return Application.objects.get(number=number)


@pytest.mark.clause("CA-5.3")
class TestTheDesk:
    def test_it_shows_the_organisation_beside_its_registry(self, world, authority):
        number = acting_for(world, "pharmacy", "first_head").order()
        desk = desk_of(world.person("dauren"), authority)
        said = text_of(desk.get(desk.find(number)))
        for word in ("«Алатау» дәріханасы ЖШС", "Alatau Pharmacy LLP", "first head", "registered"):
            assert word in said

    def test_papers_of_the_organisation_belong_to_the_list(self, world, authority):
        number = acting_for(world, "pharmacy", "employee").order()
        desk = desk_of(world.person("dauren"), authority)
        case = desk.find(number)
        desk.post(f"{case}present/")
        assert "A letter or power of attorney of the first head" in text_of(desk.get(case))
        assert desk.accept(case).status_code == 422
        assert desk.accept(case, **papers_for("employee")).status_code == 302

    @pytest.mark.parametrize("role", ["first_head", "employee"])
    def test_certificates_name_the_person_and_the_organisation_and_have_the_roles_profile(
        self, world, authority, role
    ):
        case = certified(world, authority, role)
        issued = {one.profile: one for one in of_person(world.person("daniyar").iin)}
        assert set(issued) == set(roles.PROFILES[role].values())
        for one in issued.values():
            said = x509.load_der_x509_certificate(one.der).subject.rfc4514_string()
            assert f"BIN{case.bin}" in said
            assert f"IIN{case.iin}" in said
            assert "«Алатау» дәріханасы ЖШС" in said

    def test_an_operator_cannot_slip_in_an_organisation_that_was_not_applied_for(self, world, authority):
        person = {"iin": world.person("daniyar").iin, "surname": "Ахметов", "given_name": "Данияр"}
        for facts in (
            {"bin": "110740904582"},
            {"role": "employee"},
            {"role": "employee", "bin": "940308492147", "organisation": "X"},
            {"role": "operator", "bin": "110740904582", "organisation": "X"},
        ):
            with pytest.raises(SubjectUnacceptable):
                _examine_subject(SubjectFacts(**person, **facts))


def representative(world, authority, role: str = "employee") -> Citizen:
    """Daniyar, whose ``sign`` and ``auth`` are for the pharmacy; he has certificates of his own, too."""
    person = citizen(world.person("daniyar"), authority)
    entity = world.legal_entity("pharmacy")
    facts = {"iin": person.iin, **person.names, "email": "daniyar@mail.test"}
    facts |= {"bin": entity.bin, "organisation": entity.kk, "role": role}
    pair = {purpose: authority.issue(profile, **facts) for purpose, profile in roles.PROFILES[role].items()}
    person.sign, person.auth = pair["sign"], pair["auth"]
    return person


def as_himself(person: Citizen, authority) -> None:
    own: Holder = authority.issue("individual_auth", iin=person.iin, **person.names)
    assert person.sign_in(by=own).status_code == 302


@pytest.mark.clause("CA-5.3", "CA-8.P1")
def test_such_a_certificate_is_listed_with_its_organisation_and_revoked_from_the_cabinet(world, authority):
    acting = representative(world, authority)
    acting.sign_in()
    assert "«Алатау» дәріханасы ЖШС: employee" in words(acting.browser.get("/en/certificates/"))
    number = f"{acting.sign.serial_number:x}"
    page = f"/en/certificates/{number}/revoke/"
    filled = acting.browser.post(page, {"reason": "affiliationChanged", "certificates": [number]})
    assert filled.status_code == 302
    sheet = acting.browser.get(filled["Location"])
    assert "«Алатау» дәріханасы ЖШС: employee" in words(sheet)
    answer = {"draft": hidden(sheet, "draft"), "signature": signed(sheet, acting.sign)}
    assert acting.browser.post(filled["Location"], answer).status_code == 302
    gone = {one.serial_number for one in of_person(acting.iin) if one.revoked_at}
    assert gone == {acting.sign.serial_number}


def test_ones_own_certificates_are_not_there_for_the_organisation(world, authority):
    acting = representative(world, authority)
    own = of_person(acting.iin)
    acting.sign_in()
    listed = acting.browser.get("/en/certificates/").content.decode()
    for one in own:
        number = f"{one.serial_number:x}"
        there = number in {f"{acting.sign.serial_number:x}", f"{acting.auth.serial_number:x}"}
        assert (f"/certificates/{number}/" in listed) is there
        assert acting.browser.get(f"/en/certificates/{number}/").status_code == (200 if there else 404)


@pytest.mark.clause("CA-5.3", "CA-7.P1")
class TestReissue:
    def test_it_is_for_the_capacity_one_chooses_and_signed_in_that_role(self, world, authority):
        acting = representative(world, authority)
        as_himself(acting, authority)
        page = acting.browser.get("/en/reissue/")
        assert "For myself" in words(page)
        choice = re.search(r'value="(employee:\d{12})"', page.content.decode())
        assert choice
        assert fill_in(acting).status_code == 422  # it has to be said which
        assert fill_in(acting, capacity=choice[1]).status_code == 302
        assert send_keys(acting).status_code == 302
        assert "Legal entity: «Алатау» дәріханасы ЖШС" in words(acting.browser.get("/en/reissue/sign/"))
        done = sign(acting)
        assert done.status_code == 302, words(done)
        [case] = Application.objects.filter(kind="reissue")
        assert (case.role, case.bin) == ("employee", world.legal_entity("pharmacy").bin)
        assert case.state == Stage.TO_CONFIRM

    def test_ones_own_signature_is_not_that_of_the_role(self, world, authority):
        acting = representative(world, authority)
        own: Holder = authority.issue("individual_sign", iin=acting.iin, **acting.names)
        as_himself(acting, authority)
        bin_ = world.legal_entity("pharmacy").bin
        assert fill_in(acting, capacity=f"employee:{bin_}").status_code == 302
        send_keys(acting)
        refused = sign(acting, by=own)
        assert refused.status_code == 409
        assert "The application was not accepted" in words(refused)
        assert not Application.objects.filter(kind="reissue").exists()

    def test_who_acts_for_the_organisation_asks_for_it_alone(self, world, authority):
        acting = representative(world, authority)
        assert acting.sign_in().status_code == 302
        page = acting.browser.get("/en/reissue/")
        assert "For myself" not in words(page)
        assert 'name="capacity"' not in page.content.decode()
        assert fill_in(acting).status_code == 302
        assert send_keys(acting).status_code == 302
        assert "Legal entity: «Алатау» дәріханасы ЖШС" in words(acting.browser.get("/en/reissue/sign/"))

    def test_who_holds_only_certificates_of_their_own_is_asked_nothing_more(self, world, authority):
        person = citizen(world.person("aigerim"), authority)
        person.sign_in()
        assert 'name="capacity"' not in person.browser.get("/en/reissue/").content.decode()
        number = applied(person)
        assert Application.objects.get(number=number.replace(" ", "")).role == ""
