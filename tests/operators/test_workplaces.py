"""An operator's key in other hands shows by where it is used: outside the office, or in two places."""

from dataclasses import replace
from ipaddress import ip_network

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone
from tests.operators.signing_in import sign_in, sign_in_again
from tests.ordering import CENTRE, Browser, text_of

from senim.desk.workplace import COOKIE
from senim.journal.models import Entry
from senim.operators.centres import centres
from senim.operators.models import RegistrationAuthorityOperator, Violation

pytestmark = [pytest.mark.django_db, pytest.mark.clause("CA-19.5a")]


@pytest.fixture
def keys(dauren, world, authority):
    """The carrier of an operator whose head is known: what signs in."""
    row = RegistrationAuthorityOperator.objects.filter(pk=dauren.operator.id)
    row.update(head_email="head@mail.test", language="en")
    person = world.person("dauren")
    names = {name: getattr(person, name) for name in ("surname", "given_name", "patronymic")}
    return authority.issue("operator_auth", iin=person.iin, email=person.email, **names)


@pytest.fixture
def office_network(monkeypatch):
    """The office's computers are 10.75.x.x and 2001:db8:75::x."""
    networks = (ip_network("10.75.0.0/16"), ip_network("2001:db8:75::/48"))
    monkeypatch.setitem(centres(), CENTRE, replace(centres()[CENTRE], networks=networks))


def noticed() -> list[str]:
    found = Entry.objects.filter(verb="operators.notice_workplace").order_by("id")
    return [entry.facts["found"] for entry in found]


class TestTwoPlaces:
    def test_whoever_signs_in_elsewhere_is_out_where_they_were_and_everybody_is_told(
        self, keys, dauren, ainur, world, run_jobs
    ):
        first, _ = sign_in(keys)
        assert first.get("/en/").status_code == 200
        second, answer = sign_in(keys)
        assert answer.status_code == 302
        assert second.get("/en/").status_code == 200
        assert first.get("/en/")["Location"].startswith("/en/sign-in/")
        assert noticed() == ["two_places"]
        run_jobs()
        for address in ("head@mail.test", "ainur@mail.test", "dauren@mail.test"):
            letter = world.wait_for_mail(address).text
            assert "second workplace" in letter
            assert dauren.operator.iin not in letter

    def test_it_stands_on_the_operators_page_and_in_the_register(self, keys, dauren, ainur):
        sign_in(keys)
        sign_in(keys)
        assert "second workplace" in text_of(ainur.get(f"/en/operators/{dauren.operator.id}/"))
        assert "Key used elsewhere" in text_of(ainur.get("/en/operators/"))
        assert "Key used elsewhere" not in text_of(sign_in(keys)[0].get("/en/operators/"))

    def test_told_once_a_day_and_each_time_on_record(self, keys):
        with time_machine.travel(timezone.now(), tick=False):  # or the day might end meanwhile
            for _ in range(3):
                sign_in(keys)
        assert noticed() == ["two_places", "two_places"]
        assert Violation.objects.count() == 1

    def test_the_same_browser_again_is_one_workplace(self, keys):
        browser, _ = sign_in(keys)
        mark = browser.cookies[COOKIE]
        assert (mark["httponly"], mark["samesite"]) == (True, "Lax")
        again = sign_in_again(browser, keys)
        assert again.status_code == 302
        assert browser.get("/en/").status_code == 200
        assert noticed() == []

    def test_one_who_signed_out_is_nowhere_else(self, keys):
        browser, _ = sign_in(keys)
        browser.post("/en/sign-out/")
        sign_in(keys)
        assert noticed() == []

    def test_a_session_is_good_at_its_own_workplace_only(self, keys):
        browser, _ = sign_in(keys)
        thief = Browser("desk")
        name = settings.SESSION_COOKIE_NAME
        thief.cookies[name] = browser.cookies[name].value
        assert thief.get("/en/")["Location"].startswith("/en/sign-in/")
        assert browser.get("/en/").status_code == 200


class TestOutsideTheOffice:
    @pytest.mark.parametrize(
        ("address", "inside"),
        [
            ("10.75.3.4", True),
            ("::ffff:10.75.3.4", True),
            ("2001:db8:75::9", True),
            ("10.76.0.1", False),
            ("2001:db8:76::9", False),
            ("nowhere", False),
        ],
    )
    def test_the_offices_own_networks_and_no_others(self, dauren, office_network, address, inside):
        """Whatever session the request comes in."""
        dauren.browser.defaults["REMOTE_ADDR"] = address
        assert dauren.get("/en/").status_code == (200 if inside else 302)

    def test_from_anywhere_else_nobody_gets_in_and_everybody_is_told(
        self, keys, office_network, world, run_jobs
    ):
        browser, answer = sign_in(keys, address="192.0.2.7")
        assert answer.status_code == 409
        assert "not in the network of your office" in text_of(answer)
        assert browser.get("/en/").status_code == 302
        assert noticed() == ["outside"]
        assert not Entry.objects.filter(verb="accounts.sign_in").exists()
        run_jobs()
        letter = world.wait_for_mail("head@mail.test").text
        assert "outside the office's network" in letter
        assert "192.0.2.7" not in letter

    def test_a_session_that_leaves_the_office_does_nothing_more(self, keys, office_network):
        browser, _ = sign_in(keys, address="10.75.3.4")
        browser.defaults["REMOTE_ADDR"] = "192.0.2.7"
        assert browser.get("/en/")["Location"].startswith("/en/sign-in/")

    def test_an_office_without_named_networks_is_everywhere(self, keys):
        assert sign_in(keys, address="192.0.2.7")[1].status_code == 302
