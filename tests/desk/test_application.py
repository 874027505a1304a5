"""One application at the desk: papers, decision, receipt, the operator's signature, two operators at once."""

import base64
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone
from tests.ordering import applicant, settle, text_of, value_of
from tests.pdfs import words_on

from senim.certification.examination import OperatorCertificateRevoked
from senim.certification.models import Order
from senim.enrolment import desk as verbs
from senim.enrolment import tasks
from senim.enrolment.models import Application
from senim.enrolment.process import Stage
from senim.enrolment.tasks import order_settled, orders_settled
from senim.operators import four_eyes
from senim.registries.relatives import Relatives
from senim.texts import speaking


@pytest.fixture
def number(world, authority):
    return applicant(world.person("aigerim")).order()


def stage(number: str) -> str:
    return Application.objects.get(number=number).state


@pytest.mark.django_db
class TestTheFile:
    @pytest.mark.clause("CA-6.P6", "CA-6.C2")
    def test_it_shows_the_application_beside_the_registries(self, dauren, number):
        page = dauren.get(dauren.find(number))
        text = text_of(page)
        assert text.count("Сәрсенова") >= 2
        assert "08.03.1994" in text or "8 March 1994" in text.replace("\u00a0", " ")
        assert "047218593" in text
        assert 'src="data:image/png;base64,' in page.content.decode()
        assert "Number sent by e-mail" in text

    def test_a_registry_that_is_away_is_named_and_the_desk_goes_on(self, dauren, number, world):
        world.fault("gbdfl", "down")
        case = dauren.find(number)
        page = dauren.get(case)
        assert page.status_code == 200
        assert "The state database of individuals is not answering" in text_of(page)
        assert dauren.post(f"{case}present/").status_code == 302

    def test_there_is_no_file_of_what_does_not_exist(self, dauren):
        assert dauren.get("/en/application/00000000-0000-4000-8000-000000000000/").status_code == 404

    @pytest.mark.clause("CA-6.C2")
    def test_only_what_the_table_allows_has_a_button(self, dauren, number):
        case = dauren.find(number)
        actions = ("present/", "accept/", "receipt/", "confirm/")

        def open_to() -> list[str]:
            page = dauren.get(case).content.decode()
            return [action for action in actions if f'"{case}{action}"' in page]

        assert open_to() == ["present/"]
        dauren.post(f"{case}present/")
        assert open_to() == ["accept/"]
        dauren.accept(case)
        assert open_to() == ["receipt/"]
        dauren.post(f"{case}receipt/")
        assert open_to() == ["confirm/"]
        dauren.sign(case)
        assert open_to() == []


@pytest.mark.django_db
class TestPapers:
    @pytest.mark.clause("CA-6.C2")
    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"identification": ""}, "It is not said how the applicant was identified"),
            ({"identification": "by sight"}, "It is not said how the applicant was identified"),
            ({"papers": []}, "Not every paper of the list is ticked"),
            ({"papers": ["application"]}, "Not every paper of the list is ticked"),
        ],
    )
    def test_nothing_is_accepted_without_identification_and_every_paper(self, dauren, number, change, said):
        case = dauren.find(number)
        dauren.post(f"{case}present/")
        page = dauren.accept(case, **change)
        assert page.status_code == 422
        assert said in text_of(page)
        assert stage(number) == Stage.PRESENTED

    @pytest.mark.clause("CA-6.C2")
    def test_the_list_says_that_it_is_provisional(self, dauren, number):
        case = dauren.find(number)
        dauren.post(f"{case}present/")
        assert "The list is provisional" in text_of(dauren.get(case))

    @pytest.mark.clause("CA-6.C2")
    def test_a_check_that_took_over_fifteen_minutes_is_late(self, dauren, number):
        case = dauren.find(number)
        dauren.post(f"{case}present/")
        with time_machine.travel(timezone.now() + timedelta(minutes=14), tick=False):
            dauren.accept(case)
        assert "Late" not in text_of(dauren.get(case))

    @pytest.mark.clause("CA-6.C2")
    def test_the_clock_of_a_step_is_kept(self, dauren, number):
        case = dauren.find(number)
        dauren.post(f"{case}present/")
        opened = Application.objects.get(number=number)
        assert opened.due_at == opened.state_since_at + timedelta(minutes=15)
        Application.objects.filter(pk=opened.pk).update(
            state_since_at=opened.state_since_at - timedelta(minutes=16)
        )
        dauren.accept(case)
        assert "Late" in text_of(dauren.get(case))


@pytest.mark.django_db
class TestARefusal:
    @pytest.mark.clause("CA-6.P7")
    def test_it_carries_its_reason_to_the_applicant(self, dauren, number, world, run_jobs):
        case = dauren.find(number)
        dauren.post(f"{case}present/")
        reason = "The photograph does not show the applicant."
        assert dauren.post(f"{case}refuse/", {"reason": reason}).status_code == 302
        assert stage(number) == Stage.REFUSED_AT_DESK
        run_jobs()
        letter = world.wait_for_mail("aigerim@mail.test", 2)
        assert reason not in letter.text
        assert len(letter.links) == 1
        page = Client().get("/" + letter.links[0].split("/", 3)[3])
        assert reason in text_of(page)
        assert reason in text_of(dauren.get(case))

    @pytest.mark.clause("CA-6.P7")
    @pytest.mark.parametrize("reason", ["", "no", "   short   ", "x" * 1001])
    def test_there_is_none_without_a_reason(self, dauren, number, reason):
        case = dauren.find(number)
        dauren.post(f"{case}present/")
        page = dauren.post(f"{case}refuse/", {"reason": reason})
        assert page.status_code == 422
        assert stage(number) == Stage.PRESENTED

    @pytest.mark.clause("CA-6.P7")
    def test_nobody_is_refused_before_the_papers_are_there(self, dauren, number):
        case = dauren.find(number)
        answer = dauren.post(f"{case}refuse/", {"reason": "Nobody has come yet."})
        assert answer.status_code == 409
        assert stage(number) == Stage.AWAITED


@pytest.mark.django_db
class TestTheReceipt:
    @pytest.mark.clause("CA-6.P8")
    def test_it_is_a_pdf_with_the_number_and_the_papers(self, dauren, number):
        case = dauren.receive(number)
        answer = dauren.get(f"{case}receipt.pdf")
        assert answer["Content-Type"] == "application/pdf"
        text = words_on(answer.content)
        assert number in "".join(text.split())
        assert "An identity document" in text
        assert "Оспанов" in text

    @pytest.mark.clause("CA-6.P8")
    def test_there_is_none_before_it_is_given(self, dauren, number):
        assert dauren.get(f"{dauren.find(number)}receipt.pdf").status_code == 404


@pytest.mark.django_db
class TestTheConfirmation:
    @pytest.mark.clause("CA-6.P9", "CA-6.C3")
    def test_what_is_signed_is_what_was_shown(self, dauren, number):
        case = dauren.receive(number)
        shown = {value_of(dauren.get(f"{case}confirm/"), "data-content") for _ in range(2)}
        assert len(shown) == 1
        assert dauren.sign(case).status_code == 302
        order = Order.objects.get()
        assert bytes(order.document) == base64.b64decode(shown.pop())
        assert number.encode() in bytes(order.document)
        assert stage(number) == Stage.CONFIRMED

    @pytest.mark.clause("CA-19.5b", "CA-6.P9")
    def test_the_key_of_another_operator_is_refused(self, dauren, ainur, number):
        case = dauren.receive(number)
        page = dauren.sign(case, by=ainur.holder)
        assert page.status_code == 409
        assert "another person" in text_of(page)
        assert stage(number) == Stage.RECEIPTED

    @pytest.mark.clause("CA-6.P9")
    def test_the_operators_own_everyday_certificate_is_refused(self, dauren, number, authority, world):
        person = world.person("dauren")
        names = {name: getattr(person, name) for name in ("surname", "given_name", "patronymic")}
        everyday = authority.issue("individual_sign", iin=person.iin, **names)
        page = dauren.sign(dauren.receive(number), by=everyday)
        assert page.status_code == 409
        assert stage(number) == Stage.RECEIPTED

    @pytest.mark.clause("CA-6.P9")
    def test_a_revoked_certificate_is_refused_with_the_reason(self, dauren, number, authority):
        case = dauren.receive(number)
        authority.revoke(dauren.holder)
        page = dauren.sign(case)
        assert page.status_code == 409
        assert "The signature was not accepted" in text_of(page)
        assert not Order.objects.exists()

    @pytest.mark.clause("CA-6.P9")
    def test_a_signature_over_something_else_is_refused(self, dauren, number):
        case = dauren.receive(number)
        signature = base64.b64encode(dauren.holder.sign(b"something else")).decode()
        assert dauren.post(f"{case}confirm/", {"signature": signature}).status_code == 409

    @pytest.mark.clause("CA-6.P9")
    @pytest.mark.parametrize("signature", ["", "!!!", "bm8gc2lnbmF0dXJl"])
    def test_what_is_no_signature_is_refused_and_the_page_stays(self, dauren, number, signature):
        case = dauren.receive(number)
        page = dauren.post(f"{case}confirm/", {"signature": signature})
        assert page.status_code in {409, 422}
        assert "data-content" in page.content.decode()
        assert stage(number) == Stage.RECEIPTED

    @pytest.mark.clause("CA-6.P9")
    def test_nobody_confirms_before_the_receipt(self, dauren, number):
        case = dauren.find(number)
        assert dauren.get(f"{case}confirm/").status_code == 409

    @pytest.mark.clause("CA-6.C2")
    def test_nobody_handles_an_application_of_their_own(self, dauren, ainur, world):
        own = applicant(world.person("dauren")).order()
        case = dauren.find(own)
        assert "This is your own application" in text_of(dauren.get(case))
        assert dauren.post(f"{case}present/").status_code == 409
        ainur.receive(own)
        assert dauren.get(f"{case}confirm/").status_code == 409
        assert ainur.sign(case).status_code == 302


@pytest.mark.django_db
class TestTwoOperators:
    @pytest.mark.clause("CA-6.C2")
    def test_the_second_is_told_that_somebody_was_first(self, dauren, ainur, number):
        case = dauren.find(number)
        ainur.get(case)
        dauren.post(f"{case}present/")
        answer = ainur.post(f"{case}present/")
        assert answer.status_code == 409
        assert "<h1" in answer.content.decode()
        assert stage(number) == Stage.PRESENTED

    @pytest.mark.clause("CA-6.P9")
    def test_a_second_click_confirms_nothing_twice(self, dauren, number):
        case = dauren.receive(number)
        page = dauren.get(f"{case}confirm/")
        signature = dauren.holder.sign(base64.b64decode(value_of(page, "data-content")))
        data = {"signature": base64.b64encode(signature).decode()}
        answers = [dauren.post(f"{case}confirm/", data) for _ in range(2)]
        assert {(answer.status_code, answer.get("Location")) for answer in answers} == {(302, case)}
        assert Order.objects.count() == 1

    @pytest.mark.clause("CA-6.P9")
    def test_another_operator_is_told_that_it_is_confirmed(self, dauren, ainur, number):
        case = dauren.receive(number)
        dauren.sign(case)
        signature = base64.b64encode(ainur.holder.sign(b"anything")).decode()
        assert ainur.post(f"{case}confirm/", {"signature": signature}).status_code == 409
        assert Order.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("CA-6.P9")
def test_of_sixteen_simultaneous_clicks_one_confirms_and_all_see_it_done(dauren, number, monkeypatch):
    monkeypatch.setattr(four_eyes, "relatives", lambda **_: Relatives(frozenset()))
    case = dauren.receive(number)
    application = Application.objects.get(number=number).id
    document = verbs.document_to_sign(application_id=application, operator=dauren.operator)
    signature, together = dauren.holder.sign(document), threading.Barrier(16)
    at = timezone.now()

    def confirm(_: int) -> Stage:
        together.wait()
        try:
            return verbs.confirm(
                application_id=application,
                operator=dauren.operator,
                authentication=None,
                signature=signature,
                at=at,
            ).stage
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(confirm, range(16))) == {Stage.CONFIRMED}
    assert Order.objects.count() == 1
    assert "Being checked" in text_of(dauren.get(case))


@pytest.mark.django_db
class TestWhatTheAuthoritySays:
    @pytest.mark.clause("CA-6.C3", "CA-6.P10")
    def test_a_refusal_reaches_the_applicant_with_its_reason(
        self, dauren, number, authority, world, run_jobs
    ):
        """The operator's certificate is revoked after the desk, before the authority looks."""
        dauren.confirm(number)
        authority.revoke(dauren.holder, at=timezone.now() - timedelta(minutes=1))
        settle(authority)
        run_jobs()
        assert stage(number) == Stage.REFUSED_BY_AUTHORITY
        letter = world.wait_for_mail("aigerim@mail.test", 2)
        page = Client().get("/" + letter.links[0].split("/", 3)[3])
        with speaking("en"):
            assert f"Reason: {OperatorCertificateRevoked().reason}" in text_of(page)
        assert [one.clause for one in Application.objects.get().passages.all()][-2:] == [
            "CA-6.C3",
            "CA-6.P10",
        ]

    @pytest.mark.clause("CA-6.P11")
    def test_the_applicant_is_told_once(self, dauren, number, authority, world, run_jobs):
        dauren.confirm(number)
        settle(authority)
        order = str(Application.objects.get().order_id)
        order_settled(order)
        order_settled(order)
        run_jobs()
        assert len(world.mail("aigerim@mail.test")) == 2
        assert stage(number) == Stage.ISSUED

    def test_an_order_that_fails_holds_up_no_other_published_with_it(
        self, dauren, number, authority, monkeypatch
    ):
        dauren.confirm(number)
        settle(authority)
        nobodys = str(UUID(int=7))
        orders_settled([nobodys])  # no application waits for it
        monkeypatch.setattr(tasks, "_awaited", list)
        orders_settled([nobodys, str(Application.objects.get().order_id)])
        assert stage(number) == Stage.ISSUED
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT args->>'order' FROM procrastinate_jobs WHERE task_name LIKE '%order_settled'"
            )
            assert cursor.fetchall() == [(nobodys,)]
