"""Each fault as a citizen meets it: who is to blame is named, nothing typed is lost, trying again works."""

import re
from datetime import timedelta

import pytest
import time_machine
from aiosmpplib import BindReceiver
from django.db import connection
from django.utils import timezone
from tests.accounts.citizen import citizen
from tests.ordering import applicant, text_of, value_of

import senim.notices.tasks  # noqa: F401 - so that its jobs can run
from senim.messages import serve
from senim.notices import smpp
from senim.notices.delivery import TryAgain
from senim.notices.models import Notice
from senim.notices.smpp.centres import centres
from senim.notices.smpp.link import Link
from senim.registries.breaker import BREAKERS
from senim_sandbox.faults import SERVICES, Mode

pytestmark = pytest.mark.django_db

REGISTRY_FAULTS = [mode for mode in SERVICES["gbdfl"] if mode is not Mode.OK]
AWAY = {Mode.SLOW, Mode.DOWN, Mode.LATE}
PHONE = "+77015550101"
CENTRES = ("sms", "sms-second")


@pytest.fixture
def aigerim(world, authority):
    return citizen(world.person("aigerim"), authority)


@pytest.fixture
def inside(aigerim):
    assert aigerim.sign_in().status_code == 302
    return aigerim


@pytest.fixture(autouse=True)
def _the_session_of_messages_ends():
    yield
    smpp.disconnect()


def status_of(mode: Mode) -> int:
    """503 where nobody answered in time, 409 where what came cannot be believed."""
    return 503 if mode in AWAY else 409


def code_in(text: str) -> str:
    found = re.search(r"\d{6}", text)
    assert found
    return found.group()


def due_again() -> None:
    """The jobs that failed are due now."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'todo', scheduled_at = NULL")


class TestARegistry:
    @pytest.mark.clause("CA-6.P2", "CA-6.C1")
    @pytest.mark.parametrize("mode", REGISTRY_FAULTS)
    def test_an_order_keeps_what_was_typed_and_goes_on_afterwards(self, world, authority, mode):
        person = applicant(world.person("aigerim"))
        world.fault("gbdfl", mode, seconds=30)
        page = person.fill_in()
        assert page.status_code == status_of(mode), text_of(page)
        assert "state database of individuals" in text_of(page).casefold()
        assert all(value_of(page, name) == person.typed[name] for name in ("iin", "surname", "email"))
        world.fault("gbdfl", "ok")
        assert person.browser.post("/en/order/form/", person.typed).status_code == 302

    @pytest.mark.clause("DD-13", "DD-14a")
    @pytest.mark.parametrize("mode", REGISTRY_FAULTS)
    def test_a_document_is_not_shown_until_its_register_answers(self, world, inside, mode):
        world.fault("documents", mode, seconds=30)
        page = inside.browser.get("/en/documents/identity-card/")
        assert page.status_code == status_of(mode), text_of(page)
        assert "register of identity documents" in text_of(page).casefold()
        assert "047218593" not in "".join(text_of(page).split())
        world.fault("documents", "ok")
        assert inside.browser.get("/en/documents/identity-card/").status_code == 200

    @pytest.mark.clause("PH-A8b")
    @pytest.mark.parametrize("service", ["gbdfl", "documents"])
    @pytest.mark.parametrize("mode", [Mode.DOWN, Mode.FOREIGN])
    def test_connecting_a_phone_names_the_registry_and_keeps_the_number(self, world, inside, service, mode):
        world.fault(service, mode, seconds=3)
        page = inside.ask_for_code()
        assert page.status_code == status_of(mode), text_of(page)
        named = {"gbdfl": "state database of individuals", "documents": "register of identity documents"}
        assert named[service] in text_of(page).casefold()
        assert value_of(page, "number") == PHONE
        world.fault(service, "ok")
        assert inside.ask_for_code().status_code == 302

    @pytest.mark.clause("DD-14a")
    def test_a_register_whose_clock_is_off_is_not_believed(self, world, inside):
        world.move_clock(ahead_seconds=-600)
        assert inside.browser.get("/en/documents/identity-card/").status_code == 409
        world.move_clock(ahead_seconds=0)
        assert inside.browser.get("/en/documents/identity-card/").status_code == 200

    def test_one_registry_that_is_down_is_asked_less_and_the_others_as_ever(self, world, authority, inside):
        world.fault("documents", "down")
        for _ in range(6):
            assert inside.browser.get("/en/documents/identity-card/").status_code == 503
        assert not BREAKERS["documents"].allows()
        assert applicant(world.person("daniyar"), email="d@mail.test").fill_in().status_code == 302


class TestTheMessageCentre:
    @pytest.mark.clause("PH-5.2b")
    @pytest.mark.parametrize("mode", [Mode.DOWN, Mode.THROTTLED])
    def test_a_code_that_could_not_leave_is_said_to_wait_and_comes_later(self, world, inside, run_jobs, mode):
        for centre in CENTRES:
            world.fault(centre, mode)
        assert inside.ask_for_code().status_code == 302
        with pytest.raises(TryAgain):
            run_jobs()
        assert "is waiting to be sent" in text_of(inside.browser.get("/en/phone/code/"))
        world.fault("sms", "ok")
        due_again()
        run_jobs()
        self._the_code_serves(world, inside)

    @pytest.mark.clause("PH-5.2b")
    @pytest.mark.parametrize(("mode", "copies"), [(Mode.SLOW, 1), (Mode.LATE, 1), (Mode.DUPLICATED, 2)])
    def test_a_code_that_comes_late_or_twice_serves_once(self, world, inside, run_jobs, mode, copies):
        world.fault("sms", mode, seconds=0.5)
        assert inside.ask_for_code().status_code == 302
        run_jobs()
        world.wait_for_message(PHONE, copies)
        self._the_code_serves(world, inside)
        assert len(world.messages(PHONE)) == copies

    @pytest.mark.clause("PH-5.2b")
    def test_a_code_of_unknown_fate_is_not_sent_again_by_itself_but_a_new_one_may_be_asked_for(
        self, world, inside, run_jobs
    ):
        for centre in CENTRES:
            world.fault(centre, "garbage")
        assert inside.ask_for_code().status_code == 302
        run_jobs()
        assert Notice.objects.get(channel="sms").state == "unknown"
        before = len(CENTRES)
        for centre in CENTRES:
            world.fault(centre, "ok")
        with time_machine.travel(timezone.now() + timedelta(seconds=31)):
            assert inside.browser.post("/en/phone/code/again/").status_code == 302
            run_jobs()
            world.wait_for_message(PHONE, before + 1)
            self._the_code_serves(world, inside)

    def test_a_receipt_that_comes_twice_is_noted_once(self, world, inside, run_jobs):
        world.fault("sms", "duplicated")
        assert inside.ask_for_code().status_code == 302
        run_jobs()
        receiver = Link(centres()[0], BindReceiver, wait=10)
        for _ in range(2):
            serve.handle(receiver, receiver.read(), provider="first")
        receiver.close()
        assert Notice.objects.get(channel="sms").state == "delivered"

    @staticmethod
    def _the_code_serves(world, inside):
        code = code_in(world.wait_for_message(PHONE).text)
        assert inside.type_code(code).status_code == 302
        assert inside.browser.get("/en/phone/sign/").status_code == 200


class TestTheMailServer:
    @pytest.mark.parametrize("mode", [Mode.DOWN, Mode.GARBAGE])
    def test_a_letter_waits_while_the_server_does_not_take_it(self, world, authority, run_jobs, mode):
        world.fault("mail", mode)
        number = self._order(world)
        with pytest.raises(TryAgain):
            run_jobs()
        world.fault("mail", "ok")
        due_again()
        run_jobs()
        assert number in re.sub(r"\D", "", world.wait_for_mail("aigerim@mail.test").text)

    @pytest.mark.parametrize("mode", [Mode.SLOW, Mode.LATE])
    def test_a_letter_that_comes_later_comes(self, world, authority, run_jobs, mode):
        world.fault("mail", mode, seconds=0.5)
        number = self._order(world)
        run_jobs()
        assert number in re.sub(r"\D", "", world.wait_for_mail("aigerim@mail.test").text)

    def test_a_letter_sent_again_because_the_server_lied_is_one_letter(self, world, authority, run_jobs):
        world.fault("mail", "duplicated")
        self._order(world)
        with pytest.raises(TryAgain):
            run_jobs()
        assert len(world.mail("aigerim@mail.test")) == 1
        due_again()
        run_jobs()
        assert len(world.mail("aigerim@mail.test")) == 1
        assert Notice.objects.get(channel="mail").state == "sent"

    @staticmethod
    def _order(world) -> str:
        return re.sub(r"\D", "", applicant(world.person("aigerim")).order())
