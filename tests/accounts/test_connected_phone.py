"""What a connected number ends, moves and leaves behind."""

import logging
import re

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from tests.accounts.citizen import text_to_sign, words
from tests.accounts.phone_steps import connect, encoded, shown_number, wrong
from tests.journal.commands import senim

from senim.accounts.models import NumberRequest, Session, SubscriberNumber
from senim.journal.models import Entry
from senim.notices.delivery import TryAgain, deliver
from senim.notices.models import Notice
from senim.settings import settings

# What a connected number ends


def test_a_second_click_connects_nothing_twice(inside, code_of):
    inside.ask_for_code()
    inside.ask_for_code()
    code = code_of(inside.phone)
    assert [inside.type_code(code).status_code for _ in range(2)] == [302, 302]
    page = inside.browser.get("/en/phone/sign/")
    form = {"signature": encoded(inside.sign.sign(text_to_sign(page)))}
    answers = [inside.browser.post("/en/phone/sign/", form) for _ in range(2)]
    assert [answer["Location"] for answer in answers] == ["/en/phone/done/"] * 2
    assert SubscriberNumber.objects.count() == NumberRequest.objects.count() == 1


def test_two_clicks_on_get_code_send_one_sms(inside, code_of, world):
    inside.ask_for_code()
    inside.ask_for_code()
    code_of(inside.phone)
    assert len(world.messages(inside.phone)) == 1


def test_a_number_given_to_somebody_else_moves_and_the_old_holder_is_told(
    inside, people, code_of, world, run_jobs
):
    connect(inside, code_of)
    daniyar = people("daniyar")
    daniyar.sign_in()
    assert connect(daniyar, code_of, inside.phone, 2).status_code == 302
    run_jobs()
    assert "No number yet" in shown_number(inside)
    assert "was connected by another person" in shown_number(inside)
    mails = [mail.subject for mail in world.mail("aigerim@mail.test")]
    assert "A number was disconnected from your account" in mails
    assert (
        SubscriberNumber.objects.get(released_at=None).account_id
        != SubscriberNumber.objects.exclude(released_at=None).get().account_id
    )


def test_nobody_learns_that_a_number_is_somebody_elses(inside, people, code_of):
    connect(inside, code_of)
    daniyar = people("daniyar")
    daniyar.sign_in()
    taken = daniyar.ask_for_code(inside.phone)
    with time_machine.travel(timezone.now() + settings.otp_resend_after):
        free = daniyar.ask_for_code("+77015550177")
    assert (taken.status_code, taken["Location"]) == (free.status_code, free["Location"])


def test_connecting_another_number_releases_the_first_and_tells_its_phone(inside, code_of, world, run_jobs):
    connect(inside, code_of)
    assert connect(inside, code_of, "+77015550177").status_code == 302
    run_jobs()
    assert "disconnected from the portal" in world.wait_for_message(inside.phone, 2).text
    assert SubscriberNumber.objects.get(released_at=None).number == "+77015550177"


def test_the_same_number_may_be_confirmed_again(inside, code_of, world, run_jobs):
    connect(inside, code_of)
    assert connect(inside, code_of, count=2).status_code == 302
    run_jobs()
    assert SubscriberNumber.objects.get(released_at=None).number == inside.phone
    assert SubscriberNumber.objects.get(released_because="renewed")
    assert len(world.messages(inside.phone)) == 2


def test_a_connected_number_is_told_by_mail(inside, code_of, world, run_jobs):
    connect(inside, code_of)
    run_jobs()
    mail = world.wait_for_mail("aigerim@mail.test")
    assert mail.subject == "A number was connected to your account"
    assert inside.phone not in mail.text


def test_a_connected_number_ends_the_other_sessions(inside, code_of):
    here, inside.browser = inside.browser, Client()
    inside.sign_in()
    elsewhere, inside.browser = inside.browser, here
    assert elsewhere.get("/en/cabinet/").status_code == 200
    connect(inside, code_of)
    assert elsewhere.get("/en/cabinet/").status_code == 302
    assert here.get("/en/cabinet/").status_code == 200
    assert Session.objects.exclude(account_id=None).count() == 1


@pytest.mark.clause("PH-5.3", "PT-3.1")
def test_the_proof_that_a_number_was_connected_is_taken_home_from_its_page(
    inside, code_of, sequencer, tmp_path
):
    connect(inside, code_of)
    assert "Being entered in the journal" in words(inside.browser.get("/en/phone/done/"))
    sequencer()
    pages = [inside.browser.get(f"/en/{page}/").content.decode() for page in ("phone/done", "cabinet")]
    [link, same] = [re.search(r'href="(/en/journal/proof/[0-9a-f-]{36}/)"', page)[1] for page in pages]
    assert link == same
    file = tmp_path / "number.tlog-proof"
    file.write_bytes(inside.browser.get(link).content)
    key = settings.home / "certificates" / "journal.pub"
    code, said = senim("journal", "check", str(file), "--key", str(key))
    assert (code, "did accounts.numbers.connect to number_request:" in said) == (0, True)
    assert inside.phone[1:] not in file.read_text(encoding="utf-8")


# When the message centre is away


def test_while_the_message_centre_is_down_the_page_says_that_the_code_waits(inside, world, run_jobs):
    for centre in ("sms", "sms-second"):
        world.fault(centre, "down")
    assert inside.ask_for_code().status_code == 302
    with pytest.raises(TryAgain):
        run_jobs()
    assert "is waiting to be sent" in words(inside.browser.get("/en/phone/code/"))
    world.fault("sms", "ok")
    deliver(notice_id=Notice.objects.get().pk, at=timezone.now())
    assert "The code was sent to" in words(inside.browser.get("/en/phone/code/"))
    assert world.wait_for_message(inside.phone)


# What is left behind


def test_every_step_is_journalled_with_its_clause(inside, code_of):
    connect(inside, code_of)
    steps = Entry.objects.filter(verb__startswith="accounts.numbers").order_by("at")
    assert [(step.verb.removeprefix("accounts.numbers."), step.clause) for step in steps] == [
        ("get_code", "PH-5.2a"),
        ("confirm_code", "PH-5.2b"),
        ("connect", "PH-5.3"),
    ]


def test_no_log_line_and_no_record_holds_code_number_or_iin(inside, code_of, caplog):
    caplog.set_level(logging.DEBUG)
    inside.ask_for_code()
    code = code_of(inside.phone)
    inside.type_code(wrong(code))
    inside.type_code(code)
    inside.sign_request()
    logged = "".join(line for line in caplog.text.splitlines(True) if "asyncio" not in line)
    records = " ".join(str(entry.facts) + entry.subject for entry in Entry.objects.all())
    for secret in (code, inside.phone, inside.phone[1:], inside.iin):
        assert secret not in records
        assert secret not in logged, next(line for line in logged.splitlines() if secret in line)
