"""What the mobile operators say of a number before a code to it counts, and what is made of it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.accounts.citizen import words
from tests.accounts.signing_in import (
    CODE,
    NOBODYS_IIN,
    OTHER_NUMBER,
    an_account,
    ask,
    is_inside,
    jobs,
    traced,
    without_tokens,
)

from senim.accounts import attempts, subscribers
from senim.accounts.models import NumberRequest, OneTimePassword, SubscriberNumber
from senim.accounts.subscribers import UNKNOWN, Ownership, checked
from senim.notices.models import Notice
from senim.registries import owners
from senim.settings import NumbersOfOthers, UncheckedCodes, settings

CASES = ("sim_changed", "recycled", "unknown", "nobodys")
BAD_ANSWERS = ("down", "garbage", "unsigned", "tampered", "foreign", "stale", "other")


@pytest.fixture
def connected(aigerim):
    """Aigerim with her number connected since last year, and a browser that nobody is signed in to."""
    account = an_account(aigerim)
    SubscriberNumber.objects.create(
        account_id=account.pk,
        number=aigerim.phone,
        request_id=account.pk,
        connected_at=timezone.now() - timedelta(days=400),
    )
    return aigerim


@pytest.fixture
def says(world):
    """``says("sim_changed")``: what the operators know of Aigerim's number from now on."""
    number = world.person("aigerim").phone
    return lambda case: world.inside.subscribers.put(number, case)


@pytest.fixture
def nobody_agreed(monkeypatch, tmp_path):
    """The list of owners names nobody for the operators' service."""
    own = tmp_path / "owners.toml"
    listed = owners.SHIPPED.read_text("utf-8").partition("[subscribers]")[0]
    own.write_text(listed, encoding="utf-8")
    monkeypatch.setattr(owners, "settings", replace(settings, registry_owners=str(own)))


def policy(monkeypatch, **changed):
    monkeypatch.setattr(subscribers, "settings", replace(settings, **changed))


def of_aigerim(world, **more):
    person = world.person("aigerim")
    given = {"number": person.phone, "iin": person.iin, "at": timezone.now()}
    return checked(**{**given, **more})


# What is asked, and what is believed


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("own", Ownership(True, False, False)),
        ("sim_changed", Ownership(True, True, False)),
        ("recycled", Ownership(False, True, True)),
        ("of_another", Ownership(False, False, False)),
        ("unknown", UNKNOWN),
        ("nobodys", UNKNOWN),
    ],
)
def test_what_the_operators_say_is_read(db, authority, world, says, case, said):
    says(case)
    assert of_aigerim(world) == said


def test_somebody_elses_number_is_known_as_such_and_not_whose(db, authority, world):
    daniyar = world.person("daniyar")
    assert of_aigerim(world, number=daniyar.phone).owner_is_iin is False


@pytest.mark.parametrize("mode", BAD_ANSWERS)
def test_an_answer_that_cannot_be_believed_is_none(db, authority, world, mode):
    world.fault("subscribers", mode)
    assert of_aigerim(world) == UNKNOWN


def test_a_number_given_away_counts_from_when_it_was_connected_or_lately(db, authority, world, says):
    says("recycled")
    at = timezone.now() + timedelta(days=30)
    world.move_clock(ahead_seconds=timedelta(days=30).total_seconds())
    assert of_aigerim(world, at=at).recycled is False
    assert of_aigerim(world, at=at, since=at - timedelta(days=31)).recycled is True


def test_a_sim_card_settles_in_three_days(db, authority, world, says):
    says("sim_changed")
    for days, recently in ((2, True), (4, False)):
        at = timezone.now() + timedelta(days=days)
        world.move_clock(ahead_seconds=timedelta(days=days).total_seconds())
        assert of_aigerim(world, at=at).sim_changed_recently is recently


# Signing in by a code


@pytest.mark.clause("PT-4.4")
@pytest.mark.parametrize("case", CASES)
def test_no_sign_in_code_is_sent_while_there_is_a_doubt_and_the_holder_reads_why(
    connected, world, says, run_jobs, case
):
    says(case)
    browser = connected.browser
    assert ask(connected.iin, connected.phone, browser=browser)["Location"] == CODE
    run_jobs()
    assert world.messages(connected.phone) == []
    notice = Notice.objects.latest("created_at")
    assert (notice.state, notice.problem) == ("expired", "withheld")
    [line] = attempts.latest(iin=connected.iin, at=timezone.now(), count=5)
    outcome = {"sim_changed": "sim changed", "recycled": "number recycled"}.get(case, "not checked")
    assert line.outcome == outcome
    connected.sign_in()
    said = {"sim_changed": "SIM card was changed", "recycled": "another holder"}.get(case, "not be checked")
    assert said in words(connected.browser.get("/en/security/"))


@pytest.mark.parametrize("mode", ["down", "tampered"])
def test_while_the_operators_do_not_answer_nobody_gets_in_by_code(connected, world, run_jobs, mode):
    world.fault("subscribers", mode)
    ask(connected.iin, connected.phone, browser=connected.browser)
    run_jobs()
    assert world.messages(connected.phone) == []


def test_a_code_that_was_withheld_signs_nobody_in_even_if_it_is_guessed(connected, says, monkeypatch):
    from senim.accounts import one_time_passwords

    says("sim_changed")
    monkeypatch.setattr(one_time_passwords.secrets, "randbelow", lambda _: 482913)
    browser = connected.browser
    ask(connected.iin, connected.phone, browser=browser)
    assert "The code is wrong" in words(browser.post(CODE, {"code": "482913"}))
    assert not is_inside(browser)


def test_a_number_that_was_anothers_when_it_was_connected_serves_unless_the_instance_forbids_it(
    connected, world, says, run_jobs, monkeypatch
):
    says("of_another")
    policy(monkeypatch, numbers_of_others=NumbersOfOthers.REFUSED)
    ask(connected.iin, connected.phone, browser=Client())
    run_jobs()
    assert world.messages(connected.phone) == []
    policy(monkeypatch, numbers_of_others=NumbersOfOthers.SIGNED, otp_resend_after=timedelta(0))
    OneTimePassword.objects.all().delete()
    ask(connected.iin, connected.phone, browser=Client())
    run_jobs()
    assert world.wait_for_message(connected.phone)


def test_an_instance_may_send_codes_while_the_operators_do_not_answer(
    connected, world, run_jobs, monkeypatch
):
    policy(monkeypatch, unchecked_codes=UncheckedCodes.SENT)
    world.fault("subscribers", "down")
    ask(connected.iin, connected.phone, browser=connected.browser)
    run_jobs()
    assert world.wait_for_message(connected.phone)


def test_an_instance_without_an_agreement_asks_nobody_and_sends_as_before(
    connected, world, says, run_jobs, nobody_agreed, monkeypatch
):
    monkeypatch.setattr(subscribers.operators, "subscriber", None)  # whoever asks fails
    says("recycled")
    assert of_aigerim(world) == UNKNOWN
    ask(connected.iin, connected.phone, browser=connected.browser)
    run_jobs()
    assert world.wait_for_message(connected.phone)


@pytest.mark.clause("PT-4.4")
@pytest.mark.parametrize("case", ["own", "sim_changed", "nobodys"])
def test_nothing_tells_whether_a_number_is_connected_or_doubted(connected, says, monkeypatch, case):
    """The operators are asked of every pair; statements, jobs, pages and the size of what is sealed agree."""
    says(case)
    asked, real = [], subscribers.operators.subscriber

    def noted(**facts):
        asked.append(sorted(facts))
        return real(**facts)

    monkeypatch.setattr(subscribers.operators, "subscriber", noted)
    pairs = {
        "connected": (connected.iin, connected.phone),
        "known IIN": (connected.iin, OTHER_NUMBER),
        "known number": (NOBODYS_IIN, connected.phone),
        "nobody": (NOBODYS_IIN, OTHER_NUMBER),
    }
    seen = {name: _walk(asked, *pair) for name, pair in pairs.items()}
    for name, trace in seen.items():
        for step, what in trace.items():
            assert what == seen["connected"][step], (name, step)


def _walk(asked, iin, number):
    browser, before, questions = Client(), len(jobs()), len(asked)
    with traced() as asking:
        answer = ask(iin, number, browser=browser)
    page = browser.get(CODE)
    national = f"{number[:2]}\u00a0{number[2:5]}\u00a0{number[5:8]}\u00a0{number[8:10]}\u00a0{number[10:]}"
    return {
        "questions": asked[questions:],
        "asking": asking,
        "asked": (answer.status_code, answer["Location"], answer.content),
        "jobs": jobs()[before:],
        "page": without_tokens(page, national),
        "notice": len(bytes(Notice.objects.latest("created_at").sealed)) // 64,
    }


# Connecting a number


@pytest.mark.clause("PH-5.2c")
@pytest.mark.parametrize("case", ["of_another", "sim_changed", "unknown"])
def test_connecting_on_the_portal_goes_on_for_the_signature_settles_every_doubt(inside, says, case):
    says(case)
    assert inside.ask_for_code().status_code == 302


@pytest.mark.clause("PH-3")
@pytest.mark.clause("PH-A5")
def test_an_instance_may_refuse_the_number_of_another_person_with_the_reason(inside, says, monkeypatch):
    policy(monkeypatch, numbers_of_others=NumbersOfOthers.REFUSED)
    says("of_another")
    answer = inside.ask_for_code()
    assert answer.status_code == 409
    assert "registered to another person" in words(answer)
    assert NumberRequest.objects.get().refusal == "accounts.refusal.number_of_another"
    assert not OneTimePassword.objects.exists()
    says("own")
    assert inside.ask_for_code().status_code == 302
