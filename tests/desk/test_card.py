"""Issue onto an identity card at the desk: every step and every refusal of the printed table."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.cards import CONTACT, arrived, begin, confirmed, identified, issued, keys, known, registered
from tests.ordering import applicant, at_the, settle, text_of, value_of
from tests.pdfs import words_on

from senim.enrolment.card import certificates_of
from senim.enrolment.models import Application
from senim.enrolment.process import Stage
from senim.settings import settings

pytestmark = pytest.mark.django_db
REASON = {"reason": "The card is another person's."}


def case() -> Application:
    return Application.objects.get(kind="card")


def letters_on(answer) -> str:
    assert answer["Content-Type"] == "application/pdf"
    return words_on(answer.content).replace(" ", "")


class TestFromTheCardToTheChip:
    @pytest.mark.clause(
        "CA-9.P1", "CA-9.C1", "CA-9.P3", "CA-9.P4", "CA-9.C2", "CA-9.P6", "CA-9.P7", "CA-9.P8", "CA-9.C3",
        "CA-9.P10",
    )  # fmt: skip
    def test_every_step_of_the_table_is_taken_in_its_order(self, dauren, world, authority, run_jobs):
        page = issued(dauren, world.person("aigerim").iin, authority, run_jobs)
        assert case().state == Stage.ISSUED
        certificates = value_of(dauren.get(page), "data-certificates").split()
        assert len(certificates) == 2
        assert dauren.post(f"{page}written/").status_code == 302
        assert case().state == Stage.INSTALLED
        assert [step.clause for step in case().passages.all()] == [
            "CA-9.P1", "CA-9.C1", "CA-9.P3", "CA-9.P4", "CA-9.C2", "CA-9.P6", "CA-9.P7", "CA-9.P7",
            "CA-9.P8", "CA-9.C3", "CA-9.P10", "CA-9.P10",
        ]  # fmt: skip

    @pytest.mark.clause("CA-9.P4", "CA-9.C2")
    def test_names_are_the_registrys(self, dauren, world):
        person = world.person("aigerim")
        page = known(dauren, person.iin)
        assert (case().surname, case().given_name) == (person.surname, person.given_name)
        assert value_of(dauren.get(page), "data-iin") == person.iin

    @pytest.mark.clause("CA-9.P7")
    def test_the_application_is_printed_with_its_number_and_the_fingerprints(self, dauren, world):
        page = registered(dauren, world.person("aigerim").iin)
        text = letters_on(dauren.get(f"{page}application.pdf"))
        assert case().number in text
        assert bytes(case().sign_key_digest).hex() in text
        assert bytes(case().auth_key_digest).hex() in text
        assert "Сәрсенова" in text

    @pytest.mark.clause("CA-9.P7")
    def test_the_notice_carries_the_number(self, dauren, world, run_jobs):
        registered(dauren, world.person("aigerim").iin)
        run_jobs()
        letter = world.wait_for_mail("aigerim@mail.test")
        assert case().number in letter.text.replace("\u00a0", "")

    @pytest.mark.clause("CA-9.P10")
    def test_the_receipt_names_both_certificates(self, dauren, world, authority, run_jobs):
        page = issued(dauren, world.person("aigerim").iin, authority, run_jobs)
        assert dauren.get(f"{page}receipt.pdf").status_code == 404
        dauren.post(f"{page}written/")
        dauren.post(f"{page}written/")
        text = letters_on(dauren.get(f"{page}receipt.pdf"))
        on_the_card = certificates_of(application_id=case().id)
        assert len(on_the_card) == 2
        assert all(f"{one.serial_number:X}" in text for one in on_the_card)
        assert len(world.mail("aigerim@mail.test")) == 1, "nothing to install by a link"

    def test_the_status_page_speaks_of_the_card(self, dauren, world, authority, run_jobs):
        issued(dauren, world.person("aigerim").iin, authority, run_jobs)
        said = applicant(world.person("aigerim")).status(case().number)
        assert "Wait until the operator has written the certificates onto your card" in said


class TestRefusals:
    @pytest.mark.clause("CA-9.C1", "CA-9.P2")
    def test_an_identity_that_is_not_in_order_is_refused_with_a_reason(self, dauren, world):
        page = arrived(dauren, world.person("aigerim").iin)
        refusing = page.replace("/card/", "/application/") + "refuse/"
        assert dauren.post(refusing, {"reason": ""}).status_code == 422
        assert dauren.post(refusing, REASON).status_code == 302
        assert case().state == Stage.REFUSED_AT_DESK
        assert case().refusal["clause"] == "CA-9.P2"
        assert REASON["reason"] in text_of(dauren.get(page))

    @pytest.mark.clause("CA-9.C2", "CA-9.P5")
    @pytest.mark.parametrize("who", ["nikita", "viktor"], ids=["absent", "annulled"])
    def test_somebody_the_registry_does_not_know_is_refused(self, dauren, world, who):
        page = identified(dauren, world.person(who).iin)
        answer = dauren.post(f"{page}form/", CONTACT)
        assert answer.status_code == 409
        assert "No certificate can be issued" in text_of(answer)
        assert case().state == Stage.REFUSED_UNKNOWN
        assert [step.clause for step in case().passages.all()][-2:] == ["CA-9.C2", "CA-9.P5"]
        assert dauren.get(page).status_code == 200

    @pytest.mark.clause("CA-9.P4")
    def test_a_registry_that_is_away_changes_nothing_and_keeps_what_was_typed(self, dauren, world):
        page = identified(dauren, world.person("aigerim").iin)
        world.fault("gbdfl", "down")
        answer = dauren.post(f"{page}form/", CONTACT)
        assert answer.status_code == 503
        assert value_of(answer, "settlement") == "Almaty"
        assert case().state == Stage.ACCEPTED

    @pytest.mark.clause("CA-9.P3")
    @pytest.mark.parametrize("wrong", [{"email": "nowhere"}, {"region": "x"}, {"settlement": ""}])
    def test_a_form_that_is_not_filled_in_is_shown_again(self, dauren, world, wrong):
        page = identified(dauren, world.person("aigerim").iin)
        assert dauren.post(f"{page}form/", {**CONTACT, **wrong}).status_code == 422
        assert case().state == Stage.ACCEPTED

    @pytest.mark.clause("CA-9.P6")
    def test_without_two_keys_of_the_chip_the_application_stays_where_it_is(self, dauren, world):
        page = known(dauren, world.person("aigerim").iin)
        made = keys()
        for said in ({}, {**made, "request_auth": made["request_sign"]}, {**made, "request_sign": "!"}):
            answer = dauren.post(f"{page}keys/", said)
            assert answer.status_code == 409
            assert "These keys cannot be used" in text_of(answer)
            assert case().state == Stage.KNOWN
        assert dauren.post(f"{page}keys/", made).status_code == 302

    @pytest.mark.clause("CA-9.P6")
    def test_keys_of_another_open_application_are_refused(self, dauren, world):
        made, first = keys(), known(dauren, world.person("aigerim").iin)
        dauren.post(f"{first}keys/", made)
        second = known(dauren, world.person("daniyar").iin)
        assert dauren.post(f"{second}keys/", made).status_code == 409

    @pytest.mark.clause("CA-9.P8")
    def test_nobody_confirms_before_the_paper_is_signed(self, dauren, world):
        page = registered(dauren, world.person("aigerim").iin)
        assert dauren.get(page.replace("/card/", "/application/") + "confirm/").status_code == 409

    @pytest.mark.clause("CA-9.C3", "CA-9.P9")
    def test_what_the_authority_refuses_is_refused_with_its_reason(self, dauren, world, authority, run_jobs):
        page = confirmed(dauren, world.person("aigerim").iin)
        authority.revoke(dauren.holder, at=timezone.now() - timedelta(minutes=1))
        settle(authority)
        run_jobs()
        assert case().state == Stage.REFUSED_BY_AUTHORITY
        assert [step.clause for step in case().passages.all()][-2:] == ["CA-9.C3", "CA-9.P9"]
        assert "The operator's certificate" in text_of(dauren.get(page))
        assert dauren.post(f"{page}written/").status_code == 409

    @pytest.mark.clause("CA-9.P6")
    def test_an_application_whose_pin_is_blocked_can_wait_or_be_ended(self, dauren, world):
        page = known(dauren, world.person("aigerim").iin)
        ending = page.replace("/card/", "/application/") + "refuse/"
        assert dauren.post(ending, {"reason": "The PIN of the card is blocked."}).status_code == 302
        assert case().state == Stage.REFUSED_AT_DESK

    def test_nothing_is_written_before_it_is_issued(self, dauren, world):
        page = confirmed(dauren, world.person("aigerim").iin)
        assert dauren.post(f"{page}written/").status_code == 409


class TestTheDesk:
    @pytest.mark.parametrize("iin", ["", "940308400124", "000740000728", "1"])
    def test_an_iin_that_cannot_be_is_not_taken(self, dauren, iin):
        assert begin(dauren, iin).status_code == 422
        assert not Application.objects.exists()

    def test_nobody_serves_themselves(self, dauren, world):
        answer = begin(dauren, world.person("dauren").iin)
        assert "your own application" in text_of(answer)
        assert not Application.objects.exists()

    def test_another_operators_own_case_is_not_theirs_to_end(self, dauren, ainur, world):
        page = arrived(dauren, world.person("ainur").iin)
        assert ainur.post(f"{page}identify/").status_code == 409

    def test_a_second_click_begins_one_application(self, dauren, world):
        key, iin = uuid4(), world.person("aigerim").iin
        assert begin(dauren, iin, key=key)["Location"] == begin(dauren, iin, key=key)["Location"]
        made, page = keys(), known(dauren, world.person("daniyar").iin)
        assert [dauren.post(f"{page}keys/", made).status_code for _ in range(2)] == [302, 302]

    def test_it_stands_on_the_work_list_before_it_has_a_number(self, dauren, world):
        page = arrived(dauren, world.person("aigerim").iin)
        address = page.replace("/card/", "/application/")
        assert address in dauren.get("/en/").content.decode()
        assert dauren.get(address)["Location"] == page

    def test_a_colleagues_case_is_left_alone_until_it_is_taken_over(self, dauren, ainur, world):
        page = arrived(dauren, world.person("aigerim").iin)
        address = page.replace("/card/", "/application/")
        assert case().taken_by == dauren.operator.id
        assert "A colleague has this case: Оспанов" in text_of(ainur.get(page))
        assert ainur.post(f"{page}identify/").status_code == 409
        assert ainur.post(f"{address}take/").status_code == 302
        assert ainur.post(f"{page}identify/").status_code == 302
        assert dauren.post(f"{page}form/", CONTACT).status_code == 409
        assert case().state == Stage.ACCEPTED

    def test_it_is_let_go_and_handed_to_a_colleague(self, dauren, ainur, world):
        page = arrived(dauren, world.person("aigerim").iin)
        address = page.replace("/card/", "/application/")
        assert "You have this case" in text_of(dauren.get(page))
        assert ainur.post(f"{address}release/").status_code == 409
        assert dauren.post(f"{address}hand-over/", {"to": str(ainur.operator.id)}).status_code == 302
        assert case().taken_by == ainur.operator.id
        assert ainur.post(f"{address}release/").status_code == 302
        assert "Nobody has this case" in text_of(dauren.get(page))
        assert dauren.post(f"{page}identify/").status_code == 302
        assert case().taken_by == dauren.operator.id

    @pytest.mark.clause("CA-9.P7")
    def test_the_application_is_printed_again_at_any_later_step(self, dauren, world):
        page = confirmed(dauren, world.person("aigerim").iin)
        assert f'href="{page}application.pdf"' in dauren.get(page).content.decode()
        assert case().number in letters_on(dauren.get(f"{page}application.pdf"))

    def test_an_application_of_another_kind_is_not_taken_for_one(self, dauren, world):
        other = dauren.find(applicant(world.person("aigerim")).order())
        dauren.post(f"{other}present/")
        page = other.replace("/application/", "/card/")
        assert dauren.get(page)["Location"] == other
        assert dauren.post(f"{page}identify/").status_code == 404
        assert Application.objects.get().state == Stage.PRESENTED

    @pytest.mark.clause("CA-9.C1")
    def test_the_clock_of_the_table_runs(self, dauren, world):
        arrived(dauren, world.person("aigerim").iin)
        assert case().due_at == case().state_since_at + timedelta(minutes=15)
        Application.objects.update(due_at=timezone.now() - timedelta(minutes=1))
        assert "is-late" in dauren.get("/en/").content.decode()

    def test_only_its_page_may_speak_to_the_program(self, dauren, world):
        page = dauren.get(known(dauren, world.person("aigerim").iin))
        program = f"ws://127.0.0.1:{settings.token_port}"
        assert f"connect-src 'self' {program};" in page["Content-Security-Policy"]
        with at_the("desk"):
            others = [reverse("worklist"), reverse("card-begin"), reverse("clocks")]
        assert all("ws:" not in dauren.get(other)["Content-Security-Policy"] for other in others)
        assert value_of(page, "data-program") == program
        assert 'data-case="permission-denied"' in page.content.decode()
