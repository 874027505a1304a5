"""A lost key: one report stops, revokes and tells."""

import base64

import pytest
from tests.ordering import text_of, value_of

from senim.certification.certificates import of_person
from senim.enrolment.models import Application
from senim.enrolment.process import Stage
from senim.operators.models import RegistrationAuthorityOperator
from senim.operators.standing import NotInOffice, refuse_at_the_door
from senim.pki.crl import RevocationReason

pytestmark = [pytest.mark.django_db, pytest.mark.clause("CA-19.5c")]


def report(desk, about) -> object:
    return desk.post(f"/en/operators/{about.operator.id}/lost/", {"note": "Left in a taxi"})


def test_one_report_of_ones_own_key_stops_revokes_and_tells(dauren, ainur, world, run_jobs):
    RegistrationAuthorityOperator.objects.filter(pk=dauren.operator.id).update(head_email="head@mail.test")
    assert "cannot be undone" in text_of(dauren.get(f"/en/operators/{dauren.operator.id}/lost/"))
    assert report(dauren, dauren).status_code == 302
    assert dauren.get("/en/").status_code == 302
    with pytest.raises(NotInOffice) as refusal:
        refuse_at_the_door(dauren.operator.iin)
    assert refusal.value.clause == "CA-19.5c"
    assert {one.reason for one in of_person(dauren.operator.iin)} == {RevocationReason.KEY_COMPROMISE}
    run_jobs()
    for address in ("head@mail.test", "ainur@mail.test"):
        letter = world.wait_for_mail(address).text
        assert dauren.operator.name in letter
        assert dauren.operator.iin not in letter
        assert "Left in a taxi" not in letter
    assert "Left in a taxi" in text_of(ainur.get(f"/en/operators/{dauren.operator.id}/"))


def test_a_colleague_of_the_office_may_report_it(dauren, colleague):
    assert report(colleague, dauren).status_code == 302
    assert dauren.get("/en/").status_code == 302


def test_an_operator_of_another_office_may_not(dauren, stranger):
    answer = report(stranger, dauren)
    assert answer.status_code == 409
    assert "in your office" in text_of(answer)
    assert dauren.get("/en/").status_code == 200


def test_a_second_report_finds_it_done(dauren, ainur):
    report(ainur, dauren)
    assert report(ainur, dauren).status_code == 409
    assert RegistrationAuthorityOperator.objects.get(pk=dauren.operator.id).steps.count() == 1


def test_what_they_signed_just_before_confirms_nothing(dauren, ainur, number):
    """The page was open, the signature made; then the report comes in."""
    case = dauren.receive(number)
    page = dauren.get(f"{case}confirm/")
    signature = dauren.holder.sign(base64.b64decode(value_of(page, "data-content")))
    report(ainur, dauren)
    answer = dauren.post(f"{case}confirm/", {"signature": base64.b64encode(signature).decode()})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/en/sign-in/")
    assert Application.objects.get(number=number).state == Stage.RECEIPTED
