"""Our SMPP client and our receiver, bound to a message centre that others wrote (node-smpp)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from aiosmpplib import BindReceiver
from tests.peers.node import Peer

from senim.messages import serve
from senim.notices import smpp, weights
from senim.notices.models import Notice
from senim.notices.providers import NotSubmitted, OutcomeUnknown, Rejected
from senim.notices.smpp.centres import Centre
from senim.notices.smpp.link import Link, LinkDown
from senim.settings import settings

KAZAKH = "Сенім: растау коды 482913. Ешкімге айтпаңыз, әңгүұқөһі ӘҢҒҮҰҚӨҺІ"
UCS2, INTERNATIONAL, NETWORK_SPECIFIC, ISDN = 8, 1, 3, 1
TO = "+77015550101"


@pytest.fixture
def centre(monkeypatch: pytest.MonkeyPatch) -> Iterator[Peer]:
    """The only SMSC Senim is configured for."""
    peer = Peer("smpp.js", "listen")
    port = peer.hear("listening")["port"]
    known = (Centre("first", "127.0.0.1", port, settings.smsc_system_id, 50),)
    monkeypatch.setattr(weights, "centres", lambda: known)
    yield peer
    smpp.disconnect()
    peer.close()


def submit(text: str = KAZAKH) -> str:
    [centre] = weights.centres()
    return smpp.submit(centre=centre, to=TO, text=text, valid_for=timedelta(minutes=5))


def text_of(pdu: dict) -> str:
    """What another library makes of the message: the text, or the payload where the text is too long."""
    return pdu["short_message"]["message"] or pdu["message_payload"]["message"]


@pytest.mark.clause("PH-5.2b")
def test_it_reads_our_kazakh_message_letter_by_letter(centre):
    assert submit() == "peer-1"
    bind, message = centre.hear("bind_transmitter"), centre.hear("submit_sm")
    assert (bind["system_id"], bind["password"]) == (settings.smsc_system_id, settings.secret("smsc"))
    assert bind["interface_version"] == 0x34
    assert (text_of(message), message["data_coding"]) == (KAZAKH, UCS2)
    assert (message["destination_addr"], message["dest_addr_ton"], message["dest_addr_npi"]) == (
        TO[1:],
        INTERNATIONAL,
        ISDN,
    )
    assert (message["source_addr"], message["source_addr_ton"]) == (settings.sms_sender, NETWORK_SPECIFIC)
    assert message["registered_delivery"] == 1
    assert message["schedule_delivery_time"] == ""


def test_it_is_told_how_long_a_code_is_good(centre):
    submit()
    until = datetime.fromisoformat(centre.hear("submit_sm")["validity_period"])
    assert abs(until - datetime.now(UTC) - timedelta(minutes=5)) < timedelta(seconds=10)


def test_a_long_message_reaches_it_whole(centre):
    submit(KAZAKH * 12)
    assert text_of(centre.hear("submit_sm")) == KAZAKH * 12


def test_one_session_carries_many_messages_and_is_asked_whether_it_lives(centre):
    assert [submit(), submit()] == ["peer-1", "peer-2"]
    centre.hear("bind_transmitter")
    centre.hear("submit_sm")
    assert centre.hear("enquire_link")
    centre.hear("submit_sm")
    smpp.disconnect()
    assert centre.hear("unbind")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(0x58, NotSubmitted), (0x14, NotSubmitted), (0x08, NotSubmitted), (0x0B, Rejected), (0x33, Rejected)],
)
def test_its_refusals_mean_what_the_specification_says(centre, status, outcome):
    centre.tell(answer="submit_sm", fields={"command_status": status})
    with pytest.raises(outcome):
        submit()


def test_a_refused_bind_is_no_message(centre):
    centre.tell(answer="bind_transmitter", fields={"command_status": 0x0E})
    with pytest.raises(NotSubmitted, match="0x0000000e"):
        submit()


def test_a_session_that_ends_in_mid_message_leaves_its_fate_open(centre):
    centre.tell(answer="submit_sm", fields={"hang_up": True})
    with pytest.raises(OutcomeUnknown):
        submit()


def test_a_question_of_the_centre_in_between_is_answered(centre):
    centre.tell(answer="submit_sm", fields={"silent": True})
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(submit)
        centre.hear("submit_sm")
        centre.tell(send="enquire_link")
        assert centre.hear("enquire_link_resp")["command_status"] == 0
        centre.tell(close=True)
        with pytest.raises(OutcomeUnknown):
            sending.result()


class TestTheReceiver:
    @pytest.fixture
    def bound(self, db, centre):
        [known] = weights.centres()
        session = Link(known, BindReceiver, wait=10)
        centre.hear("bind_receiver")
        yield session
        session.close()

    @staticmethod
    def given(centre, session, **fields) -> dict:
        """The centre delivers, our receiver takes; how it was answered."""
        addresses = {"source_addr": TO[1:], "source_addr_ton": 1, "source_addr_npi": 1}
        centre.tell(send="deliver_sm", fields={**addresses, "destination_addr": "1414", **fields})
        serve.handle(session, session.read(), provider="first")
        return centre.hear("deliver_sm_resp")

    @pytest.mark.clause("PH-5.2b")
    def test_its_receipt_settles_the_notice(self, centre, bound, an_sms, run_jobs):
        notice = an_sms()
        run_jobs()
        dates = "submit date:2611220900 done date:2611220900"
        words = f"id:peer-1 sub:001 dlvrd:001 {dates} stat:DELIVRD err:000 text:"
        answer = self.given(
            centre, bound, esm_class=4, short_message=words, receipted_message_id="peer-1", message_state=2
        )
        assert answer["command_status"] == 0
        assert Notice.objects.get(pk=notice).state == "delivered"

    @pytest.mark.parametrize("text", ["Сәлем, анықтама керек", "Balance {1}?"])
    def test_a_persons_message_is_taken_and_answered_in_every_language(self, centre, bound, run_jobs, text):
        import senim.notices.tasks  # noqa: F401 - so that its job can run

        coding = UCS2 if text.isascii() is False else 0
        assert self.given(centre, bound, short_message=text, data_coding=coding)["command_status"] == 0
        run_jobs()
        answer = centre.hear("submit_sm")
        assert answer["destination_addr"] == TO[1:]
        assert "SMS" in text_of(answer)

    def test_a_message_in_parts_and_one_in_the_payload_are_taken(self, centre, bound):
        part = {"hex": (bytes([5, 0, 3, 9, 2, 1]) + "Сәлем".encode("utf-16-be")).hex()}
        assert (
            self.given(centre, bound, short_message=part, esm_class=0x40, data_coding=UCS2)["command_status"]
            == 0
        )
        payload = {"short_message": "", "message_payload": "Сәлем" * 60, "data_coding": UCS2}
        assert self.given(centre, bound, **payload)["command_status"] == 0

    def test_its_courtesies_are_returned(self, centre, bound):
        centre.tell(send="enquire_link")
        serve.handle(bound, bound.read(), provider="first")
        assert centre.hear("enquire_link_resp")["command_status"] == 0

    def test_its_farewell_ends_the_session(self, centre, bound):
        centre.tell(send="unbind")
        with pytest.raises(LinkDown, match="unbinds"):
            serve.handle(bound, bound.read(), provider="first")
