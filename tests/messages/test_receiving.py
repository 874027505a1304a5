"""What phones and the message centre send us: receipts and messages of people."""

import logging
from datetime import timedelta

import pytest
from aiosmpplib import BindReceiver, DeliverSm, PhoneNumber
from aiosmpplib.state import RECEIPTED_MESSAGE_ID, OptionalParam
from django.db import OperationalError
from django.utils import timezone

from senim.messages import receiving, serve
from senim.messages.receiving import receive
from senim.notices import smpp
from senim.notices.delivery import deliver
from senim.notices.models import Notice
from senim.notices.outbox import send_sms
from senim.notices.smpp.centres import centres
from senim.notices.smpp.link import Link, LinkDown, LinkQuiet, Pdu

PHONE = "+77015550101"


@pytest.fixture(autouse=True)
def _outbox(db):
    import senim.notices.tasks  # noqa: F401 (declares the task)

    yield
    smpp.disconnect()


@pytest.fixture
def receiver(world):
    link = Link(centres()[0], BindReceiver, wait=10)
    yield link
    link.close()


def sent_sms():
    at = timezone.now()
    notice = send_sms(to=PHONE, text="Сәлем", reference="test:1", at=at, expires_at=at + timedelta(minutes=5))
    deliver(notice_id=notice, at=at)
    return Notice.objects.get(pk=notice)


def receipt(reference, stat="DELIVRD"):
    dates = "submit date:2611210900 done date:2611210900"
    text = f"id:{reference} sub:001 dlvrd:001 {dates} stat:{stat} err:000 text:"
    return DeliverSm(short_message=text, esm_class=0b100, source=PhoneNumber("77015550101"))


def told(text, **more):
    return DeliverSm(short_message=text, esm_class=0b100, source=PhoneNumber("77015550101"), **more)


RECEIPTS = {
    "dates with seconds": "id:{id} sub:001 dlvrd:001 submit date:261121090013 done date:261121090014"
    " stat:DELIVRD err:000 text:",
    "a letter in err": "id:{id} sub:001 dlvrd:001 submit date:2611210900 done date:2611210900"
    " stat:DELIVRD err:0A3 text:",
    "words for numbers": "id:{id} sub:none dlvrd: submit date: done date: stat:DELIVRD err: text:",
    "another order and case": "ID:{id} STAT:delivrd done date:26-11-21T09:00",
    "a text that tells lies": "id:{id} stat:DELIVRD err:000 text:id:9 stat:UNDELIV",
}


@pytest.mark.parametrize("kind", RECEIPTS)
def test_of_a_receipt_only_whose_it_is_and_what_became_of_it_is_read(world, kind):
    notice = sent_sms()
    receive(told(RECEIPTS[kind].format(id=notice.provider_reference)), provider="first", at=timezone.now())
    notice.refresh_from_db()
    assert notice.state == "delivered"


def test_a_receipt_may_name_its_message_beside_the_text(world):
    notice = sent_sms()
    tag = OptionalParam(RECEIPTED_MESSAGE_ID, notice.provider_reference)
    receive(told("stat:DELIVRD", optional_params=[tag]), provider="first", at=timezone.now())
    notice.refresh_from_db()
    assert notice.state == "delivered"


def from_a_phone(number="77015550101", text="Сәлем, анықтама керек"):
    return DeliverSm(short_message=text, source=PhoneNumber(number), destination=PhoneNumber("1414"))


@pytest.mark.clause("PH-5.2b")
def test_the_centres_receipt_says_that_an_sms_arrived(receiver):
    notice = sent_sms()
    assert notice.state == "sent"
    while notice.state == "sent":  # as below, another's may come first
        serve.handle(receiver, receiver.read(), provider="first")
        notice.refresh_from_db()
    assert notice.state == "delivered"


@pytest.mark.parametrize(
    ("stat", "state"),
    [("DELIVRD", "delivered"), ("UNDELIV", "failed"), ("EXPIRED", "failed"), ("ENROUTE", "sent")],
)
def test_a_receipt_settles_a_notice(world, stat, state):
    notice = sent_sms()
    receive(receipt(notice.provider_reference, stat), provider="first", at=timezone.now())
    notice.refresh_from_db()
    assert notice.state == state


def test_a_later_receipt_does_not_take_back_a_delivery(world):
    notice = sent_sms()
    receive(receipt(notice.provider_reference), provider="first", at=timezone.now())
    receive(receipt(notice.provider_reference, "UNDELIV"), provider="first", at=timezone.now())
    notice.refresh_from_db()
    assert notice.state == "delivered"


def test_a_receipt_nobody_waits_for_changes_nothing(db, monkeypatch):
    monkeypatch.setattr(receiving, "NOT_YET_KNOWN_SECONDS", ())
    receive(receipt("unknown"), provider="first", at=timezone.now())
    receive(receipt(""), provider="first", at=timezone.now())
    assert not Notice.objects.exists()


def test_somebody_who_writes_is_told_that_nothing_can_be_done_by_sms(receiver, world, run_jobs):
    world.write(PHONE, to="1414", text="Сәлем, анықтама керек")
    while not Notice.objects.exists():  # receipts of what tests before sent may come first
        serve.handle(receiver, receiver.read(), provider="first")
    run_jobs()
    answer = next(one for one in world.messages(PHONE) if "SMS" in one.text)
    assert "Порталға кіріңіз" in answer.text
    assert "Please use the portal" in answer.text


def test_a_phone_is_answered_once_an_hour(db):
    at = timezone.now().replace(minute=0)
    for minutes in (0, 1, 59, 60):
        receive(from_a_phone(), provider="first", at=at + timedelta(minutes=minutes))
    assert Notice.objects.count() == 2


@pytest.mark.parametrize("number", ["1414", "Bank", ""])
def test_machines_are_not_answered(db, number):
    receive(from_a_phone(number), provider="first", at=timezone.now())
    assert not Notice.objects.exists()


def test_what_somebody_wrote_is_neither_kept_nor_logged(db, caplog):
    caplog.set_level(logging.DEBUG)
    receive(from_a_phone(text="менің құпиям"), provider="first", at=timezone.now())
    assert "құпиям" not in caplog.text
    assert "7701555" not in "".join(record.getMessage() for record in caplog.records)
    assert "7701555" not in str(Notice.objects.values("dedupe", "reference"))


# The session


class Peer:
    """Takes down what we write to the centre."""

    def __init__(self):
        self.written = []

    def write(self, message):
        self.written.append(message)

    answer_courtesies = Link.answer_courtesies


def pdu(message, sequence=7):
    message.sequence_num = sequence
    raw = message.pdu()
    command, status = int.from_bytes(raw[4:8], "big"), int.from_bytes(raw[8:12], "big")
    return Pdu(command, status, sequence, raw)


def test_a_message_is_acknowledged_under_its_number(db):
    peer = Peer()
    serve.handle(peer, pdu(from_a_phone()), provider="first")
    assert (peer.written[0].sequence_num, peer.written[0].command_status) == (7, 0)


def test_while_our_database_is_away_the_centre_keeps_the_message(db, monkeypatch):
    def away(*_, **__):
        raise OperationalError

    monkeypatch.setattr(serve, "receive", away)
    peer = Peer()
    serve.handle(peer, pdu(from_a_phone()), provider="first")
    assert peer.written[0].command_status == 0x64


def test_a_message_that_cannot_be_read_does_not_come_again(db):
    peer, whole = Peer(), pdu(from_a_phone())
    serve.handle(peer, Pdu(whole.command, 0, 7, whole.raw[:20]), provider="first")
    assert peer.written[0].command_status == 0


def test_the_centre_is_answered_when_it_asks_whether_we_live_and_left_when_it_leaves(db):
    from aiosmpplib import EnquireLink, Unbind

    peer = Peer()
    serve.handle(peer, pdu(EnquireLink()), provider="first")
    assert peer.written[0].smpp_command == 0x80000015
    with pytest.raises(LinkDown):
        serve.handle(peer, pdu(Unbind()), provider="first")


def test_a_centre_that_is_away_is_tried_again_with_growing_pauses(monkeypatch):
    class Enough(Exception):
        pass

    pauses = []

    def pause(seconds):
        pauses.append(seconds)
        if len(pauses) == 7:
            raise Enough

    def away(_):
        raise LinkDown("refused")

    monkeypatch.setattr(serve.time, "sleep", pause)
    monkeypatch.setattr(serve.Listener, "listen", away)
    with pytest.raises(Enough):
        serve.Listener(centres()[0]).run()
    assert pauses == [1, 2, 5, 10, 30, 30, 30]


@pytest.mark.parametrize(("hangs", "beats"), [(False, True), (True, False)])
def test_a_sign_of_life_is_given_while_both_providers_are_followed(monkeypatch, hangs, beats):
    """A thread that hangs is no sign of life, however well the other is; one that ends ends the process."""
    seen, turns = [], iter([True, True, True, True, False])
    monkeypatch.setattr(serve.signal, "signal", lambda *_: None)
    monkeypatch.setattr(serve.time, "sleep", lambda _: None)
    monkeypatch.setattr(serve.pulse, "beat", lambda: seen.append(1))
    monkeypatch.setattr(serve.Listener, "start", lambda _: None)
    monkeypatch.setattr(serve.Listener, "is_alive", lambda _: next(turns))
    second = centres()[1]
    monkeypatch.setattr(serve.Listener, "is_well", lambda one: not (hangs and one.centre == second))
    with pytest.raises(SystemExit):
        serve.main()
    assert bool(seen) is beats


def test_a_silent_centre_is_asked_once_whether_it_is_there(db):
    class Silent(Peer):
        def read(self):
            if not self.written:
                raise LinkQuiet("timed out")
            return "the next"

    peer = Silent()
    assert serve._next(peer) == "the next"
    assert [message.smpp_command for message in peer.written] == [0x15]


def test_a_provider_is_listened_to_until_its_centre_leaves(world, monkeypatch):
    taken = []

    def take(link, pdu, provider):
        taken.append(provider)
        raise LinkDown("the SMSC unbinds")

    monkeypatch.setattr(serve, "handle", take)
    monkeypatch.setattr(serve, "close_old_connections", lambda: None)
    world.write(PHONE, to="1414", text="Сәлем")
    with pytest.raises(LinkDown):
        serve.Listener(centres()[0]).listen()
    assert taken == ["first"]


def test_a_receipt_counts_for_the_message_of_its_own_provider_only(world, monkeypatch):
    """Two centres number their messages by themselves, and may give one number twice."""
    monkeypatch.setattr(receiving, "NOT_YET_KNOWN_SECONDS", ())
    notice = sent_sms()
    receive(receipt(notice.provider_reference, "UNDELIV"), provider="second", at=timezone.now())
    notice.refresh_from_db()
    assert (notice.provider, notice.state) == ("first", "sent")
    receive(receipt(notice.provider_reference), provider="first", at=timezone.now())
    notice.refresh_from_db()
    assert notice.state == "delivered"


def test_a_receipt_still_counts_for_what_was_sent_before_there_were_two(world):
    notice = sent_sms()
    Notice.objects.update(provider="")
    receive(receipt(notice.provider_reference), provider="first", at=timezone.now())
    notice.refresh_from_db()
    assert notice.state == "delivered"
