"""A client of the time source, written from RFC 4330 and sharing nothing with the server."""

import socket
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.world import RunningWorld

UNIX_IN_NTP = 2_208_988_800
QUESTION_STAMP = b"\xe5\x00\x00\x01\x80\x00\x00\x00"


@dataclass(frozen=True)
class Told:
    leap: int
    version: int
    mode: int
    stratum: int
    originate: bytes
    received: datetime
    transmitted: datetime


def question(version: int = 4) -> bytes:
    return bytes([version << 3 | 3]) + bytes(39) + QUESTION_STAMP


def open_socket(patience: float = 2.0) -> socket.socket:
    asking = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    asking.settimeout(patience)
    return asking


def ask_the_time(world: RunningWorld, version: int = 4) -> Told:
    """One answer, read. Raises TimeoutError where none comes."""
    with open_socket() as asking:
        asking.sendto(question(version), ("127.0.0.1", world.configuration.port))
        return read(asking.recv(100))


def read(packet: bytes) -> Told:
    assert len(packet) == 48
    first, stratum = packet[0], packet[1]
    return Told(
        leap=first >> 6,
        version=first >> 3 & 7,
        mode=first & 7,
        stratum=stratum,
        originate=packet[24:32],
        received=_moment(packet[32:40]),
        transmitted=_moment(packet[40:48]),
    )


def _moment(stamp: bytes) -> datetime:
    seconds, fraction = struct.unpack("!II", stamp)
    since = seconds - UNIX_IN_NTP + (2**32 if seconds < 2**31 else 0)
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=since + fraction / 2**32)
