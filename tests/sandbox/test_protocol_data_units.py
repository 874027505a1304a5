"""SMPP octet by octet: what a library would never send, and what hostile peers do."""

import contextlib
import socket
import struct
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.world import RunningWorld

from senim_sandbox.configuration import Configuration
from senim_sandbox.sms import alphabets, times
from senim_sandbox.sms.pdu import BadPdu, Bind, Reader, Status, Submit

NUMBER = "+77015550102"
PASSWORD = Configuration.from_environment().secret("smsc").encode()
BIND = b"senim\0" + PASSWORD + b"\0\0\x34\0\0\0"
ENQUIRE_LINK, UNBIND, SUBMIT, BIND_TRANSMITTER, BIND_RECEIVER = 0x15, 0x06, 0x04, 0x02, 0x01
NACK = 0x80000000


class Peer:
    """A socket that sends whatever it is told."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=5)

    def send(self, command: int, body: bytes = b"", *, sequence: int = 7, length: int | None = None) -> None:
        size = 16 + len(body) if length is None else length
        self.socket.sendall(struct.pack("!IIII", size, command, 0, sequence) + body)

    def receive(self) -> tuple[int, int, int, bytes]:
        """Command, status, sequence, body."""
        length, command, status, sequence = struct.unpack("!IIII", self._exactly(16))
        return command, status, sequence, self._exactly(length - 16)

    def is_hung_up_on(self) -> bool:
        return self.socket.recv(1) == b""

    def _exactly(self, count: int) -> bytes:
        got = b""
        while len(got) < count:
            piece = self.socket.recv(count - len(got))
            assert piece, "the centre hung up"
            got += piece
        return got


@pytest.fixture
def peer(world: RunningWorld) -> Iterator[Peer]:
    connected = Peer(world.configuration.smsc_port)
    yield connected
    connected.socket.close()


@pytest.fixture
def bound(peer: Peer) -> Peer:
    peer.send(BIND_TRANSMITTER, BIND)
    assert peer.receive()[1] == Status.ESME_ROK
    return peer


def submit(
    content: bytes,
    *,
    coding: int = 8,
    esm_class: int = 0,
    validity: bytes = b"",
    schedule: bytes = b"",
    ton: int = 1,
    tail: bytes = b"",
) -> bytes:
    return (
        b"\0\x03\x011414\0"
        + bytes((ton, 1))
        + NUMBER.encode()[1:]
        + b"\0"
        + bytes((esm_class, 0, 0))
        + schedule
        + b"\0"
        + validity
        + b"\0"
        + bytes((0, 0, coding, 0, len(content)))
        + content
        + tail
    )


def parameter(tag: int, value: bytes) -> bytes:
    return struct.pack("!HH", tag, len(value)) + value


def test_parts_marked_by_sar_parameters_are_put_together_in_order(world: RunningWorld, bound: Peer) -> None:
    for number, text in ((2, "әлем"), (1, "Сәлем, ")):
        tail = (
            parameter(0x020C, b"\x12\x34") + parameter(0x020E, b"\x02") + parameter(0x020F, bytes((number,)))
        )
        bound.send(SUBMIT, submit(text.encode("utf-16-be"), tail=tail))
        assert bound.receive()[1] == Status.ESME_ROK
    assert world.wait_for_message(NUMBER).text == "Сәлем, әлем"


def test_parts_with_sixteen_bit_references_are_put_together(world: RunningWorld, bound: Peer) -> None:
    for number, text in ((1, b"half "), (2, b"and half")):
        header = bytes((6, 0x08, 4, 0xAB, 0xCD, 2, number))
        bound.send(SUBMIT, submit(header + text, coding=0, esm_class=0x40))
        bound.receive()
    assert world.wait_for_message(NUMBER).text == "half and half"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (BIND.replace(b"senim", b"minister"), Status.ESME_RINVSYSID),
        (BIND.replace(PASSWORD, b"wrong"), Status.ESME_RINVPASWD),
        (BIND.replace(PASSWORD, b"far too long"), Status.ESME_RINVPARLEN),
    ],
    ids=["system", "password", "length"],
)
def test_a_stranger_is_not_bound(peer: Peer, body: bytes, status: Status) -> None:
    peer.send(BIND_TRANSMITTER, body)
    assert peer.receive() == (BIND_TRANSMITTER | NACK, status, 7, b"")
    peer.send(SUBMIT, submit(b"x"))
    assert peer.receive()[1] == Status.ESME_RINVBNDSTS


def test_an_unbound_peer_may_not_submit(peer: Peer) -> None:
    peer.send(SUBMIT, submit(b"x"))
    assert peer.receive()[1] == Status.ESME_RINVBNDSTS


def test_a_receiver_may_not_submit(peer: Peer) -> None:
    peer.send(BIND_RECEIVER, BIND)
    peer.receive()
    peer.send(SUBMIT, submit(b"x"))
    assert peer.receive()[1] == Status.ESME_RINVBNDSTS


def test_nobody_binds_twice(bound: Peer) -> None:
    bound.send(BIND_TRANSMITTER, BIND)
    assert bound.receive()[1] == Status.ESME_RALYBND


def test_the_link_is_answered_and_unbinding_ends_it(bound: Peer) -> None:
    bound.send(ENQUIRE_LINK, sequence=41)
    assert bound.receive() == (ENQUIRE_LINK | NACK, 0, 41, b"")
    bound.send(UNBIND)
    assert bound.receive()[:2] == (UNBIND | NACK, 0)
    assert bound.is_hung_up_on()


def test_an_unknown_command_is_nacked_and_the_session_lives(bound: Peer) -> None:
    bound.send(0x0BADCAFE, b"junk")
    assert bound.receive()[:3] == (NACK, Status.ESME_RINVCMDID, 7)
    bound.send(ENQUIRE_LINK)
    assert bound.receive()[1] == Status.ESME_ROK


@pytest.mark.parametrize("length", [0, 15, 70_001, 0xFFFFFFFF])
def test_an_impossible_length_ends_the_session(peer: Peer, length: int) -> None:
    peer.send(ENQUIRE_LINK, length=length)
    assert peer.receive()[:2] == (NACK, Status.ESME_RINVCMDLEN)
    assert peer.is_hung_up_on()


def test_a_peer_that_leaves_in_the_middle_harms_nobody(world: RunningWorld, peer: Peer) -> None:
    peer.send(SUBMIT, b"half", length=200)
    peer.socket.close()
    other = Peer(world.configuration.smsc_port)
    other.send(BIND_TRANSMITTER, BIND)
    assert other.receive()[1] == Status.ESME_ROK
    other.socket.close()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", Status.ESME_RINVPARLEN),
        (b"no end", Status.ESME_RINVPARLEN),
        (submit(b"text")[:-2], Status.ESME_RINVMSGLEN),
        (submit(b"x", tail=b"\x04\x24\x00"), Status.ESME_RINVOPTPARSTREAM),
        (submit(b"x", tail=parameter(0x0424, b"y")), Status.ESME_RINVMSGLEN),
        (submit(b"\x05\x00\x03\x01", esm_class=0x40), Status.ESME_RINVESMCLASS),
        (submit(b"\x05\x00\x03\x01\x02\x03x", esm_class=0x40), Status.ESME_RINVESMCLASS),
        (submit(b"x", validity=b"tomorrow"), Status.ESME_RINVEXPIRY),
        (submit(b"x", validity=b"991332000000000+"), Status.ESME_RINVEXPIRY),
        (submit(b"x", validity=b"200101000000000+"), Status.ESME_RINVEXPIRY),
        (submit(b"x", schedule=b"301231000000000+"), Status.ESME_RINVSCHED),
        (submit(b"x", ton=5), Status.ESME_RINVDSTADR),
        (submit(b"x").replace(b"7701", b"7801"), Status.ESME_RINVDSTADR),
    ],
)
def test_a_malformed_message_is_refused_with_its_reason(
    world: RunningWorld, bound: Peer, body: bytes, status: Status
) -> None:
    bound.send(SUBMIT, body)
    command, answered, _, rest = bound.receive()
    assert (command, answered, rest) == (SUBMIT | NACK, status, b"")
    bound.send(ENQUIRE_LINK)
    assert bound.receive()[1] == Status.ESME_ROK
    assert world.messages(NUMBER) == []


def test_what_a_receiver_did_not_acknowledge_goes_to_the_next(world: RunningWorld, peer: Peer) -> None:
    world.write(NUMBER, to="1414", text="hello")
    peer.send(BIND_RECEIVER, BIND)
    peer.receive()
    assert b"hello" in peer.receive()[3]
    peer.socket.close()
    other = Peer(world.configuration.smsc_port)
    other.send(BIND_RECEIVER, BIND)
    other.receive()
    assert b"hello" in other.receive()[3]
    other.socket.close()


@given(st.binary(max_size=300))
@settings(max_examples=300)
def test_octets_are_read_or_refused_never_a_surprise(octets: bytes) -> None:
    for read in (Submit.read, Bind.read, lambda body: Reader(body).optional()):
        with contextlib.suppress(BadPdu):
            assert read(octets) is not None


@given(st.binary(max_size=160), st.integers(0, 255))
@settings(max_examples=300)
def test_any_octets_in_any_coding_are_shown_somehow(octets: bytes, coding: int) -> None:
    assert isinstance(alphabets.decode(octets, coding), str)


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=100))
def test_what_is_written_is_read_back(text: str) -> None:
    coding, octets = alphabets.encode(text)
    assert alphabets.decode(octets, coding) == text


def test_an_absolute_time_counts_its_offset_in_quarters_of_an_hour() -> None:
    from datetime import UTC, datetime

    now = datetime(2026, 11, 21, tzinfo=UTC)
    assert times.expiry("261122120000020+", now) == datetime(2026, 11, 22, 7, tzinfo=UTC)
    assert times.expiry("000001020304000R", now) == datetime(2026, 11, 22, 2, 3, 4, tzinfo=UTC)
