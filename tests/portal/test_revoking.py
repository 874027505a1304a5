"""A holder takes a certificate back from the cabinet: the list, the request, the signature, the outcome."""

import base64
from datetime import timedelta

import pytest
import time_machine
from cryptography import x509
from django.test import Client
from django.utils import timezone
from tests.accounts.citizen import Citizen, citizen, hidden, signed, text_to_sign, words
from tests.holders import Holder

import senim.notices.tasks  # noqa: F401 - so that letters can be delivered
from senim.certification import publication
from senim.certification.models import CertifiedKey, Revocation
from senim.enrolment import tasks
from senim.enrolment.models import RevocationPassage, RevocationRequest
from senim.enrolment.revocation_process import Stage
from senim.journal.models import Entry
from senim.settings import settings

pytestmark = pytest.mark.django_db
COPIED = "keyCompromise"


@pytest.fixture
def aigerim(world, authority):
    person = citizen(world.person("aigerim"), authority)
    assert person.sign_in().status_code == 302
    return person


@pytest.fixture
def daniyar(world, authority):
    return citizen(world.person("daniyar"), authority)


def address(holder: Holder) -> str:
    return f"/en/certificates/{holder.serial_number:x}/"


def fill_in(person: Citizen, *holders: Holder, reason: str = COPIED, language: str = "en"):
    numbers = [f"{holder.serial_number:x}" for holder in holders]
    path = f"{address(holders[0])}revoke/".replace("/en/", f"/{language}/")
    return person.browser.post(path, {"reason": reason, "certificates": numbers})


def sign(person: Citizen, holder: Holder, *, by: Holder | None = None, signature: str = ""):
    path = f"{address(holder)}revoke/sign/"
    page = person.browser.get(path)
    answer = {"draft": hidden(page, "draft"), "signature": signature or signed(page, by or person.sign)}
    return person.browser.post(path, answer)


def revoked(person: Citizen, *holders: Holder, reason: str = COPIED) -> str:
    """Asked and signed; the address of the outcome."""
    assert fill_in(person, *holders, reason=reason).status_code == 302
    done = sign(person, holders[0])
    assert done.status_code == 302, words(done)
    return str(done["Location"])


def is_revoked(holder: Holder) -> bool:
    return Revocation.objects.filter(certificate__serial_number=f"{holder.serial_number:040x}").exists()


def entry_in_list(holder: Holder) -> x509.RevokedCertificate | None:
    file = publication.folder() / "current" / "issuing.crl"
    return x509.load_der_x509_crl(file.read_bytes()).get_revoked_certificate_by_serial_number(
        holder.serial_number
    )


class TestOwnCertificates:
    def test_the_list_names_kind_number_term_and_state(self, aigerim):
        page = words(aigerim.browser.get("/en/certificates/"))
        for said in ("For signing", "For signing in", "Serial number", "Valid until", "Valid"):
            assert said in page
        number = f"{aigerim.sign.serial_number:X}"
        assert number[:2] in page

    def test_one_of_them_can_be_downloaded_and_holds_no_key(self, aigerim, authority):
        authority.publish()
        given = aigerim.browser.get(f"{address(aigerim.sign)}certificate.cer")
        assert given.content == aigerim.sign.certificate
        assert given["Content-Type"] == "application/pkix-cert"

    def test_until_a_certificate_is_published_it_is_not_handed_out_and_the_list_says_why(self, aigerim):
        assert "Being published" in words(aigerim.browser.get("/en/certificates/"))
        page = aigerim.browser.get(address(aigerim.sign))
        assert "Once the certificate is published, you can download it here" in words(page)
        assert "certificate.cer" not in page.content.decode()
        assert aigerim.browser.get(f"{address(aigerim.sign)}certificate.cer").status_code == 404
        assert fill_in(aigerim, aigerim.sign).status_code == 302, "it can be taken back"

    @pytest.mark.clause("CA-8.P2")
    @pytest.mark.parametrize("page", ["", "certificate.cer", "revoke/"])
    def test_somebody_elses_does_not_exist(self, aigerim, daniyar, page):
        assert aigerim.browser.get(f"{address(daniyar.sign)}{page}").status_code == 404

    @pytest.mark.parametrize("number", ["zz", "0", "-1", "f" * 60])
    def test_what_is_no_serial_number_is_nobodys(self, aigerim, number):
        assert aigerim.browser.get(f"/en/certificates/{number}/").status_code == 404

    def test_the_pages_are_for_people_who_are_signed_in(self, aigerim):
        for page in ("", "revoke/", "revoke/sign/"):
            away = Client().get(f"{address(aigerim.sign)}{page}")
            assert away["Location"].startswith("/en/sign-in/")


class TestRevoking:
    @pytest.mark.clause("CA-8.P1", "CA-8.C1", "CA-8.P3a", "CA-8.P3b")
    def test_it_is_signed_revoked_published_and_told(self, aigerim, authority, world, run_jobs):
        outcome = revoked(aigerim, aigerim.sign)
        page = words(aigerim.browser.get(outcome))
        assert "The certificate is revoked" in page
        assert "within a minute" in page
        assert "Revoked" in words(aigerim.browser.get(address(aigerim.sign)))

        authority.publish()
        run_jobs()
        entry = entry_in_list(aigerim.sign)
        assert entry is not None
        request = RevocationRequest.objects.get()
        assert entry.revocation_date_utc == request.applied_at.replace(microsecond=0)
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
        assert reason is x509.ReasonFlags.key_compromise

        letter = world.wait_for_mail("aigerim@mail.test").text
        assert "The key is lost" in letter
        assert f"{aigerim.sign.serial_number:X}"[-2:] in letter
        assert "published in the list" in words(aigerim.browser.get(outcome))
        found = Client().get(f"/en/revoked/?serial={aigerim.sign.serial_number:x}")
        assert "lost" in words(found)
        assert request.state == Stage.TOLD

    @pytest.mark.clause("CA-8.P1", "CA-8.C1", "CA-8.P3b")
    def test_each_step_is_kept_with_its_clause_and_its_limit(self, aigerim, authority, run_jobs):
        revoked(aigerim, aigerim.sign)
        authority.publish()
        run_jobs()
        steps = RevocationPassage.objects.values_list("clause", "within")
        day, minute, quarter = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=15)
        limits = [
            ("CA-8.P1", minute),
            ("CA-8.C1", quarter),
            ("CA-8.P3b", day),
            ("CA-8.P3a", day),
        ]
        assert list(steps) == limits
        assert all(step.left_at - step.entered_at < step.within for step in RevocationPassage.objects.all())

    @pytest.mark.clause("CA-8.P3b")
    def test_what_is_not_published_yet_is_due_within_a_day(self, aigerim):
        revoked(aigerim, aigerim.sign)
        request = RevocationRequest.objects.get()
        assert request.state == Stage.IN_ORDER
        assert request.due_at == request.state_since_at + timedelta(days=1)

    def test_certificates_whose_keys_lie_together_go_together(self, aigerim):
        outcome = revoked(aigerim, aigerim.sign, aigerim.auth)
        assert is_revoked(aigerim.sign)
        assert is_revoked(aigerim.auth)
        page = words(aigerim.browser.get("/en/cabinet/"))
        assert page.count("A certificate was revoked") == 2
        assert words(aigerim.browser.get(outcome)).count(f"{aigerim.auth.serial_number:X}"[:2]) >= 1

    def test_another_signing_key_of_the_same_person_will_do(self, aigerim, authority):
        second = authority.issue("individual_sign", iin=aigerim.iin, **aigerim.names)
        assert fill_in(aigerim, aigerim.sign, reason="superseded").status_code == 302
        assert sign(aigerim, aigerim.sign, by=second).status_code == 302
        assert is_revoked(aigerim.sign)
        assert not is_revoked(second)

    @pytest.mark.parametrize(("reason", "compromised"), [(COPIED, 1), ("superseded", 0)])
    def test_a_key_that_was_copied_is_remembered_as_such(self, aigerim, reason, compromised):
        revoked(aigerim, aigerim.sign, reason=reason)
        assert CertifiedKey.objects.exclude(compromised_at=None).count() == compromised

    @pytest.mark.clause("CA-8.P1")
    @pytest.mark.parametrize(("language", "said"), [("kk", "Себебі"), ("ru", "Причина"), ("en", "Reason")])
    def test_the_holder_reads_what_is_signed(self, aigerim, language, said):
        fill_in(aigerim, aigerim.sign, language=language)
        page = aigerim.browser.get(f"{address(aigerim.sign)}revoke/sign/".replace("/en/", f"/{language}/"))
        text = text_to_sign(page).decode()
        assert said in text
        assert COPIED in text
        assert aigerim.iin in text
        assert f"{aigerim.sign.serial_number:X}"[-2:] in text

    def test_two_clicks_are_one_request(self, aigerim):
        fill_in(aigerim, aigerim.sign)
        path = f"{address(aigerim.sign)}revoke/sign/"
        page = aigerim.browser.get(path)
        answer = {"draft": hidden(page, "draft"), "signature": signed(page, aigerim.sign)}
        first, second = aigerim.browser.post(path, answer), aigerim.browser.post(path, answer)
        assert first["Location"] == second["Location"]
        assert RevocationRequest.objects.count() == Revocation.objects.count() == 1

    def test_a_notice_is_sent_once(self, aigerim, authority, world, run_jobs):
        revoked(aigerim, aigerim.sign)
        authority.publish()
        run_jobs()
        tasks.revocations_published()
        run_jobs()
        assert len(world.mail("aigerim@mail.test")) == 1

    def test_nobody_is_told_before_it_is_published(self, aigerim, world, run_jobs):
        revoked(aigerim, aigerim.sign)
        tasks.revocations_published()
        run_jobs()
        assert world.mail("aigerim@mail.test") == []
        assert RevocationRequest.objects.get().state == Stage.IN_ORDER

    def test_whoever_has_no_key_left_reads_where_to_go(self, aigerim, authority):
        authority.revoke(aigerim.sign)
        page = words(aigerim.browser.get(f"{address(aigerim.auth)}revoke/"))
        assert "You have no valid key to sign with" in page
        assert "registration centre" in page


class TestRefusals:
    @pytest.mark.clause("CA-8.C1", "CA-8.P2")
    @pytest.mark.parametrize(
        ("problem", "said"),
        [
            ("another person", "signed with another person's key"),
            ("wrong purpose", "The request was not accepted"),
            ("expired", "The request was not accepted"),
            ("revoked", "The request was not accepted"),
            ("forged", "The request was not accepted"),
            ("another text", "The request was not accepted"),
            ("no signature", "The request was not accepted"),
        ],
    )
    def test_a_request_that_is_not_in_order_is_refused_with_its_reason(
        self, aigerim, daniyar, authority, problem, said
    ):
        fill_in(aigerim, aigerim.sign)
        answer = sign(aigerim, aigerim.sign, **self.bad(problem, aigerim, daniyar, authority))
        assert answer.status_code == 409
        assert said in words(answer)
        assert not is_revoked(aigerim.sign)
        request = RevocationRequest.objects.get()
        assert request.state == Stage.REFUSED
        clauses = list(RevocationPassage.objects.values_list("clause", flat=True))
        assert clauses == ["CA-8.P1", "CA-8.C1", "CA-8.P2"]
        assert Entry.objects.filter(verb="enrolment.refuse_to_revoke", clause="CA-8.P2").count() == 1
        assert said.split()[0] in words(aigerim.browser.get(f"/en/revocations/{request.pk}/"))

    @staticmethod
    def bad(problem, aigerim, daniyar, authority):
        if problem == "another person":
            return {"by": daniyar.sign}
        if problem == "wrong purpose":
            return {"by": aigerim.auth}
        if problem == "forged":
            return {"by": authority.forged(aigerim.sign)}
        if problem == "no signature":
            return {"signature": "bm8="}
        if problem == "another text":
            return {"signature": base64.b64encode(aigerim.sign.sign(b"something else")).decode()}
        facts = {"iin": aigerim.iin, **aigerim.names}
        if problem == "expired":
            began = timezone.now() - timedelta(days=2)
            ended = began + timedelta(days=1)
            return {"by": authority.issue("individual_sign", not_before=began, not_after=ended, **facts)}
        gone = authority.issue("individual_sign", **facts)
        authority.revoke(gone)
        return {"by": gone}

    @pytest.mark.clause("CA-8.P2")
    def test_what_was_revoked_meanwhile_is_refused(self, aigerim, authority):
        second = authority.issue("individual_sign", iin=aigerim.iin, **aigerim.names)
        fill_in(aigerim, aigerim.sign)
        authority.revoke(aigerim.sign)
        answer = sign(aigerim, aigerim.sign, by=second)
        assert answer.status_code == 409
        assert "was revoked before" in words(answer)
        assert RevocationRequest.objects.get().state == Stage.REFUSED

    @pytest.mark.clause("CA-8.P2")
    def test_a_refused_request_can_be_signed_again(self, aigerim, daniyar):
        fill_in(aigerim, aigerim.sign)
        assert sign(aigerim, aigerim.sign, by=daniyar.sign).status_code == 409
        assert sign(aigerim, aigerim.sign).status_code == 302
        states = set(RevocationRequest.objects.values_list("state", flat=True))
        assert states == {Stage.REFUSED, Stage.IN_ORDER}

    def test_bad_requests_are_soon_no_longer_kept_and_a_good_one_is_never_held_up(self, aigerim):
        fill_in(aigerim, aigerim.sign)
        for _ in range(settings.orders_per_iin_per_hour + 1):
            last = sign(aigerim, aigerim.sign, signature="bm8=")
        assert "Too many tries" in words(last)
        assert RevocationRequest.objects.count() == settings.orders_per_iin_per_hour
        assert sign(aigerim, aigerim.sign).status_code == 302
        assert is_revoked(aigerim.sign)

    def test_a_form_without_a_reason_is_asked_again(self, aigerim):
        page = fill_in(aigerim, aigerim.sign, reason="")
        assert page.status_code == 422
        assert "Choose a reason" in words(page)

    @pytest.mark.parametrize("reason", ["certificateHold", "unspecified", "cACompromise", "removeFromCRL"])
    def test_reasons_that_are_not_a_holders_are_not_taken(self, aigerim, reason):
        assert fill_in(aigerim, aigerim.sign, reason=reason).status_code == 422

    def test_a_certificate_of_another_is_not_among_the_choices(self, aigerim, daniyar):
        numbers = [f"{daniyar.sign.serial_number:x}"]
        page = aigerim.browser.post(
            f"{address(aigerim.sign)}revoke/", {"reason": COPIED, "certificates": numbers}
        )
        assert page.status_code == 422

    def test_a_draft_of_somebody_else_is_not_taken(self, aigerim, daniyar):
        assert daniyar.sign_in().status_code == 302
        fill_in(daniyar, daniyar.sign)
        theirs = hidden(daniyar.browser.get(f"{address(daniyar.sign)}revoke/sign/"), "draft")
        path = f"{address(aigerim.sign)}revoke/sign/"
        answer = aigerim.browser.post(path, {"draft": theirs, "signature": "bm8="})
        assert answer["Location"] == f"{address(aigerim.sign)}revoke/"
        assert RevocationRequest.objects.count() == 0

    def test_a_page_that_stood_open_too_long_begins_anew(self, aigerim):
        fill_in(aigerim, aigerim.sign)
        path = f"{address(aigerim.sign)}revoke/sign/"
        page = aigerim.browser.get(path)
        answer = {"draft": hidden(page, "draft"), "signature": signed(page, aigerim.sign)}
        with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
            assert aigerim.sign_in().status_code == 302
            late = aigerim.browser.post(path, answer)
        assert late["Location"] == f"{address(aigerim.sign)}revoke/"
        assert not is_revoked(aigerim.sign)

    def test_the_outcome_is_the_applicants_own(self, aigerim, daniyar):
        outcome = revoked(aigerim, aigerim.sign)
        assert daniyar.sign_in().status_code == 302
        assert daniyar.browser.get(outcome).status_code == 404
