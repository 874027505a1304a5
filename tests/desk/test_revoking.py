"""Revocation at the desk, for somebody who came in person: every row of table 5, good and bad."""

import base64
from datetime import timedelta
from uuid import uuid4

import pytest
from cryptography import x509
from django.test import Client
from django.utils import timezone
from tests.accounts.citizen import citizen
from tests.in_person import (
    LOST,
    PAPERS,
    accepted,
    begin,
    begun,
    choose,
    clauses,
    formed,
    is_revoked,
    of,
    sign,
    signed,
)
from tests.ordering import Browser, settle, text_of, value_of
from tests.pdfs import words_on

from senim.certification import publication, revocation_orders
from senim.certification.models import CertifiedKey, Revocation, RevocationOrder
from senim.enrolment import revocation_in_person, tasks
from senim.enrolment.models import Application
from senim.enrolment.process import Stage
from senim.journal.models import Entry
from senim.pki.crl import RevocationReason

pytestmark = pytest.mark.django_db


@pytest.fixture
def aigerim(world, authority):
    """She has certificates, and comes without a key."""
    return citizen(world.person("aigerim"), authority)


class TestTheWholeWay:
    @pytest.mark.clause(
        "CA-10.P1", "CA-10.C1", "CA-10.T4", "CA-10.T6", "CA-10.T7", "CA-10.T9", "CA-16", "CA-17"
    )
    def test_papers_request_signature_list_receipt_and_letter(
        self, dauren, aigerim, authority, world, run_jobs
    ):
        case = begun(dauren, aigerim)
        page = dauren.get(case)
        assert 'src="data:image/png;base64,' in page.content.decode()
        assert "Application to revoke a certificate" in text_of(page)
        assert dauren.accept(case, **PAPERS).status_code == 302
        receipt = words_on(dauren.get(f"{case}receipt.pdf").content)
        assert of(case).number in receipt.replace(" ", "")
        assert "An identity document" in receipt

        assert choose(dauren, case, aigerim.sign, aigerim.auth).status_code == 302
        paper = words_on(dauren.get(f"{case}application.pdf").content)
        assert "Please revoke these certificates for good." in paper
        assert aigerim.iin in paper
        assert not is_revoked(aigerim.sign)

        assert sign(dauren, case).status_code == 302
        assert of(case).state == Stage.CONFIRMED
        assert f'href="{case}application.pdf"' in dauren.get(case).content.decode()
        settle(authority)
        run_jobs()
        assert of(case).state == Stage.PUBLISHED
        assert clauses(case) == [
            *("CA-10.P1", "CA-10.C1", "CA-10.T4", "CA-10.T4", "CA-10.T6", "CA-10.T7", "CA-10.T9")
        ]
        self.is_in_the_list(aigerim.sign, of(case))
        assert is_revoked(aigerim.auth)

        receipt = words_on(dauren.get(f"{case}receipt.pdf").content)
        for said in ("The key is lost", "Published in the list", f"{aigerim.sign.serial_number:X}"[-2:]):
            assert said in receipt
        letter = world.wait_for_mail("aigerim@mail.test").text
        assert "Somebody came to" in letter
        assert "The key is lost" in letter
        found = Client().get(f"/en/revoked/?serial={aigerim.sign.serial_number:x}")
        assert "lost" in text_of(found)

    @staticmethod
    def is_in_the_list(holder, case):
        """Serial number, date and reason."""
        file = publication.folder() / "current" / "issuing.crl"
        entry = x509.load_der_x509_crl(file.read_bytes()).get_revoked_certificate_by_serial_number(
            holder.serial_number
        )
        revoked = Revocation.objects.get(certificate__serial_number=f"{holder.serial_number:040x}")
        assert entry is not None
        assert entry.revocation_date_utc == revoked.revoked_at.replace(microsecond=0)
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
        assert reason is x509.ReasonFlags.key_compromise

    @pytest.mark.clause("CA-10.T9")
    def test_what_is_not_published_is_due_within_two_days_and_late_after_that(
        self, dauren, aigerim, run_jobs
    ):
        case = signed(dauren, aigerim, aigerim.sign)
        revocation_orders.carry_out(at=timezone.now())
        run_jobs()
        assert of(case).state == Stage.REVOKED
        assert of(case).due_at == of(case).state_since_at + timedelta(days=2)
        Application.objects.update(due_at=timezone.now() - timedelta(minutes=1))
        assert of(case).number[8:] in text_of(dauren.get("/en/?show=late"))

    @pytest.mark.clause("CA-10.P1")
    def test_two_clicks_begin_one_application(self, dauren, aigerim):
        key = str(uuid4())
        first, second = (begin(dauren, aigerim.iin, key=key)["Location"] for _ in range(2))
        assert first == second
        assert Application.objects.count() == 1

    @pytest.mark.clause("CA-10.T6")
    def test_two_clicks_place_one_order(self, dauren, aigerim):
        case = formed(dauren, aigerim, aigerim.sign)
        page = dauren.get(f"{case}revoke/")
        signature = dauren.holder.sign(base64.b64decode(value_of(page, "data-content")))
        data = {"signature": base64.b64encode(signature).decode()}
        answers = [dauren.post(f"{case}revoke/", data) for _ in range(2)]
        assert {answer.get("Location") for answer in answers} == {case}
        assert RevocationOrder.objects.count() == 1

    def test_the_settled_order_is_told_once(self, dauren, aigerim, authority, run_jobs):
        case = signed(dauren, aigerim, aigerim.sign)
        settle(authority)
        run_jobs()
        before = clauses(case)
        tasks.revocation_order_settled(str(RevocationOrder.objects.get().pk))
        tasks.revocations_published()
        assert clauses(case) == before

    @pytest.mark.parametrize(("reason", "compromised"), [(LOST, 1), ("superseded", 0)])
    def test_a_key_that_was_copied_is_remembered_as_such(self, dauren, aigerim, reason, compromised):
        signed(dauren, aigerim, aigerim.sign, reason=reason)
        revocation_orders.carry_out(at=timezone.now())
        assert CertifiedKey.objects.exclude(compromised_at=None).count() == compromised

    @pytest.mark.clause("CA-10.C1")
    def test_a_registry_that_is_away_stops_nobody(self, dauren, aigerim, world):
        world.fault("gbdfl", "down")
        formed(dauren, aigerim, aigerim.sign)

    def test_its_applicant_sees_it_in_the_cabinet(self, dauren, aigerim):
        begun(dauren, aigerim)
        assert aigerim.sign_in().status_code == 302
        assert "Revoking a certificate in person" in text_of(aigerim.browser.get("/en/cabinet/"))

    def test_somebody_without_an_address_gets_no_letter(self, dauren, aigerim, authority, world, run_jobs):
        signed(dauren, aigerim, aigerim.sign)
        Application.objects.update(email="")
        settle(authority)
        run_jobs()
        assert Application.objects.get().state == Stage.PUBLISHED
        assert world.mail("aigerim@mail.test") == []


class TestWhoCame:
    @pytest.mark.clause("CA-10.P1")
    @pytest.mark.parametrize(
        ("iin", "code", "said"),
        [
            ("", 422, "Enter the IIN"),
            ("940308492148", 409, "IIN"),
            ("nobody", 409, "certificate"),
        ],
        ids=["empty", "wrong", "no certificate"],
    )
    def test_nothing_begins_without_a_person_who_has_certificates(self, dauren, world, iin, code, said):
        iin = world.person("daniyar").iin if iin == "nobody" else iin
        answer = begin(dauren, iin)
        assert answer.status_code == code
        assert said in text_of(answer)
        assert Application.objects.count() == 0

    @pytest.mark.clause("CA-10.C1")
    def test_nobody_revokes_for_themselves(self, dauren, authority, world):
        own = citizen(world.person("dauren"), authority)
        answer = begin(dauren, own.iin)
        assert answer.status_code == 409
        assert "your own application" in text_of(answer)

    def test_the_pages_are_for_operators(self, db):
        case = "/en/application/00000000-0000-4000-8000-000000000000/"
        for page in ("/en/revoke/", f"{case}revoke/", f"{case}application.pdf"):
            assert Browser("desk").get(page)["Location"].startswith("/en/sign-in/")
        for action in ("certificates", "take-back"):
            assert Browser("desk").post(f"{case}{action}/")["Location"].startswith("/en/sign-in/")

    def test_an_order_for_a_certificate_is_no_such_case(self, dauren):
        case = "/en/application/00000000-0000-4000-8000-000000000000/"
        assert dauren.get(f"{case}revoke/").status_code == 404
        assert dauren.get(f"{case}application.pdf").status_code == 404


class TestPapers:
    @pytest.mark.clause("CA-10.C1")
    @pytest.mark.parametrize("missing", ["identification", "papers"])
    def test_nothing_is_accepted_without_identification_and_every_paper(self, dauren, aigerim, missing):
        case = begun(dauren, aigerim)
        answer = dauren.accept(case, **{**PAPERS, missing: []})
        assert answer.status_code == 422
        assert of(case).state == Stage.PRESENTED
        assert dauren.get(f"{case}receipt.pdf").status_code == 404

    @pytest.mark.clause("CA-10.C1", "CA-10.T3")
    def test_a_refusal_carries_its_reason(self, dauren, aigerim, world, run_jobs):
        case = begun(dauren, aigerim)
        reason = "The photograph does not show the applicant."
        assert dauren.post(f"{case}refuse/", {"reason": reason}).status_code == 302
        assert clauses(case) == ["CA-10.P1", "CA-10.C1", "CA-10.T3"]
        assert of(case).refusal == {"clause": "CA-10.T3", "reason": reason}
        assert reason in text_of(dauren.get(case))
        assert not is_revoked(aigerim.sign)
        run_jobs()
        assert world.mail("aigerim@mail.test") == []

    @pytest.mark.clause("CA-10.T3")
    def test_there_is_none_without_a_reason(self, dauren, aigerim):
        case = begun(dauren, aigerim)
        assert dauren.post(f"{case}refuse/", {"reason": "no"}).status_code == 422
        assert of(case).state == Stage.PRESENTED

    @pytest.mark.clause("CA-10.C1")
    def test_a_check_that_took_over_fifteen_minutes_is_late(self, dauren, aigerim):
        case = begun(dauren, aigerim)
        Application.objects.update(state_since_at=timezone.now() - timedelta(minutes=16))
        dauren.accept(case, **PAPERS)
        assert "Late" in text_of(dauren.get(case))


class TestTheRequest:
    @pytest.mark.clause("CA-10.T4")
    def test_it_is_asked_which_and_why(self, dauren, aigerim):
        case = accepted(dauren, aigerim)
        answer = dauren.post(f"{case}certificates/", {})
        assert answer.status_code == 422
        assert "Choose at least one certificate" in text_of(answer)
        assert "Choose a reason" in text_of(answer)
        assert of(case).state == Stage.ACCEPTED

    @pytest.mark.clause("CA-10.T4")
    @pytest.mark.parametrize("reason", ["certificateHold", "unspecified", "cACompromise"])
    def test_reasons_that_are_not_a_holders_are_not_taken(self, dauren, aigerim, reason):
        case = accepted(dauren, aigerim)
        assert choose(dauren, case, aigerim.sign, reason=reason).status_code == 422

    @pytest.mark.clause("CA-10.T4")
    def test_what_is_revoked_or_anothers_is_no_choice(self, dauren, aigerim, authority, world):
        other = citizen(world.person("daniyar"), authority)
        authority.revoke(aigerim.auth)
        case = accepted(dauren, aigerim)
        page = dauren.get(case).content.decode()
        assert f'value="{aigerim.sign.serial_number:x}"' in page
        for holder in (aigerim.auth, other.sign):
            assert f'value="{holder.serial_number:x}"' not in page
            assert choose(dauren, case, holder).status_code == 422

    @pytest.mark.clause("CA-10.T5")
    def test_nothing_to_revoke_is_refused_with_that_reason(self, dauren, aigerim, authority):
        authority.revoke(aigerim.auth)
        authority.revoke(aigerim.sign)
        case = accepted(dauren, aigerim)
        assert dauren.post(f"{case}certificates/", {"reason": LOST}).status_code == 302
        assert clauses(case)[-3:] == ["CA-10.T4", "CA-10.T4", "CA-10.T5"]
        assert "There is no valid certificate to revoke" in text_of(dauren.get(case))
        assert Entry.objects.filter(verb="enrolment.refuse_to_revoke_in_person").count() == 1

    @pytest.mark.clause("CA-10.T4", "CA-10.T5")
    @pytest.mark.parametrize("problem", ["another's", "revoked", "expired", "unknown"])
    def test_what_the_system_finds_wrong_is_refused_and_stays_on_record(
        self, dauren, aigerim, authority, world, problem
    ):
        """Between the page and the verb anything may have happened."""
        case, at = accepted(dauren, aigerim), timezone.now()
        number = aigerim.sign.serial_number
        if problem == "another's":
            number = citizen(world.person("daniyar"), authority).sign.serial_number
        if problem == "revoked":
            authority.revoke(aigerim.sign)
        if problem == "expired":
            at += timedelta(days=400)
        if problem == "unknown":
            number = 77
        with pytest.raises(revocation_in_person.NOT_IN_ORDER):
            revocation_in_person.form_request(
                application_id=of(case).pk,
                operator=dauren.operator,
                serial_numbers=[number],
                reason=RevocationReason.KEY_COMPROMISE,
                at=at,
            )
        assert of(case).state == Stage.REFUSED_BY_AUTHORITY
        assert of(case).refusal["clause"] == "CA-10.T5"
        page = dauren.get(case)
        assert page.status_code == 200
        assert "Reason of the refusal" in text_of(page)

    def test_the_applicant_may_change_their_mind(self, dauren, aigerim):
        case = formed(dauren, aigerim, aigerim.sign)
        assert dauren.post(f"{case}take-back/").status_code == 302
        assert of(case).state == Stage.WITHDRAWN
        assert dauren.get(f"{case}revoke/").status_code == 409
