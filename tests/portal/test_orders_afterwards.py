"""After the order: status by number, the applicant's own page, the result, taking it back."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from tests.ordering import Applicant, applicant, desk_of, settle, text_of, value_of

from senim.certification import certificates
from senim.enrolment.models import Application
from senim.enrolment.process import Stage
from senim.pki.crl import RevocationReason
from senim.pki.ocsp import CertStatus

pytestmark = pytest.mark.django_db


@pytest.fixture
def aigerim(world, authority):
    return applicant(world.person("aigerim"))


@pytest.fixture
def letters(world, run_jobs):
    """The links of the newest letter to Aigerim, once what waits to be sent is sent."""

    def newest(count: int) -> str:
        run_jobs()
        letter = world.wait_for_mail("aigerim@mail.test", count)
        assert len(letter.links) == 1
        return "/" + letter.links[0].split("://", 1)[1].split("/", 1)[1]

    return newest


@pytest.fixture
def operator(world, authority):
    return desk_of(world.person("dauren"), authority)


def issued(aigerim: Applicant, operator, authority, letters) -> str:
    """The address of the page to install from."""
    operator.confirm(aigerim.order())
    settle(authority)
    return letters(2)


class TestTheStatus:
    @pytest.mark.clause("CA-A2.2")
    def test_it_follows_the_application(self, aigerim, operator, authority, letters):
        number = aigerim.order()
        assert "Awaited at the centre" in aigerim.status(number)
        case = operator.receive(number)
        assert "Receipt given" in aigerim.status(number)
        operator.sign(case)
        assert "Being checked by the authority" in aigerim.status(number)
        settle(authority)
        link = letters(2)
        assert "Certificate ready to install" in aigerim.status(number)
        aigerim.browser.post(f"{link}installed/", {"installed": "file"})
        assert "Certificate installed successfully" in aigerim.status(number)

    @pytest.mark.clause("CA-A2.2")
    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("", "Enter the number"),
            ("1234", "there is a mistake in this one"),
            ("572000000000", "there is a mistake in this one"),
            ("000000000000", "There is no application with this number"),
        ],
    )
    def test_a_wrong_number_is_refused_with_the_reason(self, aigerim, typed, said):
        page = aigerim.browser.post("/en/order/status/", {"number": typed})
        assert page.status_code in {409, 422}
        assert said in text_of(page)

    @pytest.mark.clause("CA-A2.2")
    def test_it_names_nobody(self, aigerim):
        said = Client().post("/en/order/status/", {"number": aigerim.order()}).content.decode()
        assert not any(aigerim.typed[name] in said for name in ("iin", "surname", "email"))

    @pytest.mark.clause("CA-A2.2")
    def test_trying_numbers_out_is_stopped(self, db):
        answers = [Client().post("/en/order/status/", {"number": "0" * 12}) for _ in range(121)]
        assert "Too many tries within an hour" in text_of(answers[-1])
        assert "There is no application" in text_of(answers[119])


class TestTheLinks:
    @pytest.mark.clause("CA-6.P5")
    def test_the_applicants_own_page_opens_by_the_link_of_the_first_letter(self, aigerim, letters):
        number = aigerim.order()
        page = Client().get(letters(1))
        assert page.status_code == 200
        assert value_of(page, "data-number") == number

    @pytest.mark.clause("CA-6.P11")
    @pytest.mark.parametrize("page", ["mine", "result", "withdraw"])
    def test_a_link_that_is_nobodys_is_not_found(self, db, page):
        answer = Client().get(f"/en/order/{page}/{'x' * 43}/")
        assert answer.status_code == 404

    @pytest.mark.clause("CA-6.P11")
    def test_links_are_not_kept_as_they_are_sent(self, aigerim, letters):
        aigerim.order()
        token = letters(1).rstrip("/").rsplit("/", 1)[1]
        assert len(token) >= 22  # 128 bits or more
        case = Application.objects.get()
        assert token.encode() not in bytes(case.own_link_digest)
        assert len(case.own_link_digest) == 32

    @pytest.mark.clause("CA-6.P11", "CA-19.5e")
    def test_another_browser_gets_certificates_but_no_key(self, aigerim, operator, authority, letters):
        """The page says where the key is; the link changes nothing by being opened."""
        link = issued(aigerim, operator, authority, letters)
        page = Client().get(link)
        text = text_of(page)
        assert "The key of this certificate is not here" in text
        assert "withdraw and order anew" in text
        assert "PRIVATE" not in page.content.decode()
        assert Application.objects.get().state == Stage.ISSUED

    @pytest.mark.clause("CA-A2.2")
    def test_installing_twice_is_installing_once(self, aigerim, operator, authority, letters):
        link = issued(aigerim, operator, authority, letters)
        for _ in range(2):
            assert aigerim.browser.post(f"{link}installed/", {"installed": "browser"}).status_code == 302
        case = Application.objects.get()
        assert [step.action for step in case.passages.all()].count("install") == 1
        assert "Certificate installed successfully" in text_of(aigerim.browser.get(link))

    @pytest.mark.clause("CA-6.P10")
    def test_nothing_is_installed_after_a_refusal(self, aigerim, operator, letters):
        case = operator.find(aigerim.order())
        operator.post(f"{case}present/")
        operator.post(f"{case}refuse/", {"reason": "The card is somebody else's."})
        link = letters(2)
        assert aigerim.browser.post(f"{link}installed/", {"installed": "file"}).status_code == 409


class TestTakingItBack:
    @pytest.mark.clause("CA-6.P5")
    def test_an_application_is_withdrawn_by_a_second_letter(self, aigerim, letters):
        number = aigerim.order()
        mine = letters(1)
        asked = Client().post(f"{mine}withdraw/")
        assert asked["Location"] == "/en/order/letter-sent/"
        link = letters(2)
        assert "will be withdrawn" in text_of(Client().get(link))
        assert Application.objects.get().state == Stage.AWAITED  # opening it does nothing yet
        assert Client().post(link)["Location"] == "/en/order/withdrawn/"
        assert "Withdrawn" in aigerim.status(number)
        for again in (Client().post(link), Client().get(link)):
            assert again["Location"] == "/en/order/withdrawn/"
        assert [step.action for step in Application.objects.get().passages.all()].count("withdraw") == 1

    def test_a_new_letter_kills_the_one_before(self, aigerim, letters):
        aigerim.order()
        mine = letters(1)
        Client().post(f"{mine}withdraw/")
        first = letters(2)
        Client().post(f"{mine}withdraw/")
        assert letters(3) != first
        assert Client().post(first).status_code == 404

    def test_the_second_letter_is_good_for_half_an_hour(self, aigerim, letters):
        aigerim.order()
        Client().post(f"{letters(1)}withdraw/")
        link = letters(2)
        with time_machine.travel(timezone.now() + timedelta(minutes=30)):
            assert Client().post(link).status_code == 404

    @pytest.mark.clause("CA-6.P11")
    def test_certificates_of_a_lost_key_are_revoked_and_a_new_order_is_open(
        self, aigerim, operator, authority, letters, world
    ):
        link = issued(aigerim, operator, authority, letters)
        Client().post(f"{link}withdraw/")
        assert Client().post(letters(3)).status_code == 302
        held = certificates.of_person(aigerim.typed["iin"])
        assert {one.status for one in held} == {CertStatus.REVOKED}
        assert {one.reason for one in held} == {RevocationReason.CESSATION_OF_OPERATION}
        assert len(held) == 2
        assert applicant(world.person("aigerim")).order()

    @pytest.mark.parametrize("stage", ["confirmed", "installed"])
    def test_what_cannot_be_taken_back_says_so(self, aigerim, operator, authority, letters, stage):
        operator.confirm(aigerim.order())
        mine = letters(1)
        if stage == "installed":
            settle(authority)
            aigerim.browser.post(f"{letters(2)}installed/", {"installed": "file"})
        assert Client().post(f"{mine}withdraw/").status_code == 409
