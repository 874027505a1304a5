"""Handing notices over: over SMPP and SMTP, with everything that goes wrong on the way."""

import logging
import socket
import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from senim.notices import delivery, mail, smpp
from senim.notices.delivery import TryAgain, deliver
from senim.notices.models import Notice
from senim.notices.providers import NotSubmitted, OutcomeUnknown, Rejected
from senim.notices.smpp.centres import Centre, centres


def state(notice):
    return Notice.objects.get(pk=notice).state


def now(notice, later=timedelta(0)):
    deliver(notice_id=notice, at=timezone.now() + later)


@pytest.mark.clause("PH-5.2b")
def test_an_sms_arrives_in_kazakh_and_its_words_are_wiped(an_sms, world, run_jobs):
    notice = an_sms()
    run_jobs()
    assert world.wait_for_message("+77015550101").text == "Сәлем, әлем. Қош!"
    row = Notice.objects.get(pk=notice)
    assert (row.state, row.sealed, row.attempts) == ("sent", None, 1)
    assert row.provider_reference


def test_a_mail_arrives_and_its_words_are_wiped(a_mail, world, run_jobs):
    notice = a_mail()
    run_jobs()
    got = world.wait_for_mail("aigerim@mail.test")
    assert (got.subject, got.text.strip()) == ("Тақырып", "Сәлем, әлем")
    assert Notice.objects.get(pk=notice).sealed is None


def test_a_notice_that_is_settled_is_not_sent_again(an_sms, world):
    notice = an_sms()
    now(notice)
    now(notice)
    assert world.wait_for_message("+77015550101")
    assert len(world.messages("+77015550101")) == 1


def test_an_sms_is_never_sent_after_its_time(an_sms, world):
    notice = an_sms()
    now(notice, timedelta(minutes=5))
    assert state(notice) == "expired"
    assert Notice.objects.get(pk=notice).sealed is None
    assert world.messages("+77015550101") == []


def test_the_message_centre_is_told_how_long_an_sms_is_good(an_sms, world, monkeypatch):
    seen = []
    monkeypatch.setattr(smpp, "submit", lambda **facts: seen.append(facts["valid_for"]) or "1")
    now(an_sms(), timedelta(minutes=4))
    now(an_sms(lives=None))
    assert timedelta(seconds=55) < seen[0] <= timedelta(minutes=1)
    assert seen[1] is None


@pytest.mark.parametrize("mode", ["down", "throttled"])
def test_while_the_message_centre_is_away_an_sms_waits_and_then_arrives(an_sms, world, mode):
    for centre in ("sms", "sms-second"):
        world.fault(centre, mode)
    notice = an_sms()
    for _ in range(2):
        with pytest.raises(TryAgain):
            now(notice)
        assert state(notice) == "queued"
    world.fault("sms", "ok")
    now(notice)
    assert state(notice) == "sent"
    assert world.wait_for_message("+77015550101")
    assert len(world.messages("+77015550101")) == 1


def test_while_the_mail_server_is_away_a_mail_waits_and_then_arrives(a_mail, world):
    world.fault("mail", "down")
    notice = a_mail()
    with pytest.raises(TryAgain):
        now(notice)
    assert state(notice) == "queued"
    world.fault("mail", "ok")
    now(notice)
    assert world.wait_for_mail("aigerim@mail.test")


def test_after_a_crash_in_mid_sending_an_expiring_sms_is_not_sent_again(an_sms, world):
    notice = an_sms()
    Notice.objects.update(state="sending")
    now(notice)
    row = Notice.objects.get(pk=notice)
    assert (row.state, row.problem, row.sealed) == ("unknown", "interrupted", None)
    assert world.messages("+77015550101") == []


def test_after_a_crash_in_mid_sending_a_mail_is_sent_again(a_mail, world):
    notice = a_mail()
    Notice.objects.update(state="sending")
    now(notice)
    assert world.wait_for_mail("aigerim@mail.test")


def test_sending_is_committed_before_anything_leaves(an_sms, monkeypatch):
    seen = []

    def look(**_):
        seen.append(Notice.objects.get().state)
        return "1"

    monkeypatch.setattr(smpp, "submit", look)
    now(an_sms())
    assert seen == ["sending"]


def test_an_sms_whose_fate_is_unknown_is_never_sent_again(an_sms, monkeypatch):
    calls = []

    def breaks(**_):
        calls.append(1)
        raise OutcomeUnknown("closed")

    monkeypatch.setattr(smpp, "submit", breaks)
    notice = an_sms()
    now(notice)
    now(notice)
    assert (state(notice), len(calls)) == ("unknown", len(centres()))


def test_a_notice_without_an_end_is_tried_again_when_its_fate_is_unknown(an_sms, monkeypatch):
    monkeypatch.setattr(smpp, "submit", raising(OutcomeUnknown("closed")))
    notice = an_sms(lives=None)
    with pytest.raises(TryAgain):
        now(notice)
    assert state(notice) == "queued"


def test_what_the_provider_never_takes_has_failed(an_sms, monkeypatch):
    monkeypatch.setattr(smpp, "submit", raising(Rejected("SMPP 0x0000000b")))
    notice = an_sms()
    now(notice)
    row = Notice.objects.get(pk=notice)
    assert (row.state, row.problem, row.sealed) == ("failed", "SMPP 0x0000000b", None)


def test_a_mail_that_cannot_be_handed_over_gives_up_after_three_days(a_mail, monkeypatch):
    monkeypatch.setattr(mail, "submit", raising(NotSubmitted("down")))
    notice = a_mail()
    with pytest.raises(TryAgain):
        now(notice)
    now(notice, delivery.GIVE_UP_AFTER)
    assert state(notice) == "failed"
    assert Notice.objects.get(pk=notice).sealed is None


def test_a_mail_sent_twice_has_one_message_id(a_mail):
    notice = Notice.objects.get(pk=a_mail())
    letters = [
        mail.message(notice_id=notice.pk, created_at=notice.created_at, to="a@b.test", subject="s", body="b")
        for _ in range(2)
    ]
    assert letters[0]["Message-ID"] == letters[1]["Message-ID"]
    assert letters[0].as_bytes() == letters[1].as_bytes()


@pytest.mark.parametrize("to", ["a@b.test\nBcc: c@d.test", "a@b.test\r\nX: y"])
def test_an_address_cannot_smuggle_in_headers(to):
    with pytest.raises(Rejected):
        mail.message(notice_id="n", created_at=timezone.now(), to=to, subject="s", body="b")


def test_no_log_line_holds_what_was_sent_or_to_whom(an_sms, a_mail, world, caplog):
    caplog.set_level(logging.DEBUG)
    for centre in ("sms", "sms-second"):
        world.fault(centre, "down")
    notice = an_sms(text="code 123456")
    with pytest.raises(TryAgain) as problem:
        now(notice)
    now(a_mail())
    ours = "".join(record.getMessage() for record in caplog.records if record.name.startswith("senim."))
    for secret in ("123456", "77015550101", "aigerim@"):
        assert secret not in ours + str(problem.value)


# A message centre that behaves badly: one socket, one script


class BadCentre:
    """Answers the bind, then does to the next PDU what the test says."""

    def __init__(self, *answers):
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self.received = []
        self._answers = answers
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        with self._server, self._server.accept()[0] as peer:
            for answer in (self.well, *self._answers):
                header = peer.recv(16, socket.MSG_WAITALL)
                if len(header) < 16:
                    return
                body = peer.recv(int.from_bytes(header[:4], "big") - 16, socket.MSG_WAITALL)
                self.received.append(header + body)
                peer.sendall(answer(header))

    @staticmethod
    def well(header, body=b"bad\0", status=0):
        command = int.from_bytes(header[4:8], "big") | 0x80000000
        words = (16 + len(body), command, status, int.from_bytes(header[12:16], "big"))
        return b"".join(word.to_bytes(4, "big") for word in words) + body

    def close(self):
        self._server.close()
        self._thread.join(5)


def send(to=None):
    """To this centre of ours, or to the first of the sandbox's."""
    centre = Centre("first", "127.0.0.1", to.port, "senim", 50) if to else centres()[0]
    return smpp.submit(centre=centre, to="+77015550101", text="Сәлем", valid_for=timedelta(minutes=5))


def test_a_session_that_breaks_after_the_message_leaves_its_fate_unknown():
    with pytest.raises(OutcomeUnknown):
        send(BadCentre(lambda header: b""))


@pytest.mark.parametrize("answer", [b"\0\0\0\1" + bytes(12), b"\xff\xff\xff\xff" + bytes(12)])
def test_a_pdu_of_impossible_length_ends_the_session(answer):
    with pytest.raises(OutcomeUnknown):
        send(BadCentre(lambda header: answer))


@pytest.mark.parametrize("status", [0x08, 0x14, 0x45, 0x58])
def test_a_busy_centre_is_tried_again(status):
    with pytest.raises(NotSubmitted):
        send(BadCentre(lambda header: BadCentre.well(header, b"\0", status)))


@pytest.mark.parametrize("status", [0x0B, 0x0400])
def test_a_message_the_centre_refuses_is_not_tried_again(status):
    with pytest.raises(Rejected):
        send(BadCentre(lambda header: BadCentre.well(header, b"\0", status)))


def test_the_message_is_sent_as_ucs2_with_a_validity_and_a_receipt_asked_for():
    centre = BadCentre(lambda header: BadCentre.well(header, b"42\0"))
    assert send(centre) == "42"
    pdu = centre.received[1]
    assert "Сәлем".encode("utf-16-be") in pdu
    assert b"77015550101\0" in pdu
    assert b"+7701" not in pdu
    assert b"000000000500000R\0" in pdu


def test_an_old_session_is_asked_whether_it_lives_before_a_message_is_risked(world):
    first, second = send(), send()
    assert first != second
    [kept] = smpp._bound.values()
    kept._link.hang_up()
    assert send() not in {first, second}
    assert world.wait_for_message("+77015550101", 3)


def test_a_centre_that_refuses_our_bind_has_not_been_given_anything(monkeypatch):
    monkeypatch.setattr(BadCentre, "well", staticmethod(refuse_bind))
    with pytest.raises(NotSubmitted):
        send(BadCentre())


def refuse_bind(header, *_):
    words = (16, 0x80000002, 0x0D, int.from_bytes(header[12:16], "big"))
    return b"".join(word.to_bytes(4, "big") for word in words)


def raising(problem):
    def fail(**_):
        raise problem

    return fail
