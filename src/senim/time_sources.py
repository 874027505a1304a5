"""How far is our clock from somebody's who knows the time: SNTP (RFC 4330), or the Date of an HTTP answer."""

import os
import socket
import struct
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx

NTP_PORT = 123
ANSWER_WITHIN = 3.0
SECONDS_FROM_1900_TO_1970 = 2_208_988_800
ERA = 1 << 32
CLIENT_VERSION_4 = 0b00_100_011
SERVER_MODE, UNSYNCHRONISED = 4, 3
PACKET = struct.Struct(">BBBb11I")


class NoTime(RuntimeError):
    """Nobody answered, or with no time to rely on."""


@dataclass(frozen=True)
class Offset:
    """What to add to our clock, and how wrong that may be, in seconds."""

    seconds: float
    margin: float


def ask(source: str) -> Offset:
    """Raises NoTime."""
    parts = urlsplit(source)
    try:
        if parts.scheme == "ntp" and parts.hostname:
            return _sntp(parts.hostname, parts.port or NTP_PORT)
        if parts.scheme in {"http", "https"}:
            return _date(source)
    except (OSError, httpx.HTTPError) as failed:
        raise NoTime(type(failed).__name__) from failed
    raise NoTime("not an ntp://, http:// or https:// address")


def _sntp(host: str, port: int) -> Offset:
    """The four times of RFC 4330 §5. A nonce stands where our own time would: the answer must repeat it."""
    nonce = os.urandom(8)
    with _connected(host, port) as line:
        began = time.time()
        line.send(PACKET.pack(CLIENT_VERSION_4, 0, 0, 0, *[0] * 9, *struct.unpack(">2I", nonce)))
        answer = line.recv(512)
        ended = time.time()
    received, sent = _times(answer, nonce)
    offset = ((received - began) + (sent - ended)) / 2
    return Offset(offset, ((ended - began) - (sent - received)) / 2)


def _connected(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
    line = socket.socket(family, kind, protocol)
    line.settimeout(ANSWER_WITHIN)
    line.connect(address)
    return line


def _times(answer: bytes, nonce: bytes) -> tuple[float, float]:
    if len(answer) < PACKET.size:
        raise NoTime("not a time packet")
    first, stratum, _, _, *words = PACKET.unpack(answer[: PACKET.size])
    if first & 0b111 != SERVER_MODE or struct.pack(">2I", *words[5:7]) != nonce:
        raise NoTime("not an answer to our question")
    if not 0 < stratum < 16 or first >> 6 == UNSYNCHRONISED:
        raise NoTime("the source itself does not know the time")
    return _seconds(words[7], words[8]), _seconds(words[9], words[10])


def _seconds(whole: int, fraction: int) -> float:
    """Seconds since 1970; NTP's 32 bits wrap in 2036, so a small number is of the next era."""
    if whole < ERA // 2:
        whole += ERA
    return whole - SECONDS_FROM_1900_TO_1970 + fraction / ERA


def _date(address: str) -> Offset:
    """The Date header counts whole seconds: half a second of margin beside the way there and back."""
    began = datetime.now(UTC)
    answer = httpx.head(address, timeout=ANSWER_WITHIN, trust_env=False)
    took = datetime.now(UTC) - began
    try:
        said = parsedate_to_datetime(answer.headers["Date"])
    except (KeyError, ValueError) as missing:
        raise NoTime("no Date in the answer") from missing
    seconds = (said - (began + took / 2)).total_seconds() + 0.5
    return Offset(seconds, took.total_seconds() / 2 + 0.5)
