"""An operator's life at the desk: suspended, taken back, leaving, dismissed; each step through its door."""

from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.utils import timezone
from tests.ordering import settle, text_of
from tests.roles import as_process

from senim.certification.certificates import of_person
from senim.certification.examination import OperatorStopped
from senim.certification.models import Order
from senim.enrolment.models import Application
from senim.enrolment.process import Stage
from senim.journal.models import Entry
from senim.operators.models import RegistrationAuthorityOperator
from senim.operators.standing import NotInOffice, operator_of, refuse_at_the_door
from senim.operators.tasks import dismiss_those_due
from senim.pki.ocsp import CertStatus

pytestmark = pytest.mark.django_db


def today() -> date:
    return timezone.localdate()


def page_of(desk) -> str:
    return f"/en/operators/{desk.operator.id}/"


def away(**changes: object) -> dict[str, object]:
    said = {"absent_from": today(), "absent_until": today() + timedelta(days=20), "note": "Letter 17"}
    return {**said, **changes}


def statuses(desk) -> set[CertStatus]:
    return {one.status for one in of_person(desk.operator.iin)}


@pytest.mark.clause("CA-15.1g")
class TestAbsence:
    def test_whoever_is_away_for_more_than_fifteen_days_is_out_at_once(self, ainur, dauren):
        assert ainur.post(f"{page_of(dauren)}suspend/", away()).status_code == 302
        assert dauren.get("/en/")["Location"].startswith("/en/sign-in/")
        with pytest.raises(NotInOffice) as refusal:
            refuse_at_the_door(dauren.operator.iin)
        assert refusal.value.clause == "CA-15.1g"
        page = text_of(ainur.get(page_of(dauren)))
        assert "Suspended" in page
        assert "Letter 17" in page
        assert statuses(dauren) == {CertStatus.GOOD}

    def test_whoever_comes_back_acts_again(self, ainur, dauren):
        ainur.post(f"{page_of(dauren)}suspend/", away())
        assert ainur.post(f"{page_of(dauren)}return/").status_code == 302
        assert dauren.get("/en/").status_code == 200
        assert ainur.post(f"{page_of(dauren)}return/").status_code == 409

    @pytest.mark.parametrize("days", [0, 14])
    def test_fifteen_days_or_fewer_suspend_nobody(self, ainur, dauren, days):
        said = away(absent_until=today() + timedelta(days=days))
        page = ainur.post(f"{page_of(dauren)}suspend/", said)
        assert page.status_code == 422
        assert "needs no suspension" in text_of(page)
        assert operator_of(dauren.operator.iin)

    def test_a_paper_is_named_for_it(self, ainur, dauren):
        assert ainur.post(f"{page_of(dauren)}suspend/", away(note="")).status_code == 422
        assert operator_of(dauren.operator.iin)

    @pytest.mark.clause("CA-6.P9")
    def test_an_order_signed_before_is_refused_by_the_authority(
        self, ainur, dauren, number, authority, run_jobs
    ):
        """Between the desk and the authority: the authority has a list of its own."""
        dauren.confirm(number)
        ainur.post(f"{page_of(dauren)}suspend/", away())
        settle(authority)
        run_jobs()
        assert Order.objects.get().refusal_text_id == OperatorStopped.text_id()
        assert Application.objects.get(number=number).state == Stage.REFUSED_BY_AUTHORITY

    def test_the_authority_carries_out_orders_again_once_the_operator_is_back(
        self, ainur, dauren, number, authority
    ):
        ainur.post(f"{page_of(dauren)}suspend/", away())
        ainur.post(f"{page_of(dauren)}return/")
        dauren.confirm(number)
        settle(authority)
        assert Order.objects.get().state == Order.ISSUED


@pytest.mark.clause("CA-15.1f")
class TestLeaving:
    def test_after_notice_they_work_until_the_day_and_their_certificates_are_revoked_on_it(
        self, ainur, dauren
    ):
        day = today() + timedelta(days=2)
        said = {"leaves_on": day, "note": "Order 40 of the centre"}
        assert ainur.post(f"{page_of(dauren)}leave/", said).status_code == 302
        assert Entry.objects.get(verb="operators.give_notice").facts["late"] is False
        with as_process("jobs"):
            dismiss_those_due(0)
        assert dauren.get("/en/").status_code == 200
        with time_machine.travel(timezone.now() + timedelta(days=2), tick=False), as_process("jobs"):
            dismiss_those_due(0)
            dismiss_those_due(0)
        assert statuses(dauren) == {CertStatus.REVOKED}
        assert dauren.get("/en/").status_code == 302
        assert Entry.objects.filter(verb="operators.dismiss").count() == 1

    def test_notice_of_one_day_is_taken_and_marked_as_late(self, ainur, dauren):
        ainur.post(f"{page_of(dauren)}leave/", {"leaves_on": today() + timedelta(days=1), "note": "Order 40"})
        assert Entry.objects.get(verb="operators.give_notice").facts["late"] is True

    def test_without_a_day_it_is_now(self, ainur, dauren):
        assert ainur.post(f"{page_of(dauren)}leave/", {"note": "Order 41"}).status_code == 302
        assert statuses(dauren) == {CertStatus.REVOKED}
        assert dauren.get("/en/").status_code == 302
        with pytest.raises(NotInOffice) as refusal:
            refuse_at_the_door(dauren.operator.iin)
        assert refusal.value.clause == "CA-15.1f"

    def test_a_day_that_is_over_is_no_notice(self, ainur, dauren):
        page = ainur.post(f"{page_of(dauren)}leave/", {"leaves_on": today(), "note": "Order 41"})
        assert page.status_code == 422
        assert "must be tomorrow or later" in text_of(page)


@pytest.mark.clause("CA-15.2c")
class TestViolations:
    def test_one_is_recorded_and_the_head_told(self, ainur, dauren, world, run_jobs):
        RegistrationAuthorityOperator.objects.filter(pk=dauren.operator.id).update(
            head_email="head@mail.test"
        )
        said = {"found_on": today(), "said": "Two receipts were not given on Monday."}
        assert ainur.post(f"{page_of(dauren)}violation/", said).status_code == 302
        run_jobs()
        assert said["said"] in world.wait_for_mail("head@mail.test").text
        assert said["said"] in text_of(ainur.get(page_of(dauren)))

    @pytest.mark.parametrize(
        "change", [{"said": "bad"}, {"found_on": date(2199, 1, 1)}], ids=["too short", "not yet"]
    )
    def test_it_says_what_and_when(self, ainur, dauren, change):
        said = {"found_on": today(), "said": "Two receipts were not given.", **change}
        assert ainur.post(f"{page_of(dauren)}violation/", said).status_code == 422
        assert not Entry.objects.filter(verb="operators.record_violation").exists()


@pytest.mark.clause("CA-15.1d")
class TestWhoDecides:
    @pytest.mark.parametrize("step", ["suspend", "leave", "violation"])
    def test_an_operator_decides_about_nobody(self, dauren, ainur, step):
        page = dauren.get(f"{page_of(ainur)}{step}/")
        assert page.status_code == 409
        assert "responsible staff decides" in text_of(page)
        assert dauren.post(f"{page_of(ainur)}{step}/", away()).status_code == 409
        assert dauren.post(f"{page_of(ainur)}return/").status_code == 409

    def test_responsible_staff_does_not_decide_about_itself(self, ainur):
        page = ainur.post(f"{page_of(ainur)}suspend/", away())
        assert page.status_code == 409
        assert "cannot decide about yourself" in text_of(page)

    @pytest.mark.parametrize(
        ("search", "found"),
        [
            ("{surname}", True),
            ("{upper}", True),
            ("{iin}", True),
            ("{office} {surname}", True),
            ("zzz", False),
        ],
        ids=["name", "any case", "iin", "office and name", "nobody"],
    )
    def test_the_register_is_searched(self, dauren, ainur, search, found):
        surname = ainur.operator.name.split()[0]
        said = {"surname": surname, "upper": surname.upper(), "iin": ainur.operator.iin}
        office = str(ainur.operator.centre.name).split()[0]
        page = text_of(dauren.get("/en/operators/?" + urlencode({"q": search.format(**said, office=office)})))
        assert (ainur.operator.name in page, "No such operator was found" in page) == (found, not found)
        assert (dauren.operator.name in page.partition("Find an operator")[2]) is False

    def test_everybody_sees_who_is_an_operator_and_nobody_elses_file(self, dauren, ainur):
        register = text_of(dauren.get("/en/operators/"))
        assert ainur.operator.name in register
        assert "Responsible staff" in register
        theirs = text_of(dauren.get(page_of(ainur)))
        assert "History" not in theirs
        assert "IIN" not in theirs
        assert "History" in text_of(dauren.get(page_of(dauren)))
        assert "History" in text_of(ainur.get(page_of(dauren)))
