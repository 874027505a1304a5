"""A number is connected at the counter: the form of annex 3, the code on the citizen's page, a signature."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from tests.at_counter import AtPad, Counter, application, at_pad, counter_of, state, wrong
from tests.ordering import text_of

from senim import rulebook
from senim.accounts.models import (
    Account,
    CounterApplication,
    NumberRequest,
    OneTimePassword,
    RegistryRead,
    Session,
    SubscriberNumber,
)
from senim.accounts.states import RequestState
from senim.countries.kz.names import fold
from senim.journal.models import Entry
from senim.settings import settings as instance_settings

pytestmark = pytest.mark.django_db


@pytest.fixture
def korlan(world, authority) -> Counter:
    return counter_of(world.person("korlan"), authority)


@pytest.fixture
def anna(world):
    """Has a card in force and no patronymic."""
    return world.person("anna")


@pytest.fixture
def device(korlan, anna) -> AtPad:
    """Anna's, on her page, the code sent."""
    pad = at_pad(korlan, korlan.with_paper(anna))
    assert pad.ask().status_code == 302
    return pad


def only() -> CounterApplication:
    return CounterApplication.objects.select_related("request").get()


def case_of() -> str:
    return f"/en/counter/{only().pk}/"


# From the form to the number


@pytest.mark.clause("P19-4")
@pytest.mark.clause("P19-F1")
@pytest.mark.clause("P19-F2")
@pytest.mark.clause("P19-F3")
@pytest.mark.clause("P19-F4")
def test_a_number_is_connected_for_a_citizen_who_came(korlan, anna, code_of):
    case = korlan.opened(anna)
    found = application(case)
    assert re.fullmatch(r"\d{12}", found.number)
    assert (found.iin, found.email, found.patronymic) == (anna.iin, anna.email, "")
    assert (fold(found.surname), fold(found.given_name)) == (fold(anna.surname), fold(anna.given_name))
    assert found.agreed_to_connection_at
    assert found.agreed_to_secrets_at
    paper = korlan.get(f"{case}application.pdf")
    assert paper.status_code == 200
    assert paper.content.startswith(b"%PDF")
    assert korlan.post(f"{case}signed/", {"signed_and_dated": "on"}).status_code == 302
    pad = at_pad(korlan, case)
    assert "Anna" not in text_of(pad.browser.get("/en/pad/code/"))  # her name as the registry has it
    assert pad.ask().status_code == 302
    assert pad.type(code_of(anna.phone)).status_code == 302
    assert "The number is confirmed" in text_of(pad.browser.get("/en/pad/code/"))
    assert korlan.sign(case).status_code == 302
    assert state(case) == RequestState.CONNECTED
    held = SubscriberNumber.objects.get()
    assert (held.number, held.account_id) == (anna.phone, Account.objects.get(iin=anna.iin).pk)
    assert korlan.get(f"{case}result.pdf").content.startswith(b"%PDF")
    assert "Connected" in text_of(korlan.get(case))


@pytest.mark.clause("P19-4")
def test_every_step_is_on_record_with_its_clause_and_who_took_it(korlan, device, anna, code_of):
    device.type(code_of(anna.phone))
    korlan.sign(case_of())
    steps = Entry.objects.filter(verb__startswith="accounts.numbers.").order_by("at", "id")
    by = {(one.verb.rsplit(".", 1)[1], one.clause, one.actor.split(":")[0]) for one in steps}
    assert by == {
        ("open", "P19-F1", "counter_worker"),
        ("take_signed_form", "P19-F4", "counter_worker"),
        ("get_code", "P19-9a", "account"),
        ("confirm_code", "P19-9a", "account"),
        ("connect", "P19-4", "counter_worker"),
    }


@pytest.mark.clause("P19-F1")
@pytest.mark.parametrize("field", ["number", "email", "document", "iin"])
def test_a_form_without_one_of_its_fields_is_not_taken(korlan, anna, field):
    answer = korlan.fill_in(anna, **{field: ""})
    assert answer.status_code in {409, 422}
    assert not CounterApplication.objects.exists()


def test_registries_are_asked_about_nobody_who_was_not_looked_up(korlan, anna):
    for iin in (anna.iin, "1" * 40):
        answer = korlan.post("/en/counter/new/form/", {"iin": iin})
        assert answer["Location"] == "/en/counter/new/"
    assert not RegistryRead.objects.exists()


@pytest.mark.clause("P19-F2")
@pytest.mark.clause("P19-F3")
@pytest.mark.parametrize(
    ("consent", "said"),
    [("agrees_to_connection", "no consent to connect"), ("agrees_to_secrets", "no consent to the use")],
)
def test_without_a_consent_there_is_no_application(korlan, anna, consent, said):
    answer = korlan.fill_in(anna, **{consent: ""})
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert anna.phone in answer.content.decode()  # nothing typed is lost
    assert not CounterApplication.objects.exists()
    assert not Account.objects.filter(iin=anna.iin).exists()


@pytest.mark.clause("P19-F4")
def test_without_a_signed_and_dated_paper_no_code_is_sent(korlan, anna):
    case = korlan.opened(anna)
    answer = korlan.post(f"{case}signed/")
    assert answer.status_code == 422
    assert "signature and the date are needed" in text_of(answer)
    assert korlan.post(f"{case}pad/").status_code == 409
    assert state(case) == RequestState.OPENED
    assert not OneTimePassword.objects.exists()


def test_two_clicks_on_the_form_are_one_application(korlan, anna):
    first = korlan.fill_in(anna)
    key = str(only().key)
    again = korlan.fill_in(anna, key=key)
    assert first["Location"] == again["Location"]
    assert CounterApplication.objects.count() == 1


def test_a_new_application_replaces_an_open_one_and_leaves_what_the_citizen_began_alone(korlan, anna):
    account = Account.objects.create(iin=anna.iin, given_name="Анна", created_at=timezone.now())
    own = NumberRequest.objects.create(
        account_id=account.pk,
        number=anna.phone,
        language="en",
        state=RequestState.CODE_SENT,
        created_at=timezone.now(),
        expires_at=timezone.now() + timedelta(minutes=30),
    )
    first, second = korlan.opened(anna), korlan.opened(anna)
    assert (state(first), state(second)) == (RequestState.REPLACED, RequestState.OPENED)
    own.refresh_from_db()
    assert own.state == RequestState.CODE_SENT


def test_an_address_said_at_the_counter_never_replaces_the_one_warnings_go_to(korlan, anna):
    Account.objects.create(iin=anna.iin, email="mine@mail.test", created_at=timezone.now())
    korlan.opened(anna, email="thief@mail.test")
    assert Account.objects.get(iin=anna.iin).email == "mine@mail.test"


def test_connecting_ends_the_citizens_sessions_elsewhere(korlan, device, people, anna, code_of):
    elsewhere = people("anna")
    assert elsewhere.sign_in().status_code == 302
    device.type(code_of(anna.phone))
    korlan.sign(case_of())
    assert not Session.objects.filter(account_id=Account.objects.get(iin=anna.iin).pk).exists()


@pytest.mark.parametrize("iin_of", ["korlan", "viktor", "nikita"])
def test_nobody_is_served_who_is_the_worker_annulled_or_unknown(korlan, world, iin_of):
    answer = korlan.look_up(world.person(iin_of).iin)
    assert answer.status_code == 409
    assert not CounterApplication.objects.exists()


@pytest.mark.parametrize("person", ["bolat", "olga", "zhanar"])
def test_a_card_that_is_not_in_force_is_refused(korlan, world, person):
    answer = korlan.fill_in(world.person(person))
    assert answer.status_code == 409
    assert not CounterApplication.objects.exists()


def test_a_registry_that_is_away_leaves_what_was_typed(korlan, anna, world):
    assert korlan.look_up(anna.iin).status_code == 302
    world.fault("gbdfl", "down")
    form = {"number": anna.phone, "email": anna.email, "document": "identity_card", "iin": anna.iin}
    more = {"language": "en", "agrees_to_connection": "on", "agrees_to_secrets": "on"}
    answer = korlan.post(
        "/en/counter/new/form/", {**form, **more, "key": "7f2c0a52-3f7f-4b8e-9f5a-d1f0b8f7c001"}
    )
    assert answer.status_code == 503
    assert anna.phone in answer.content.decode()


# The code


@pytest.mark.clause("P19-9a")
@pytest.mark.clause("P19-9b")
def test_a_wrong_code_is_refused_at_once_and_corrected_without_a_new_application(
    korlan, device, anna, code_of
):
    code = code_of(anna.phone)
    answer = device.type(wrong(code))
    assert answer.status_code == 409
    assert "4 corrections are left" in text_of(answer)
    assert only().request.state == RequestState.ENTRY_REFUSED
    assert "Wrong code" in text_of(korlan.get(case_of()))
    assert korlan.sign(case_of()).status_code == 409
    assert device.type(code).status_code == 302
    assert korlan.sign(case_of()).status_code == 302
    assert only().request.state == RequestState.CONNECTED


@pytest.mark.clause("P19-9a")
def test_after_five_wrong_codes_the_application_is_refused_and_the_right_one_is_too_late(
    korlan, device, anna, code_of
):
    code = code_of(anna.phone)
    assert [device.type(wrong(code)).status_code for _ in range(5)] == [409] * 5
    assert device.type(code).status_code == 409
    assert only().request.state == RequestState.REFUSED
    assert korlan.get(f"{case_of()}result.pdf").content.startswith(b"%PDF")
    assert not SubscriberNumber.objects.exists()


@pytest.mark.clause("P19-9a")
def test_no_answer_a_worker_ever_gets_holds_the_code(korlan, device, anna, code_of):
    """From the list to the result, pages and papers, headers and cookies."""
    code, case = code_of(anna.phone), case_of()
    for path in ("", "refuse/", "set-aside/", "application.pdf", "confirm/", "countersign/"):
        korlan.get(f"{case}{path}")
    korlan.get("/en/counter/?q=" + only().number)
    device.type(wrong(code))
    korlan.get(case)
    device.type(code)
    korlan.get(case)
    assert korlan.sign(case).status_code == 302
    for path in ("", "result.pdf", "application.pdf"):
        korlan.get(f"{case}{path}")
    korlan.get("/en/counter/?show=ended")
    assert len(korlan.browser.seen) > 15
    assert [answer for answer in korlan.browser.seen if code.encode() in answer] == []


@pytest.mark.clause("P19-9b")
def test_the_code_is_no_workers_to_type(korlan, device, anna, code_of):
    device.type(wrong(code_of(anna.phone)))
    answer = korlan.post(f"{case_of()}pad/", {"for": "worker"})
    assert answer.status_code == 409
    assert "Only the applicant types the code" in text_of(answer)
    assert "Correct the code myself" not in text_of(korlan.get(case_of()))


@pytest.mark.clause("P19-9b")
def test_where_the_switch_allows_it_a_worker_corrects_what_was_refused_and_it_is_on_record(
    korlan, device, anna, code_of, monkeypatch
):
    allowing = replace(instance_settings, counter_worker_enters_code=True)
    monkeypatch.setattr("senim.accounts.counter.process.settings", allowing)
    code, case = code_of(anna.phone), case_of()
    early = AtPad()
    early.open(korlan.pad_number(case, **{"for": "worker"}))
    assert early.type(code).status_code == 409  # only what was refused is corrected
    late = at_pad(korlan, case)
    late.type(wrong(code))
    assert "Correct the code myself" in text_of(korlan.get(case))
    workers_own = AtPad()
    workers_own.open(korlan.pad_number(case, **{"for": "worker"}))
    assert workers_own.type(code).status_code == 302
    typed = Entry.objects.get(verb="accounts.numbers.confirm_code")
    assert (typed.clause, typed.actor) == ("P19-9b", korlan.worker.reference)


# The citizen's page


def test_a_pads_number_opens_one_page_on_one_device(korlan, anna):
    number = korlan.pad_number(korlan.with_paper(anna))
    assert AtPad().open(number).status_code == 302
    second = AtPad()
    assert second.open(number).status_code == 409
    assert second.browser.get("/en/pad/code/").status_code == 404


def test_a_new_number_closes_the_page_that_was_open(korlan, device):
    korlan.pad_number(case_of())
    assert device.type("000000").status_code == 404
    assert only().request.state == RequestState.CODE_SENT


def test_a_page_ends_with_its_time(korlan, device):
    with time_machine.travel(timezone.now() + instance_settings.counter_pad_lifetime, tick=False):
        assert device.browser.get("/en/pad/code/").status_code == 404


def test_wrong_numbers_from_one_network_are_stopped_and_right_ones_cost_nothing(korlan, anna, monkeypatch):
    few = replace(instance_settings, counter_pad_tries_per_network_per_hour=3)
    monkeypatch.setattr("senim.accounts.counter.pad.settings", few)
    case = korlan.with_paper(anna)
    with time_machine.travel(timezone.now(), tick=False):
        for _ in range(4):
            assert AtPad().open(korlan.pad_number(case)).status_code == 302
        answers = [text_of(AtPad().open("00000000")) for _ in range(4)]
    assert ["Too many wrong numbers" in answer for answer in answers] == [False] * 3 + [True]


def test_the_page_tells_a_stranger_no_more_than_a_given_name_and_a_masked_number(device, anna):
    page = device.browser.get("/en/pad/code/").content.decode()
    assert anna.iin not in page
    assert anna.phone not in page
    assert anna.surname not in page
    assert anna.email not in page


# Out of turn, out of date, out of force


@pytest.mark.clause("P19-4")
def test_a_step_out_of_turn_is_refused(korlan, anna):
    case = korlan.opened(anna)
    assert korlan.get(f"{case}confirm/").status_code == 409
    assert korlan.get(f"{case}countersign/").status_code == 409
    assert korlan.post(f"{case}set-aside/", {"reason": "The applicant cannot see."}).status_code == 409
    pad = at_pad(korlan, korlan.with_paper(anna))
    assert pad.type("123456").status_code == 409
    assert korlan.get(f"{case}result.pdf").status_code == 404


def test_an_application_that_stood_open_for_too_long_is_closed(korlan, device, anna, code_of):
    device.type(code_of(anna.phone))
    with time_machine.travel(timezone.now() + timedelta(minutes=14), tick=True):
        assert korlan.get(case_of()).status_code == 200
    NumberRequest.objects.update(expires_at=timezone.now())
    answer = korlan.sign(case_of())
    assert answer.status_code == 409
    assert "expired" in text_of(answer)
    assert only().request.state == RequestState.EXPIRED


def test_a_worker_refuses_with_a_reason_that_is_printed(korlan, anna):
    case = korlan.opened(anna)
    assert korlan.post(f"{case}refuse/", {"reason": "no"}).status_code == 422
    assert korlan.post(f"{case}refuse/", {"reason": "The photo is of somebody else."}).status_code == 302
    assert "The photo is of somebody else." in text_of(korlan.get(case))
    assert korlan.get(f"{case}result.pdf").content.startswith(b"%PDF")
    assert state(case) == RequestState.REFUSED


@pytest.mark.clause("P19-4")
def test_where_the_rule_is_neither_in_force_nor_demonstrated_the_counter_is_closed(
    korlan, device, anna, monkeypatch
):
    without = replace(instance_settings, demonstrated_rules=frozenset())
    monkeypatch.setattr("senim.rulebook.settings", without)
    assert "Numbers are not connected here" in text_of(korlan.get("/en/counter/"))
    assert korlan.look_up(anna.iin).status_code == 409
    assert korlan.post(f"{case_of()}pad/").status_code == 409
    assert device.type("123456").status_code == 409
    assert not rulebook.followed("subscriber_number_at_counter", at=timezone.now())


@pytest.mark.clause("P19-4")
def test_every_page_says_that_the_rule_is_demonstrated(korlan, device):
    for page in (
        korlan.get("/en/counter/"),
        korlan.get("/en/counter/new/"),
        korlan.get(case_of()),
        device.browser.get("/en/pad/"),
        device.browser.get("/en/pad/code/"),
    ):
        assert "senim-demonstrated" in page.content.decode()


def test_another_offices_application_is_as_if_it_were_not_there(korlan, anna, world, authority):
    case = korlan.opened(anna)
    timur = counter_of(world.person("timur"), authority, office="71-01")
    missing = timur.get("/en/counter/7f2c0a52-3f7f-4b8e-9f5a-d1f0b8f7c001/")
    answer = timur.get(case)
    assert (answer.status_code, missing.status_code) == (404, 404)
    assert text_of(answer) == text_of(missing)
    assert case not in timur.get("/en/counter/").content.decode()
    assert timur.post(f"{case}take/").status_code == 404
