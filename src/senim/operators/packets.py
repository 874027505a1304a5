"""What a public service centre sends for a new operator: letter, order, application, requests (CA-15.1c)."""

import binascii
import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from senim.archive import keeping
from senim.archive.scans import NotAScan
from senim.errors import Refused
from senim.operators.centres import centres
from senim.pki import requests
from senim.texts import Text

KINDS = ("letter", "order", "application")
_PEM = re.compile(rb"-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----(.+?)-----END", re.DOTALL)


class PacketIncomplete(Refused):
    """Something the letter must come with is missing: nothing is issued."""

    clause: ClassVar[str] = "CA-15.1c"


class ScanUnusable(Refused):
    """The archive does not take this scan; ``why`` is its reason."""

    clause: ClassVar[str] = "CA-15.1c"

    def __init__(self, kind: str, refusal: Refused) -> None:
        super().__init__(paper=Text(f"operators.paper.{kind}"), why=refusal.reason)
        self.kind = kind


class CarrierNotProtected(Refused):
    """The head does not state that the carrier gives no key away."""

    clause: ClassVar[str] = "CA-15.1a"


class RequestUnusable(Refused):
    """A file that is no certificate request, or one whose key cannot be certified."""

    clause: ClassVar[str] = "CA-15.1b"


class OneKeyTwice(Refused):
    """The same key for signing and for entering."""

    clause: ClassVar[str] = "CA-15.1b"


@dataclass(frozen=True)
class Packet:
    """The letter as read. ``non_exportable`` is the head's statement about the carrier.

    Requests are certificate requests made on the carrier, PEM or DER; scans are by kind.
    """

    iin: str
    email: str
    office: str
    letter_number: str
    letter_dated_on: date
    head_name: str
    head_email: str
    executor_name: str
    executor_email: str
    order_number: str
    order_dated_on: date
    carrier_model: str
    carrier_number: str
    non_exportable: bool
    sign_request: bytes
    auth_request: bytes
    scans: Mapping[str, bytes]


@dataclass(frozen=True)
class Judged:
    """The requests of a packet that is whole, as DER."""

    sign_request: bytes
    auth_request: bytes


def judge(packet: Packet) -> Judged:
    """Raises PacketIncomplete, ScanUnusable, CarrierNotProtected, RequestUnusable, OneKeyTwice."""
    texts = (packet.letter_number, packet.head_name, packet.head_email, packet.executor_name)
    more = (packet.executor_email, packet.order_number, packet.carrier_model, packet.carrier_number)
    if not all(text.strip() for text in (*texts, *more)) or packet.office not in centres():
        raise PacketIncomplete
    if not set(KINDS) <= {kind for kind, scan in packet.scans.items() if scan}:
        raise PacketIncomplete
    if not packet.non_exportable:
        raise CarrierNotProtected
    sign, auth = request_in(packet.sign_request), request_in(packet.auth_request)
    if sign.public_key == auth.public_key:
        raise OneKeyTwice
    for kind in KINDS:
        _examine(kind, packet.scans[kind])
    return Judged(sign.der, auth.der)


def request_in(given: bytes) -> requests.Request:
    """PEM or DER. Raises RequestUnusable."""
    try:
        pem = _PEM.search(given)
        return requests.read(b64decode(pem[1]) if pem else given)
    except (requests.RequestRefused, binascii.Error) as wrong:
        raise RequestUnusable from wrong


def _examine(kind: str, scan: bytes) -> None:
    try:
        keeping.examined(scan)
    except (NotAScan, keeping.ScanTooLarge) as refusal:
        raise ScanUnusable(kind, refusal) from refusal
