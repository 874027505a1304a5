"""Protocol data units of SMPP 3.4: headers, fields, optional parameters. Hostile bytes raise BadPdu."""

import struct
from dataclasses import dataclass, field
from enum import IntEnum

HEADER = struct.Struct("!IIII")
LARGEST = 70_000
"""A little more than one message_payload of 65,535 octets."""

RESPONSE = 0x80000000


class Command(IntEnum):
    """§5.1.2.1"""

    GENERIC_NACK = 0x80000000
    BIND_RECEIVER = 0x01
    BIND_TRANSMITTER = 0x02
    QUERY_SM = 0x03
    SUBMIT_SM = 0x04
    DELIVER_SM = 0x05
    UNBIND = 0x06
    REPLACE_SM = 0x07
    CANCEL_SM = 0x08
    BIND_TRANSCEIVER = 0x09
    ENQUIRE_LINK = 0x15
    SUBMIT_MULTI = 0x21
    DATA_SM = 0x103


class Status(IntEnum):
    """§5.1.3, those this centre gives."""

    ESME_ROK = 0x00
    ESME_RINVMSGLEN = 0x01
    ESME_RINVCMDLEN = 0x02
    ESME_RINVCMDID = 0x03
    ESME_RINVBNDSTS = 0x04
    ESME_RALYBND = 0x05
    ESME_RINVSRCADR = 0x0A
    ESME_RINVDSTADR = 0x0B
    ESME_RINVPASWD = 0x0E
    ESME_RINVSYSID = 0x0F
    ESME_RMSGQFUL = 0x14
    ESME_RINVESMCLASS = 0x43
    ESME_RTHROTTLED = 0x58
    ESME_RINVSCHED = 0x61
    ESME_RINVEXPIRY = 0x62
    ESME_RINVOPTPARSTREAM = 0xC0
    ESME_RINVPARLEN = 0xC2


class Tag(IntEnum):
    """Optional parameters this centre reads or writes (§5.3.2)."""

    RECEIPTED_MESSAGE_ID = 0x001E
    SAR_MSG_REF_NUM = 0x020C
    SAR_TOTAL_SEGMENTS = 0x020E
    SAR_SEGMENT_SEQNUM = 0x020F
    SC_INTERFACE_VERSION = 0x0210
    MESSAGE_PAYLOAD = 0x0424
    MESSAGE_STATE = 0x0427


class BadPdu(Exception):
    """The peer broke the protocol. ``status`` is what to answer."""

    def __init__(self, status: Status) -> None:
        super().__init__(status.name)
        self.status = status


@dataclass(frozen=True)
class Pdu:
    """One unit. ``command`` is a bare number: peers send numbers nobody defined."""

    command: int
    sequence: int
    status: int = Status.ESME_ROK
    body: bytes = b""

    def encode(self) -> bytes:
        return HEADER.pack(HEADER.size + len(self.body), self.command, self.status, self.sequence) + self.body

    def answer(self, status: int = Status.ESME_ROK, body: bytes = b"") -> "Pdu":
        """The response to this request; a failed one carries no body (§4.4.2)."""
        return Pdu(self.command | RESPONSE, self.sequence, status, body if status == Status.ESME_ROK else b"")


@dataclass
class Reader:
    """Takes fields off the front of a body."""

    left: bytes

    def octets(self, count: int) -> bytes:
        if count > len(self.left):
            raise BadPdu(Status.ESME_RINVMSGLEN)
        taken, self.left = self.left[:count], self.left[count:]
        return taken

    def number(self) -> int:
        return self.octets(1)[0]

    def c_string(self, largest: int) -> str:
        """A C-octet string; ``largest`` counts its NUL, as the specification does."""
        end = self.left.find(b"\0", 0, largest)
        if end < 0:
            raise BadPdu(Status.ESME_RINVPARLEN)
        taken = self.octets(end + 1)[:-1]
        if not taken.isascii():
            raise BadPdu(Status.ESME_RINVPARLEN)
        return taken.decode("ascii")

    def optional(self) -> dict[int, bytes]:
        """Everything left, as tag, length, value (§5.3)."""
        found: dict[int, bytes] = {}
        while self.left:
            if len(self.left) < 4:
                raise BadPdu(Status.ESME_RINVOPTPARSTREAM)
            tag, length = struct.unpack("!HH", self.octets(4))
            if length > len(self.left):
                raise BadPdu(Status.ESME_RINVOPTPARSTREAM)
            found[tag] = self.octets(length)
        return found


def c_string(text: str) -> bytes:
    return text.encode("ascii") + b"\0"


def optional(tag: Tag, value: bytes) -> bytes:
    return struct.pack("!HH", tag, len(value)) + value


@dataclass(frozen=True)
class Bind:
    """§4.1"""

    system_id: str
    password: str = field(repr=False)

    @classmethod
    def read(cls, body: bytes) -> "Bind":
        reader = Reader(body)
        bind = cls(system_id=reader.c_string(16), password=reader.c_string(9))
        reader.c_string(13)
        reader.octets(3)
        reader.c_string(41)
        return bind


@dataclass(frozen=True)
class Submit:
    """§4.4.1: what somebody wants sent."""

    source: str
    destination_ton: int
    destination: str
    esm_class: int
    schedule: str
    validity: str
    registered_delivery: int
    data_coding: int
    content: bytes = field(repr=False)
    parameters: dict[int, bytes] = field(repr=False, default_factory=dict)

    @classmethod
    def read(cls, body: bytes) -> "Submit":
        reader = Reader(body)
        reader.c_string(6)
        reader.octets(2)
        source = reader.c_string(21)
        destination_ton = reader.octets(2)[0]
        destination = reader.c_string(21)
        esm_class = reader.octets(3)[0]
        schedule, validity = reader.c_string(17), reader.c_string(17)
        registered_delivery = reader.octets(2)[0]
        data_coding = reader.octets(2)[0]
        content = reader.octets(reader.number())
        parameters = reader.optional()
        if content and Tag.MESSAGE_PAYLOAD in parameters:
            raise BadPdu(Status.ESME_RINVMSGLEN)  # §5.3.2.32: one or the other
        return cls(
            source,
            destination_ton,
            destination,
            esm_class,
            schedule,
            validity,
            registered_delivery,
            data_coding,
            content or parameters.get(Tag.MESSAGE_PAYLOAD, b""),
            parameters,
        )


@dataclass(frozen=True)
class Deliver:
    """§4.6.1: a message or a delivery receipt on its way to Senim. Numbers are E.164 digits."""

    source: str
    destination: str
    content: bytes = field(repr=False)
    data_coding: int = 0
    esm_class: int = 0
    parameters: bytes = b""

    def encode(self) -> bytes:
        international = bytes((1, 1))
        payload = b"" if len(self.content) <= 254 else optional(Tag.MESSAGE_PAYLOAD, self.content)
        short = b"" if payload else self.content
        return (
            c_string("")
            + international
            + c_string(self.source)
            + bytes((0, 1))
            + c_string(self.destination)
            + bytes((self.esm_class, 0, 0))
            + c_string("")
            + c_string("")
            + bytes((0, 0, self.data_coding, 0, len(short)))
            + short
            + payload
            + self.parameters
        )
