"""A bank's app compares its customer's number and has it connected, through the partners' door."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from tests.accounts.citizen import words
from tests.accounts.phone_steps import wrong
from tests.accounts.signing_in import NOBODYS_IIN, OTHER_NUMBER, an_account, traced
from tests.partnering import admitted_system, official
from tests.partners.banking import NUMBERS, BankApp, checked

from senim.accounts.bank import checks
from senim.accounts.models import (
    Account,
    BankRequest,
    NumberRequest,
    OneTimePassword,
    SignedStep,
    SubscriberNumber,
    TimelineEntry,
)
from senim.accounts.systems import suspending
from senim.registries.breaker import FAILURES_TO_OPEN
from senim.settings import settings

WRONG = (
    {"iin": "94030849214"},
    {"number": 77015550101},
    {"replay_id": "short"},
    {"authenticated_at": "2026-11-22T10:00:00"},
    {"authenticated_at": "yesterday"},
    {"amr": []},
    {"amr": ["pin"] * 6},
    {"amr": "pin"},
    {"more": 1},
)


@pytest.fixture
def connected(aigerim):
    """Aigerim with her number connected."""
    connect(an_account(aigerim), aigerim.phone)
    return aigerim


def connect(account, number):
    return SubscriberNumber.objects.create(
        account_id=account.pk, number=number, request_id=account.pk, connected_at=timezone.now()
    )


def refused(answer, name, status=409):
    said = answer.json()
    assert (answer.status_code, said["type"]) == (status, f"/problems/accounts.refusal.{name}")
    assert said["title"]
    assert said["next_step"]
    return said


def lines():
    return list(TimelineEntry.objects.order_by("at").values_list("text_id", flat=True))


@pytest.mark.clause("PH-7a")
def test_the_banks_number_is_the_one_connected_and_its_holder_reads_who_asked(bank, connected):
    answer = bank.check(connected.iin, connected.phone)
    assert (answer.status_code, answer.json()["answer"]) == (200, "same")
    connected.sign_in()
    page = words(connected.browser.get("/en/cabinet/"))
    assert "Before showing digital documents Ұялы банк compared the number" in page


@pytest.mark.clause("PH-7a")
def test_another_number_none_and_nobody_are_one_answer_by_the_same_statements(bank, connected, world):
    without, nobody = world.person("dauren").iin, world.person("daniyar").iin
    Account.objects.create(iin=without, given_name="А", created_at=timezone.now())
    asked = {
        "another number": (connected.iin, OTHER_NUMBER),
        "no number": (without, "+77015550198"),
        "nobody": (NOBODYS_IIN, "+77015550197"),
        "somebody else's number": (nobody, connected.phone),
    }
    seen = {}
    for who, (iin, number) in asked.items():
        with traced() as statements:
            answer = bank.check(iin, number)
        told = {**answer.json(), "check": "", "checked_at": ""}
        seen[who] = (answer.status_code, len(answer.content), sorted(answer.headers), told, statements)
    assert seen["nobody"][3]["answer"] == "different_or_absent"
    for who, what in seen.items():
        assert what == seen["nobody"], who


@pytest.mark.clause("PH-3")
def test_an_organisation_has_no_number_to_compare(bank, world, db):
    entity = world.legal_entity("pharmacy")
    assert refused(bank.check(entity.bin, OTHER_NUMBER), "customer_is_no_individual")["clause"] == "PH-3"


@pytest.mark.clause("PH-7a")
def test_a_bank_asks_about_a_customer_who_is_there(bank, connected):
    for ago in (timedelta(minutes=6), timedelta(minutes=-2)):
        signed_in = (timezone.now() - ago).isoformat()
        answer = bank.check(connected.iin, connected.phone, authenticated_at=signed_in)
        refused(answer, "customer_not_present")
    assert lines() == []


def test_whoever_guesses_is_stopped_and_what_is_right_costs_nothing(bank, connected, world, authority):
    for _ in range(settings.bank_wrong_comparisons_per_person_per_day + 1):
        assert bank.check(connected.iin, connected.phone).json()["answer"] == "same"
    for place in range(settings.bank_wrong_comparisons_per_person_per_day):
        answer = bank.check(connected.iin, f"+7701555019{place}")
        assert answer.json()["answer"] == "different_or_absent"
    refused(bank.check(connected.iin, connected.phone), "compared_too_often")
    another = another_bank(world, authority)
    assert another.check(connected.iin, connected.phone).json()["answer"] == "same"


def test_a_number_tried_with_many_people_is_stopped_too(bank, connected, world, monkeypatch):
    monkeypatch.setattr(checks, "settings", replace(settings, bank_wrong_comparisons_per_person_per_day=2))
    for person in ("dauren", "ainur"):
        assert bank.check(world.person(person).iin, connected.phone).status_code == 200
    refused(bank.check(world.person("daniyar").iin, connected.phone), "compared_too_often")


def another_bank(world, authority) -> BankApp:
    by = official(world, authority)
    return BankApp(
        admitted_system(world, authority, name="Other bank", by=by),
        back=f"{settings.sandbox_origin}/bank/back",
    )


def test_a_repeated_question_is_answered_alike_and_another_under_its_id_is_refused(bank, connected):
    first = bank.check(connected.iin, OTHER_NUMBER, replay_id="a" * 32)
    with time_machine.travel(timezone.now() + timedelta(seconds=20), tick=True):
        again = bank.check(connected.iin, OTHER_NUMBER, replay_id="a" * 32)
        assert again.content == first.content
        refused(bank.check(connected.iin, connected.phone, replay_id="a" * 32), "replay_id_spent")
    assert lines() == ["accounts.timeline.bank_different"]


def test_a_replayed_request_is_refused_whatever_it_asks(bank, connected):
    body = {"replay_id": "b" * 32}
    token, path = bank.token, f"{NUMBERS}/checks"
    proof = bank.partner.proof("POST", path, token=token, body=b'{"replay_id": "' + b"b" * 32 + b'"}')
    assert bank.partner.post(path, body, token=token, proof=proof).status_code == 400
    assert bank.partner.post(path, body, token=token, proof=proof).status_code == 401


@pytest.mark.clause("PH-7b")
@pytest.mark.clause("PH-A5")
def test_a_person_who_is_recognised_and_types_the_code_has_the_banks_number_connected(
    bank, aigerim, world, code_of, run_jobs
):
    held = connect(an_account(aigerim), OTHER_NUMBER)
    begun = bank.begin(aigerim.iin, aigerim.phone).json()
    assert begun["stage"] == "person_awaited"
    assert not world.messages(aigerim.phone)
    recognised = bank.recognised(begun).json()
    assert (recognised["stage"], recognised["address"]) == ("code_awaited", None)
    code = code_of(aigerim.phone)
    text = world.messages(aigerim.phone)[0].text
    assert "Code for your number in Ұялы банк" in text
    assert len(text) <= 70
    done = bank.type_code(begun, code)
    assert done.json()["stage"] == "connected"
    assert code not in str(recognised)
    assert code not in done.content.decode()
    run_jobs()
    held.refresh_from_db()
    assert held.released_because == "changed"
    assert "disconnected" in world.wait_for_message(OTHER_NUMBER).text
    assert world.wait_for_mail("aigerim@mail.test")
    assert bank.check(aigerim.iin, aigerim.phone).json()["answer"] == "same"
    aigerim.sign_in()
    assert "+7 701 555 01 01" in words(aigerim.browser.get("/en/cabinet/")).replace("\xa0", " ")
    step = SignedStep.objects.get()
    assert (step.acr, step.amr) == ("substantial", "face otp sms mfa")
    said = words(aigerim.browser.get("/en/phone/done/"))
    assert "Signed in by: Biometric authentication + Code to the phone" in said
    kept = BankRequest.objects.get()
    assert (kept.iin, kept.number) == ("", "")


@pytest.mark.clause("PH-7b")
@pytest.mark.clause("PH-A8b")
def test_who_has_no_account_is_registered_with_the_names_of_the_registry(bank, aigerim, code_of):
    begun = bank.begin(aigerim.iin, aigerim.phone).json()
    assert not Account.objects.filter(iin=aigerim.iin).exists()
    bank.recognised(begun)
    assert bank.type_code(begun, code_of(aigerim.phone)).json()["stage"] == "connected"
    account = Account.objects.get(iin=aigerim.iin)
    assert (account.surname, account.given_name) == (aigerim.names["surname"], aigerim.names["given_name"])
    assert SubscriberNumber.objects.get().account_id == account.pk


@pytest.mark.clause("PH-9")
@pytest.mark.clause("PH-A5")
@pytest.mark.parametrize(
    "face", ["stranger", *(pytest.param(one, marks=pytest.mark.soak) for one in ("photograph", "alike"))]
)
def test_who_is_not_recognised_gets_no_code_and_connects_nothing(bank, aigerim, world, run_jobs, face):
    an_account(aigerim)
    begun = bank.begin(aigerim.iin, aigerim.phone).json()
    answer = bank.recognised(begun, face)
    assert answer.status_code == 409
    assert answer.json()["clause"] == "PH-9"
    run_jobs()
    assert not world.messages(aigerim.phone)
    assert not NumberRequest.objects.exists()
    stands = bank.get(f"requests/{begun['request']}").json()
    assert stands["stage"] == "refused"
    assert stands["refusal"]["title"] == answer.json()["title"]
    assert lines()[-1] == "accounts.timeline.bank_refused"
    assert bank.type_code(begun, "123456").status_code == 409


@pytest.mark.clause("PH-9")
def test_five_wrong_codes_refuse_the_request(bank, aigerim, code_of):
    begun = bank.begin(aigerim.iin, aigerim.phone).json()
    bank.recognised(begun)
    code = code_of(aigerim.phone)
    assert refused(bank.type_code(begun, wrong(code)), "wrong_code")["title"]
    answers = [bank.type_code(begun, wrong(code)) for _ in range(4)]
    assert refused(answers[-1], "code_attempts_spent")["clause"] == "PH-9"
    assert bank.type_code(begun, code).status_code == 409
    assert bank.get(f"requests/{begun['request']}").json()["stage"] == "refused"
    assert not SubscriberNumber.objects.exists()


@pytest.mark.clause("PH-2.4")
def test_a_code_of_the_cabinet_does_not_serve_a_bank_nor_the_other_way_round(bank, aigerim, code_of):
    aigerim.sign_in()
    aigerim.ask_for_code()
    of_cabinet = code_of(aigerim.phone)
    begun = bank.begin(aigerim.iin, aigerim.phone).json()
    bank.recognised(begun)
    of_bank = code_of(aigerim.phone, 2)
    if of_cabinet != of_bank:
        refused(bank.type_code(begun, of_cabinet), "wrong_code")
        assert aigerim.type_code(of_bank).status_code == 409
    assert aigerim.type_code(of_cabinet).status_code == 302
    assert bank.type_code(begun, of_bank).json()["stage"] == "connected"


@pytest.mark.clause("PH-A9.2")
def test_without_consent_nobody_is_sent_to_be_recognised(bank, aigerim):
    refused(bank.begin(aigerim.iin, aigerim.phone, consent=False), "consent_missing")
    assert not BankRequest.objects.exists()


@pytest.mark.clause("PH-A9.1")
def test_a_way_back_that_is_not_agreed_is_refused_and_costs_no_other_bank_the_service(bank, aigerim):
    check = bank.check(aigerim.iin, aigerim.phone).json()["check"]
    elsewhere = {"check": check, "return_to": "https://elsewhere.test/back"}
    for _ in range(FAILURES_TO_OPEN):
        answer = bank.begin(aigerim.iin, aigerim.phone, **elsewhere)
        assert (answer.status_code, answer.json()["clause"]) == (409, "PH-2.3")
    assert bank.begin(aigerim.iin, aigerim.phone, check=check).status_code == 201


def test_what_registries_say_of_a_persons_papers_waits_until_the_person_is_there(bank, world, authority):
    expired = next(one for one in world.inside.society.people if one.id == "olga")
    begun = bank.begin(expired.iin, expired.phone)
    assert begun.json()["stage"] == "person_awaited"
    assert refused(bank.recognised(begun.json()), "identity_document_expired")["clause"] == "PH-A9.1"
    assert bank.get(f"requests/{begun.json()['request']}").json()["stage"] == "refused"


def test_a_registry_that_is_away_costs_nobody_their_face(bank, aigerim, world):
    begun = bank.begin(aigerim.iin, aigerim.phone).json()
    world.fault("gbdfl", "down")
    answer = bank.recognised(begun)
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert bank.get(f"requests/{begun['request']}").json()["stage"] == "person_awaited"


def test_steps_are_taken_in_their_order(bank, aigerim):
    begun = bank.begin(aigerim.iin, aigerim.phone).json()
    assert bank.type_code(begun, "123456").status_code == 409
    assert bank.post(f"requests/{begun['request']}/code/again", None).status_code == 409
    assert not OneTimePassword.objects.exists()


def test_another_banks_requests_and_comparisons_are_like_none(bank, aigerim, world, authority):
    check = bank.check(aigerim.iin, aigerim.phone).json()["check"]
    begun = bank.begin(aigerim.iin, aigerim.phone, check=check).json()
    other, nothing = another_bank(world, authority), "6f2f9a5e-2f0e-4e0e-9a53-3f8a1f3a2b10"
    pairs = [
        (other.get(f"requests/{begun['request']}"), other.get(f"requests/{nothing}")),
        (other.type_code(begun, "123456"), other.type_code({"request": nothing}, "123456")),
        (
            other.begin(aigerim.iin, aigerim.phone, check=check),
            other.begin(aigerim.iin, aigerim.phone, check=nothing),
        ),
    ]
    for theirs, none in pairs:
        assert (theirs.status_code, theirs.content) == (404, none.content)
    refused(bank.begin(aigerim.iin, OTHER_NUMBER, check=check), "no_such_check", 404)


@pytest.mark.clause("PH-7b")
def test_a_number_that_is_connected_is_not_connected_again(bank, connected):
    refused(bank.begin(connected.iin, connected.phone), "nothing_to_connect")


def test_a_comparison_is_followed_at_once_or_not_at_all(bank, aigerim):
    check = bank.check(aigerim.iin, aigerim.phone).json()["check"]
    with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=True):
        bank.token = bank.partner.token()
        refused(bank.begin(aigerim.iin, aigerim.phone, check=check), "check_over")


def test_a_step_that_was_taken_says_where_the_request_stands(bank, aigerim, code_of):
    begun = bank.begin(aigerim.iin, aigerim.phone).json()
    check = str(BankRequest.objects.get().check_id)
    assert bank.begin(aigerim.iin, aigerim.phone, check=check).json() == begun
    bank.recognised(begun)
    again = bank.post(f"requests/{begun['request']}/person", {"code": "x"})
    assert again.json()["stage"] == "code_awaited"
    code = code_of(aigerim.phone)
    assert [bank.type_code(begun, code).json()["stage"] for _ in range(2)] == ["connected"] * 2


def test_another_code_may_be_asked_for_and_kills_the_one_before(bank, aigerim, code_of):
    begun = bank.begin(aigerim.iin, aigerim.phone).json()
    bank.recognised(begun)
    old = code_of(aigerim.phone)
    place = f"requests/{begun['request']}/code/again"
    refused(bank.post(place, None), "code_sent_just_now")
    with time_machine.travel(timezone.now() + settings.otp_resend_after, tick=True):
        assert bank.post(place, None).json()["stage"] == "code_awaited"
        new = code_of(aigerim.phone, 2)
        assert new == old or bank.type_code(begun, old).status_code == 409
        assert bank.type_code(begun, new).json()["stage"] == "connected"


def test_a_bank_that_is_suspended_is_stopped_at_once(bank, aigerim, world, authority):
    begun = bank.begin(aigerim.iin, aigerim.phone).json()
    suspending.suspend(
        system_id=bank.partner.client_id,
        reason="A key was copied",
        official=official(world, authority).official,
        at=timezone.now(),
    )
    assert bank.check(aigerim.iin, aigerim.phone).status_code == 403
    assert bank.get(f"requests/{begun['request']}").status_code == 403


def test_the_channel_can_be_closed(bank, aigerim, monkeypatch):
    monkeypatch.setattr(checks, "settings", replace(settings, closed_number_channels=frozenset({"bank"})))
    refused(bank.check(aigerim.iin, aigerim.phone), "bank_channel_closed")


def test_a_body_that_is_not_as_described_is_refused_by_name(bank):
    for change in WRONG:
        body = {**checked(NOBODYS_IIN, OTHER_NUMBER, timezone.now()), **change}
        answer = bank.post("checks", body)
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
        assert next(iter(change)) in answer.json()["title"]
