"""A holder gets new certificates with their own signature: the form, new keys, the desk, the authority."""

import base64
from datetime import timedelta

import pytest
from cryptography import x509
from django.test import Client
from django.utils import timezone
from tests.accounts.citizen import citizen, hidden, signed, text_to_sign, words
from tests.ordering import applicant, desk_of, settle, text_of, value_of
from tests.reissuing import AUTH_KEY, SIGN_KEY, applied, fill_in, holder, ready_to_sign, send_keys, sign

from senim.certification.models import Order
from senim.enrolment.models import Application, Passage
from senim.enrolment.process import Stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def aigerim(world, authority):
    return holder(world, authority, "aigerim")


@pytest.fixture
def dauren(world, authority):
    return desk_of(world.person("dauren"), authority)


def stage(number: str) -> str:
    return Application.objects.get(number=number).state


class TestTheWholeWay:
    @pytest.mark.clause(
        "CA-7.P1", "CA-7.P2", "CA-7.C1", "CA-7.P4", "CA-7.P5", "CA-7.P6", "CA-7.C2", "CA-7.P8"
    )
    def test_new_certificates_come_without_going_anywhere(self, aigerim, dauren, authority, world, run_jobs):
        number = applied(aigerim)
        run_jobs()
        letter = world.wait_for_mail("aigerim@mail.test")
        assert number in "".join(letter.text.split()).replace("\u00a0", "")
        assert "You need not come" in letter.text

        case = dauren.find(number)
        assert "Reissue, signed by the applicant" in text_of(dauren.get("/en/"))
        page = text_of(dauren.get(case))
        assert "Signature verified" in page
        assert f"{aigerim.sign.serial_number:X}"[-2:] in page
        assert dauren.post(f"{case}present/").status_code == 409
        assert dauren.sign(case).status_code == 302

        settle(authority)
        run_jobs()
        letter = world.wait_for_mail("aigerim@mail.test", 2)
        assert len(letter.links) == 1
        result = "/" + letter.links[0].split("/", 3)[3]
        page = aigerim.browser.get(result)
        for name, key in (("data-sign", SIGN_KEY), ("data-auth", AUTH_KEY)):
            certificate = x509.load_der_x509_certificate(base64.b64decode(value_of(page, name)))
            assert certificate.public_key() == key.public_key()
        assert aigerim.browser.post(f"{result}installed/", {"installed": "file"}).status_code == 302
        assert stage(number) == Stage.INSTALLED
        assert list(Passage.objects.values_list("clause", flat=True)) == [
            *("CA-7.P1", "CA-7.P2", "CA-7.C1", "CA-7.P4", "CA-7.P5", "CA-7.P6", "CA-7.C2", "CA-7.P8"),
            "CA-A2.2",
        ]

    @pytest.mark.clause("CA-7.P6")
    def test_an_operator_has_ten_minutes(self, aigerim, dauren):
        number = applied(aigerim)
        case = Application.objects.get(number=number)
        assert case.due_at == case.state_since_at + timedelta(minutes=10)
        Application.objects.update(due_at=timezone.now() - timedelta(minutes=25))
        page = dauren.get("/en/?show=late")
        assert number in page.content.decode().replace("\u00a0", "")
        assert "25 min" in text_of(page)

    @pytest.mark.clause("CA-7.P1")
    @pytest.mark.parametrize(
        ("language", "said"), [("kk", "Өтініш беруші"), ("ru", "Заявитель"), ("en", "Applicant")]
    )
    def test_the_holder_reads_what_is_signed(self, aigerim, language, said):
        ready_to_sign(aigerim)
        text = text_to_sign(aigerim.browser.get(f"/{language}/reissue/sign/")).decode()
        assert said in text
        assert "Сәрсенова Айгерім Нұрланқызы" in text
        assert aigerim.iin in text
        assert "aigerim@mail.test" in text

    def test_two_clicks_are_one_application(self, aigerim):
        ready_to_sign(aigerim)
        page = aigerim.browser.get("/en/reissue/sign/")
        answer = {"draft": hidden(page, "draft"), "signature": signed(page, aigerim.sign)}
        sent = [aigerim.browser.post("/en/reissue/sign/", answer).status_code for _ in range(2)]
        assert sent == [302, 302]
        assert Application.objects.count() == 1

    def test_the_form_knows_what_was_said_before(self, aigerim, world):
        applicant(world.person("aigerim"), settlement="Talgar").order()
        page = aigerim.browser.get("/en/reissue/").content.decode()
        assert 'value="Talgar"' in page
        assert 'value="aigerim@mail.test"' in page

    def test_the_address_known_before_hears_of_another(self, aigerim, world, run_jobs):
        """Somebody with a copied key would have the letters sent to themselves."""
        fill_in(aigerim, email="elsewhere@mail.test")
        send_keys(aigerim)
        assert sign(aigerim).status_code == 302
        run_jobs()
        warning = world.wait_for_mail("aigerim@mail.test")
        assert "It names another e-mail address" in warning.text
        assert warning.links == []
        assert "You need not come" in world.wait_for_mail("elsewhere@mail.test").text

    def test_the_address_it_names_is_not_warned_of_itself(self, aigerim, world, run_jobs):
        applied(aigerim)
        run_jobs()
        world.wait_for_mail("aigerim@mail.test")
        assert len(world.mail("aigerim@mail.test")) == 1

    def test_the_cabinet_shows_it(self, aigerim):
        applied(aigerim)
        page = words(aigerim.browser.get("/en/cabinet/"))
        assert "New certificates" in page
        assert "Waiting for an operator" in page
        assert "You applied for new certificates" in page


class TestRefusals:
    @pytest.mark.clause("CA-7.P1")
    @pytest.mark.parametrize(
        "problem", ["another person", "wrong purpose", "expired", "forged", "another text"]
    )
    def test_what_is_not_signed_with_a_valid_key_of_ones_own_is_not_registered(
        self, aigerim, world, authority, problem
    ):
        ready_to_sign(aigerim)
        answer = sign(aigerim, **self.bad(problem, aigerim, world, authority))
        assert answer.status_code == 409
        assert "data-content" in answer.content.decode()
        assert not Application.objects.exists()
        assert sign(aigerim).status_code == 302

    @staticmethod
    def bad(problem, aigerim, world, authority):
        if problem == "another person":
            return {"by": citizen(world.person("daniyar"), authority).sign}
        if problem == "wrong purpose":
            return {"by": aigerim.auth}
        if problem == "forged":
            return {"by": authority.forged(aigerim.sign)}
        if problem == "another text":
            return {"signature": base64.b64encode(aigerim.sign.sign(b"something else")).decode()}
        began = timezone.now() - timedelta(days=2)
        ended = began + timedelta(days=1)
        names = {"iin": aigerim.iin, **aigerim.names}
        return {"by": authority.issue("individual_sign", not_before=began, not_after=ended, **names)}

    @pytest.mark.clause("CA-7.C1", "CA-7.P3")
    @pytest.mark.parametrize("person_id", ["viktor", "nikita"])
    def test_whom_the_registry_does_not_know_is_refused_on_record(self, world, authority, person_id):
        person = holder(world, authority, person_id)
        page = fill_in(person)
        assert page.status_code == 409
        case = Application.objects.get()
        assert (case.state, case.number) == (Stage.REFUSED_UNKNOWN, None)
        clauses = list(Passage.objects.values_list("clause", flat=True))
        assert clauses == ["CA-7.P1", "CA-7.P2", "CA-7.C1", "CA-7.P3"]

    @pytest.mark.clause("CA-7.P2")
    def test_a_registry_that_is_away_costs_nothing_but_a_second_try(self, aigerim, world):
        world.fault("gbdfl", "down")
        page = fill_in(aigerim, settlement="Talgar")
        assert page.status_code == 503
        assert 'value="Talgar"' in page.content.decode()
        assert not Application.objects.exists()

    @pytest.mark.clause("CA-7.C2", "CA-7.P7")
    def test_what_the_authority_refuses_reaches_the_applicant(
        self, aigerim, dauren, authority, world, run_jobs
    ):
        number = applied(aigerim)
        assert dauren.sign(dauren.find(number)).status_code == 302
        authority.revoke(dauren.holder, at=timezone.now() - timedelta(minutes=1))
        settle(authority)
        run_jobs()
        assert stage(number) == Stage.REFUSED_BY_AUTHORITY
        letter = world.wait_for_mail("aigerim@mail.test", 2)
        assert "Reason" in text_of(Client().get("/" + letter.links[0].split("/", 3)[3]))
        assert list(Passage.objects.values_list("clause", flat=True))[-2:] == ["CA-7.C2", "CA-7.P7"]
        assert Application.objects.get().refusal["clause"] == "CA-7.P7"

    @pytest.mark.clause("CA-7.P6")
    def test_nothing_is_confirmed_once_the_signers_certificate_is_revoked(self, aigerim, dauren, authority):
        """Somebody with a copied key asks for certificates; the owner notices first."""
        case = dauren.find(applied(aigerim))
        form = {"signature": base64.b64encode(self.order_signed(dauren, case)).decode()}
        authority.revoke(aigerim.sign)
        assert "no longer valid" in text_of(dauren.get(case))
        refused = dauren.post(f"{case}confirm/", form)
        assert refused.status_code == 409
        assert "has been revoked" in text_of(refused)
        assert not Order.objects.exists()
        reason = {"reason": "The certificate it is signed with was revoked"}
        assert dauren.post(f"{case}refuse/", reason).status_code == 302
        assert Application.objects.get().state == Stage.REFUSED_AT_DESK

    @staticmethod
    def order_signed(desk, case: str) -> bytes:
        page = desk.get(f"{case}confirm/")
        return desk.holder.sign(base64.b64decode(value_of(page, "data-content")))

    def test_nobody_confirms_a_reissue_of_their_own(self, world, authority, dauren):
        own = holder(world, authority, "dauren")
        case = dauren.find(applied(own))
        assert dauren.get(f"{case}confirm/").status_code == 409

    def test_whoever_has_no_key_orders_anew(self, aigerim, authority):
        authority.revoke(aigerim.sign)
        page = aigerim.browser.get("/en/reissue/")
        assert "You have no valid key to sign with" in words(page)
        assert 'href="/en/order/"' in page.content.decode()

    @pytest.mark.parametrize("field", ["email", "region", "settlement", "centre", "storage"])
    def test_an_empty_field_is_asked_again(self, aigerim, field):
        assert fill_in(aigerim, **{field: ""}).status_code == 422

    def test_a_request_that_is_none_is_made_anew(self, aigerim):
        fill_in(aigerim)
        page = send_keys(aigerim, request_sign="bm8=")
        assert page.status_code == 409
        assert "Make the keys again" in words(page)

    @pytest.mark.parametrize("page", ["", "keys/", "sign/"])
    def test_the_pages_are_for_people_who_are_signed_in(self, db, page):
        assert Client().get(f"/en/reissue/{page}")["Location"].startswith("/en/sign-in/")

    @pytest.mark.parametrize(("page", "lands"), [("keys/", "/en/reissue/"), ("sign/", "/en/reissue/keys/")])
    def test_a_page_out_of_turn_leads_to_the_one_that_is_due(self, aigerim, page, lands):
        assert aigerim.browser.get(f"/en/reissue/{page}")["Location"] == lands

    def test_an_application_can_be_taken_back(self, aigerim, world, run_jobs):
        number = applied(aigerim)
        run_jobs()
        link = "/" + world.wait_for_mail("aigerim@mail.test").links[0].split("/", 3)[3]
        assert aigerim.browser.post(f"{link}withdraw/").status_code == 302
        run_jobs()
        second = "/" + world.wait_for_mail("aigerim@mail.test", 2).links[0].split("/", 3)[3]
        assert aigerim.browser.post(second).status_code == 302
        assert stage(number) == Stage.WITHDRAWN
