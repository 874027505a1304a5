"""Our message centre, spoken to by node-smpp: neither half of ours can hide the other's mistake from it."""

from collections.abc import Callable, Iterator

import pytest
from tests.peers.node import Peer
from tests.world import RunningWorld

NUMBER = "+77015550101"
KAZAKH = "Сенім: растау коды 482913. Ешкімге айтпаңыз, әңгүұқөһі ӘҢҒҮҰҚӨҺІ 🙂"
LONG = KAZAKH * 12
UCS2, DEFAULT_ALPHABET = 8, 0
TO_NUMBER = {"destination_addr": NUMBER[1:], "dest_addr_ton": 1, "dest_addr_npi": 1, "source_addr": "1414"}
OK, BAD_PASSWORD, BAD_SYSTEM_ID, ALREADY_BOUND, WRONG_STATE = 0, 0x0E, 0x0F, 0x05, 0x04
BAD_COMMAND, BAD_DESTINATION, BAD_SCHEDULE, BAD_EXPIRY, THROTTLED = 0x03, 0x0B, 0x61, 0x62, 0x58
UNKNOWN_SENDER = 0x0A
RECEIPT = 4

Bind = Callable[..., dict[str, object]]


@pytest.fixture
def esme(world: RunningWorld) -> Iterator[Peer]:
    """A connected ESME that is not bound yet."""
    peer = Peer("smpp.js", "connect", str(world.configuration.smsc_port))
    peer.hear("connect")
    yield peer
    peer.close()


@pytest.fixture
def bind(world: RunningWorld, esme: Peer) -> Bind:
    def ask(how: str = "bind_transceiver", **changes: str) -> dict[str, object]:
        names = {"system_id": "senim", "password": world.configuration.secret("smsc")}
        return esme.ask(how, interface_version=0x34, **{**names, **changes})

    return ask


@pytest.fixture
def bound(esme: Peer, bind: Bind) -> Peer:
    assert bind()["command_status"] == OK
    return esme


def octets(text: str) -> dict[str, str]:
    return {"hex": text.encode("utf-16-be").hex()}


@pytest.mark.parametrize("how", ["bind_transceiver", "bind_transmitter", "bind_receiver"])
def test_a_system_with_the_right_words_is_bound_and_told_the_version(bind: Bind, how: str) -> None:
    answer = bind(how)
    assert (answer["command_status"], answer["system_id"]) == (OK, "sandbox")
    assert answer["sc_interface_version"] == 0x34


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"password": "guess"}, BAD_PASSWORD),
        ({"password": ""}, BAD_PASSWORD),
        ({"system_id": "x"}, BAD_SYSTEM_ID),
    ],
    ids=["wrong password", "no password", "wrong name"],
)
def test_wrong_words_bind_nobody(esme: Peer, bind: Bind, changes: dict[str, str], status: int) -> None:
    assert bind(**changes)["command_status"] == status
    assert esme.ask("submit_sm", **TO_NUMBER, short_message="x")["command_status"] == WRONG_STATE


def test_nobody_binds_twice_or_sends_as_a_receiver(esme: Peer, bind: Bind) -> None:
    assert bind("bind_receiver")["command_status"] == OK
    assert bind()["command_status"] == ALREADY_BOUND
    assert esme.ask("submit_sm", **TO_NUMBER, short_message="x")["command_status"] == WRONG_STATE


@pytest.mark.parametrize(
    ("text", "coding"),
    [(KAZAKH, UCS2), ("Code 4829 {50 €} [x|y] ~^\\ @£ñ", DEFAULT_ALPHABET)],
    ids=["UCS-2", "default alphabet"],
)
def test_a_text_that_it_encodes_is_read_letter_by_letter(
    world: RunningWorld, bound: Peer, text: str, coding: int
) -> None:
    answer = bound.ask("submit_sm", **TO_NUMBER, short_message=text, data_coding=coding)
    message = world.wait_for_message(NUMBER)
    assert (message.text, message.id, message.peer) == (text, answer["message_id"], "1414")


def _parts_with_a_header() -> list[dict[str, object]]:
    whole = LONG.encode("utf-16-be")
    pieces = [whole[start : start + 134] for start in range(0, len(whole), 134)]
    return [
        {
            "short_message": {"hex": (bytes([5, 0, 3, 7, len(pieces), number]) + piece).hex()},
            "esm_class": 0x40,
        }
        for number, piece in enumerate(pieces, 1)
    ]


def _parts_with_parameters() -> list[dict[str, object]]:
    pieces = [LONG[start : start + 60] for start in range(0, len(LONG), 60)]
    return [
        {
            "short_message": octets(piece),
            "sar_msg_ref_num": 500,
            "sar_total_segments": len(pieces),
            "sar_segment_seqnum": number,
        }
        for number, piece in enumerate(pieces, 1)
    ]


LONG_WAYS = {
    "message_payload": lambda: [{"short_message": "", "message_payload": octets(LONG)}],
    "user data header": _parts_with_a_header,
    "parameters": _parts_with_parameters,
}


@pytest.mark.parametrize("way", LONG_WAYS)
@pytest.mark.parametrize("backwards", [False, True], ids=["in order", "last part first"])
def test_a_long_message_arrives_whole(world: RunningWorld, bound: Peer, way: str, backwards: bool) -> None:
    parts = LONG_WAYS[way]()
    for part in reversed(parts) if backwards else parts:
        assert bound.ask("submit_sm", **TO_NUMBER, data_coding=UCS2, **part)["command_status"] == OK
    assert world.wait_for_message(NUMBER).text == LONG
    assert len(world.messages(NUMBER)) == 1


def test_a_receipt_says_in_both_places_what_became_of_the_message(world: RunningWorld, bound: Peer) -> None:
    answer = bound.ask(
        "submit_sm", **TO_NUMBER, short_message=KAZAKH, data_coding=UCS2, registered_delivery=1
    )
    receipt = bound.hear("deliver_sm")
    assert receipt["esm_class"] == RECEIPT
    assert (receipt["source_addr"], receipt["destination_addr"]) == (NUMBER[1:], "1414")
    assert receipt["receipted_message_id"] == answer["message_id"]
    assert receipt["message_state"] == 2
    words = receipt["short_message"]["message"]
    assert words.startswith(f"id:{answer['message_id']} sub:001 dlvrd:001 submit date:")
    assert "stat:DELIVRD err:000" in words


def test_what_a_person_writes_comes_in_kazakh(world: RunningWorld, bound: Peer) -> None:
    world.write(NUMBER, to="1414", text=KAZAKH)
    deliver = bound.hear("deliver_sm")
    assert deliver["short_message"]["message"] == KAZAKH
    assert (deliver["data_coding"], deliver["esm_class"]) == (UCS2, 0)
    assert (deliver["source_addr"], deliver["destination_addr"]) == (NUMBER[1:], "1414")


def test_what_one_receiver_leaves_unanswered_the_next_one_gets(
    world: RunningWorld, bind: Bind, esme: Peer
) -> None:
    esme.tell(answer="deliver_sm", fields={"silent": True})
    bind()
    world.write(NUMBER, to="1414", text="Кім бар?")
    esme.hear("deliver_sm")
    esme.tell(close=True)
    esme.hear("close")
    another = Peer("smpp.js", "connect", str(world.configuration.smsc_port))
    another.hear("connect")
    another.ask("bind_receiver", system_id="senim", password=world.configuration.secret("smsc"))
    assert another.hear("deliver_sm")["short_message"]["message"] == "Кім бар?"
    another.close()


def test_courtesies_are_returned_and_a_farewell_ends_the_session(bound: Peer) -> None:
    assert bound.ask("enquire_link")["command_status"] == OK
    assert bound.ask("unbind")["command_status"] == OK
    bound.hear("close")


def test_a_request_nobody_serves_is_answered_as_unknown(bound: Peer) -> None:
    bound.tell(send="query_sm", fields={"message_id": "1"})
    assert bound.hear("generic_nack")["command_status"] == BAD_COMMAND
    assert bound.ask("enquire_link")["command_status"] == OK


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"destination_addr": "442079460000"}, BAD_DESTINATION),
        ({"schedule_delivery_time": "301231235959000+"}, BAD_SCHEDULE),
        ({"validity_period": "200101000000000+"}, BAD_EXPIRY),
    ],
    ids=["a number of elsewhere", "scheduled", "expired before it came"],
)
def test_what_cannot_be_carried_is_refused_with_its_reason(
    bound: Peer, changes: dict[str, str], status: int
) -> None:
    answer = bound.ask("submit_sm", **{**TO_NUMBER, "short_message": "x", **changes})
    assert answer["command_status"] == status


def test_a_throttled_centre_says_so(world: RunningWorld, bound: Peer) -> None:
    world.fault("sms", "throttled")
    assert bound.ask("submit_sm", **TO_NUMBER, short_message="x")["command_status"] == THROTTLED
    world.fault("sms", "ok")
    assert bound.ask("submit_sm", **TO_NUMBER, short_message="x")["command_status"] == OK


def test_a_centre_that_refuses_says_which_field_it_does_not_like(world: RunningWorld, bound: Peer) -> None:
    world.fault("sms", "refused")
    assert bound.ask("submit_sm", **TO_NUMBER, short_message="x")["command_status"] == UNKNOWN_SENDER
    assert world.messages(f"+{TO_NUMBER['destination_addr']}") == []


def test_an_answer_may_come_twice_to_one_message(world: RunningWorld, bound: Peer) -> None:
    world.fault("sms", "repeated")
    first = bound.ask("submit_sm", **TO_NUMBER, short_message="x")
    assert bound.hear("submit_sm_resp")["message_id"] == first["message_id"]


def test_receipts_get_lost_and_messages_do_not(world: RunningWorld, bound: Peer) -> None:
    world.fault("sms", "lost")
    lost = bound.ask("submit_sm", **TO_NUMBER, short_message="x", registered_delivery=1)["message_id"]
    world.wait_for_message(f"+{TO_NUMBER['destination_addr']}")
    world.fault("sms", "ok")
    known = bound.ask("submit_sm", **TO_NUMBER, short_message="x", registered_delivery=1)["message_id"]
    assert lost != known
    assert bound.hear("deliver_sm")["receipted_message_id"].rstrip("\0") == known


def test_the_second_centre_knows_its_own_password_and_the_same_phones(world: RunningWorld) -> None:
    own = world.configuration
    esme = Peer("smpp.js", "connect", str(own.smsc_second_port))
    esme.hear("connect")
    refused = esme.ask("bind_transceiver", system_id="senim", password=own.secret("smsc"))
    assert refused["command_status"] == BAD_PASSWORD
    known = own.secret("smsc-second")
    assert esme.ask("bind_transceiver", system_id="senim", password=known)["command_status"] == OK
    world.fault("sms", "down")  # the other one is none of its business
    assert esme.ask("submit_sm", **TO_NUMBER, short_message="x")["command_status"] == OK
    world.wait_for_message(f"+{TO_NUMBER['destination_addr']}")
    esme.close()


def test_a_centre_that_goes_down_hangs_up(world: RunningWorld, bound: Peer) -> None:
    world.fault("sms", "down")
    bound.hear("close")


def test_a_centre_gone_mad_sends_what_no_library_reads(world: RunningWorld, bound: Peer) -> None:
    world.fault("sms", "garbage")
    bound.tell(send="submit_sm", fields={**TO_NUMBER, "short_message": "x"})
    assert bound.hear("error")


def test_everything_comes_twice_where_the_centre_stutters(world: RunningWorld, bound: Peer) -> None:
    world.fault("sms", "duplicated")
    bound.ask("submit_sm", **TO_NUMBER, short_message="x", registered_delivery=1)
    first, second = bound.hear("deliver_sm"), bound.hear("deliver_sm")
    assert first["receipted_message_id"] == second["receipted_message_id"]
    assert first["sequence_number"] != second["sequence_number"]
