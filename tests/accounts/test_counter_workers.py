"""Whose hands and whose keys: workers of the State Corporation, and what takes two of them."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from tests.accounts.citizen import hidden, signed
from tests.at_counter import CORPORATION, Counter, application, at_pad, counter_of, state
from tests.holders import Holder
from tests.ordering import Browser, desk_of, text_of

from senim.accounts.counter import confirming, pad, workers
from senim.accounts.models import (
    Account,
    CounterSecond,
    CounterWorker,
    NumberRequest,
    OneTimePassword,
    SubscriberNumber,
)
from senim.accounts.number_codes import CodeAttemptsSpent
from senim.accounts.states import RequestState
from senim.errors import Refused
from senim.process import NotAllowed
from senim.registries.relatives import Relatives

SAID = "The applicant cannot see the screen."


@pytest.fixture
def korlan(world, authority) -> Counter:
    return counter_of(world.person("korlan"), authority)


@pytest.fixture
def timur(world, authority) -> Counter:
    return counter_of(world.person("timur"), authority)


@pytest.fixture
def anna(world):
    return world.person("anna")


@pytest.fixture
def confirmed(korlan, anna, code_of) -> str:
    """Anna's application, the code typed."""
    return with_code(korlan, anna, code_of)


def with_code(counter: Counter, person, code_of, count: int = 1) -> str:
    case = counter.with_paper(person)
    device = at_pad(counter, case)
    assert device.ask().status_code == 302
    assert device.type(code_of(person.phone, count)).status_code == 302
    return case


def without_code(counter: Counter, person) -> str:
    case = counter.with_paper(person)
    assert at_pad(counter, case).ask().status_code == 302
    assert counter.post(f"{case}set-aside/", {"reason": SAID}).status_code == 302
    return case


def number_of_somebody_else(number: str) -> None:
    other = Account.objects.create(iin="900725492905", given_name="Юлия", created_at=timezone.now())
    SubscriberNumber.objects.create(
        account_id=other.pk,
        number=number,
        request_id="7f2c0a52-3f7f-4b8e-9f5a-d1f0b8f7c001",
        connected_at=timezone.now(),
    )


# The worker's own key


@pytest.mark.django_db
@pytest.mark.clause("P19-4")
class TestSignatures:
    def test_with_a_colleagues_key_nothing_is_connected(self, korlan, timur, confirmed):
        self.refused(korlan, confirmed, timur.holder, "not your certificate")

    def test_with_the_workers_certificate_as_a_citizen_nothing_is_connected(
        self, korlan, world, authority, confirmed
    ):
        own = authority.issue("individual_sign", iin=korlan.worker.iin, surname="Ә", given_name="Қ")
        self.refused(korlan, confirmed, own, "not your certificate")

    def test_as_an_employee_of_another_organisation_nothing_is_connected(self, korlan, authority, confirmed):
        facts = {"iin": korlan.worker.iin, "surname": "Ә", "given_name": "Қ"}
        other = authority.issue("employee_sign", **facts, bin="980140903413", organisation="Another")
        self.refused(korlan, confirmed, other, "not your certificate")

    def test_with_a_revoked_certificate_nothing_is_connected(self, korlan, authority, confirmed):
        authority.revoke(korlan.holder)
        self.refused(korlan, confirmed, korlan.holder, "revoked")

    def test_with_an_expired_certificate_nothing_is_connected(self, korlan, authority, confirmed):
        at = timezone.now()
        facts = {"iin": korlan.worker.iin, "surname": "Ә", "given_name": "Қ", **CORPORATION}
        expired = authority.issue(
            "employee_sign",
            not_before=at - timedelta(days=3),
            not_after=at - timedelta(days=1),
            **facts,
        )
        self.refused(korlan, confirmed, expired, "expired")

    def refused(self, counter: Counter, case: str, by: Holder, why: str) -> None:
        answer = counter.sign(case, by=by)
        assert answer.status_code == 409
        assert why in text_of(answer)
        assert state(case) == RequestState.NUMBER_CONFIRMED
        assert not SubscriberNumber.objects.exists()


# Who enters


@pytest.mark.django_db
class TestTheDoor:
    def enter(self, person, authority, profile: str, **facts: str):
        names = {"surname": person.surname, "given_name": person.given_name}
        holder = authority.issue(profile, iin=person.iin, **names, **facts)
        browser = Browser("desk")
        page = browser.get("/en/counter/sign-in/")
        form = {"challenge": hidden(page, "challenge"), "signature": signed(page, holder)}
        return browser, browser.post("/en/counter/sign-in/", form)

    @pytest.mark.clause("PT-4.2")
    def test_a_worker_signs_in_with_the_corporations_certificate(self, korlan, world, authority):
        browser, answer = self.enter(world.person("korlan"), authority, "employee_auth", **CORPORATION)
        assert (answer.status_code, answer["Location"]) == (302, "/en/counter/")
        assert browser.get("/en/counter/").status_code == 200
        assert browser.get("/en/operators/").status_code == 302

    def test_an_employee_of_anybody_else_stays_out(self, korlan, world, authority):
        facts = {"bin": "980140903413", "organisation": "Another"}
        _, answer = self.enter(world.person("korlan"), authority, "employee_auth", **facts)
        assert answer.status_code == 409
        assert "not registered as a worker" in text_of(answer)

    def test_an_employee_who_is_on_no_register_stays_out(self, world, authority):
        _, answer = self.enter(world.person("anna"), authority, "employee_auth", **CORPORATION)
        assert answer.status_code == 409

    def test_an_operators_certificate_opens_no_counter(self, korlan, world, authority):
        _, answer = self.enter(world.person("korlan"), authority, "operator_auth")
        assert answer.status_code == 409

    def test_an_operator_does_not_see_the_counter_nor_a_worker_the_operators_desk(
        self, korlan, world, authority
    ):
        operator = desk_of(world.person("dauren"), authority)
        to_sign_in = operator.get("/en/counter/")
        assert to_sign_in["Location"].startswith("/en/counter/sign-in/")
        assert korlan.get("/en/").status_code == 302

    def test_whoever_is_dismissed_is_out_at_once(self, korlan, confirmed):
        page = korlan.get(f"{confirmed}confirm/")
        assert page.status_code == 200
        workers.dismiss(iin=korlan.worker.iin, at=timezone.now(), by="console")
        assert korlan.get(confirmed).status_code == 302
        with pytest.raises(workers.NotACounterWorker):
            pad.show(application_id=application(confirmed).pk, worker=korlan.worker, at=timezone.now())
        assert CounterWorker.objects.get(iin=korlan.worker.iin).dismissed_at


# Whose hands


@pytest.mark.django_db
class TestHands:
    def test_what_a_colleague_has_in_hand_is_looked_at_and_not_touched(self, korlan, timur, anna):
        case = korlan.opened(anna)
        assert "A colleague has this case" in text_of(timur.get(case))
        assert timur.post(f"{case}signed/", {"signed_and_dated": "on"}).status_code == 409
        assert state(case) == RequestState.OPENED

    def test_it_is_taken_over_let_go_and_handed_back(self, korlan, timur, confirmed):
        assert timur.post(f"{confirmed}take/").status_code == 302
        assert korlan.sign(confirmed).status_code == 409
        assert timur.post(f"{confirmed}release/").status_code == 302
        assert application(confirmed).taken_by is None
        timur.post(f"{confirmed}take/")
        timur.post(f"{confirmed}hand-over/", {"to": str(korlan.worker.id)})
        assert korlan.sign(confirmed).status_code == 302
        assert state(confirmed) == RequestState.CONNECTED

    def test_the_list_says_what_awaits_whom_and_the_search_finds_by_number_iin_and_name(
        self, korlan, timur, anna
    ):
        assert "There are no applications here" in text_of(korlan.get("/en/counter/"))
        case = korlan.opened(anna)
        line = text_of(korlan.get("/en/counter/?show=mine"))
        assert "Awaits the applicant's signature" in line
        assert korlan.worker.name in line
        for search in (application(case).number, anna.iin, "шмидт анна"):
            assert case in timur.get(f"/en/counter/?q={search}").content.decode()
        assert case not in timur.get("/en/counter/?show=mine").content.decode()
        assert "Nothing found" in text_of(timur.get("/en/counter/?q=ахметов"))


# What takes two


@pytest.mark.django_db
@pytest.mark.clause("P19-4")
class TestTwo:
    def test_without_a_code_one_worker_alone_cannot_connect_a_number(self, korlan, anna):
        case = without_code(korlan, anna)
        assert korlan.sign(case).status_code == 409
        assert korlan.sign(case, "countersign").status_code == 409
        assert not SubscriberNumber.objects.exists()

    def test_a_second_worker_signs_and_then_the_first_connects_it(self, korlan, timur, anna):
        case = without_code(korlan, anna)
        assert "could not type the code" in text_of(timur.get(f"{case}countersign/"))
        assert timur.sign(case, "countersign").status_code == 302
        assert state(case) == RequestState.COUNTERSIGNED
        assert timur.sign(case).status_code == 409  # whoever is the second is not the first as well
        assert korlan.sign(case).status_code == 302
        assert SubscriberNumber.objects.get().number == anna.phone
        assert text_of(korlan.get(case)).count("Signed in by") == 2
        both = CounterSecond.objects.get()
        assert (both.first_id, both.worker_id) == (korlan.worker.id, timur.worker.id)

    def test_the_second_signs_with_a_key_of_their_own(self, korlan, timur, anna):
        case = without_code(korlan, anna)
        assert timur.sign(case, "countersign", by=korlan.holder).status_code == 409
        assert not CounterSecond.objects.exists()

    def test_a_number_that_is_somebody_elses_takes_two(self, korlan, timur, anna, code_of):
        number_of_somebody_else(anna.phone)
        case = with_code(korlan, anna, code_of)
        answer = korlan.sign(case)
        assert answer.status_code == 409
        assert "somebody else's account" in text_of(answer)
        assert timur.sign(case, "countersign").status_code == 302
        assert korlan.sign(case).status_code == 302
        held = SubscriberNumber.objects.get(released_at=None)
        assert held.account_id == Account.objects.get(iin=anna.iin).pk

    def test_a_number_that_became_somebody_elses_meanwhile_takes_two(self, korlan, confirmed, anna):
        page = korlan.get(f"{confirmed}confirm/")
        assert page.status_code == 200
        number_of_somebody_else(anna.phone)
        assert korlan.sign(confirmed).status_code == 409

    def test_a_register_of_documents_that_is_away_takes_two(self, korlan, timur, anna, world, code_of):
        assert korlan.look_up(anna.iin).status_code == 302
        world.fault("documents", "down")
        case = with_code(korlan, anna, code_of)
        assert not application(case).document_checked
        assert "not checked in the register" in text_of(korlan.sign(case))
        assert timur.sign(case, "countersign").status_code == 302
        assert korlan.sign(case).status_code == 302

    def test_a_relative_takes_two_and_the_second_is_none(self, world, authority, korlan, timur, code_of):
        ruslan = counter_of(world.person("ruslan"), authority)
        case = with_code(ruslan, world.person("madina"), code_of)
        assert "relative" in text_of(ruslan.sign(case))
        assert timur.sign(case, "countersign").status_code == 302
        assert ruslan.sign(case).status_code == 302
        other = without_code(korlan, world.person("madina"))
        answer = ruslan.get(f"{other}countersign/")
        assert answer.status_code == 409
        assert "your relative" in text_of(answer)

    def test_while_the_register_of_civil_status_is_silent_it_takes_two(self, korlan, timur, confirmed, world):
        world.fault("civil-status", "down")
        assert "does not answer" in text_of(korlan.sign(confirmed))
        assert timur.sign(confirmed, "countersign").status_code == 302
        assert korlan.sign(confirmed).status_code == 302

    def test_the_applicant_is_nobodys_second(self, korlan, timur, world):
        case = without_code(korlan, world.person("timur"))
        assert timur.get(f"{case}countersign/").status_code == 409

    def test_where_one_is_enough_there_is_nothing_to_countersign(self, timur, confirmed):
        assert timur.get(f"{confirmed}countersign/").status_code == 409


# At the same moment


@pytest.fixture
def _jobs_are_done(transactional_db, world, run_jobs):
    """What these tests commit is taken back, but for the queue: none of theirs may be left in it."""
    yield
    run_jobs()


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("P19-4")
@pytest.mark.usefixtures("_jobs_are_done")
def test_of_two_workers_who_connect_one_number_at_once_one_does(korlan, timur, anna, code_of, monkeypatch):
    """Both have it in hand: it is free, and neither has taken a step yet."""
    monkeypatch.setattr(confirming, "relatives", lambda **_: Relatives(frozenset()))
    case = with_code(korlan, anna, code_of)
    assert korlan.post(f"{case}release/").status_code == 302
    one, at = application(case).pk, timezone.now()
    prepared = [
        (each, each.holder.sign(confirming.document_to_sign(application_id=one, worker=each.worker, at=at)))
        for each in (korlan, timur)
    ]
    answers = at_once(
        [
            lambda each=each, signature=signature: confirming.confirm(
                application_id=one, worker=each.worker, authentication=None, signature=signature, at=at
            )
            for each, signature in prepared
        ]
    )
    assert sorted(answer is None for answer in answers) == [False, True]
    assert SubscriberNumber.objects.count() == 1
    assert application(case).confirmed_by_id == prepared[answers.index(None)][0].worker.id


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("P19-9a")
@pytest.mark.usefixtures("_jobs_are_done")
def test_of_two_hundred_guesses_at_once_five_are_judged(korlan, anna):
    case = korlan.with_paper(anna)
    device = at_pad(korlan, case)
    assert device.ask().status_code == 302
    token, at = device.browser.cookies["senim_pad"].value, timezone.now()
    guesses = [lambda: pad.enter(token=token, code="no digits", at=at)] * 200
    answers = at_once(guesses)
    judged = [one for one in answers if isinstance(one, pad.WrongCodeAtCounter | CodeAttemptsSpent)]
    assert len(judged) == 5
    assert OneTimePassword.objects.get().attempts == 5
    assert NumberRequest.objects.get().state == RequestState.REFUSED


def at_once(calls: list) -> list[object]:
    """What each gave back or raised."""
    together = threading.Barrier(min(len(calls), 16))

    def run(place: int) -> object:
        if place < together.parties:
            together.wait()
        try:
            return calls[place]()
        except (Refused, NotAllowed) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(together.parties) as pool:
        return list(pool.map(run, range(len(calls))))
