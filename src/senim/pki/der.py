"""DER (X.690), the strict subset our standards use: read within bounds, written in one way.

Why ours: the structures of CMS, OCSP and time-stamping are small, and what is not DER must be refused here,
before anything else looks at it. Only one-byte tags and definite, minimal lengths are taken; depth is the
depth the caller descends to, so nesting cannot exhaust anything.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OID, ENUMERATED = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0A
UTF8_STRING, PRINTABLE_STRING, UTC_TIME, GENERALIZED_TIME = 0x0C, 0x13, 0x17, 0x18
SEQUENCE, SET = 0x30, 0x31
ELEMENTS_AT_MOST = 20_000


class NotDer(ValueError):
    """The bytes are not the DER that was expected."""


class Element(NamedTuple):
    """One tag with its content. ``der`` is the whole of it, as it stood."""

    tag: int
    content: bytes
    der: bytes


def read(data: bytes, tag: int | None = None) -> Element:
    """The one element these bytes are. Raises NotDer, also for anything after it."""
    end = _end_of(data, 0)
    if end[1] != len(data):
        raise NotDer("bytes after the end")
    return _expect(Element(data[0], data[end[0] :], data), tag)


def elements(content: bytes) -> list[Element]:
    """All elements of a constructed content. Raises NotDer."""
    found: list[Element] = []
    position = 0
    while position < len(content):
        start, end = _end_of(content, position)
        found.append(Element(content[position], content[start:end], content[position:end]))
        position = end
        if len(found) > ELEMENTS_AT_MOST:
            raise NotDer("too many elements")
    return found


def _end_of(data: bytes, position: int) -> tuple[int, int]:
    """Where the content of the element at ``position`` starts and ends."""
    try:
        length, start = data[position + 1], position + 2
        if data[position] & 0x1F == 0x1F:
            raise NotDer("tags above 30 are not used")
        if length >= 0x80:
            size = length & 0x7F
            if not 1 <= size <= 4:
                raise NotDer("indefinite or absurd length")
            length, start = int.from_bytes(data[start : start + size], "big"), start + size
            if length < 0x80 or length >> (8 * (size - 1)) == 0:
                raise NotDer("length is not minimal")
    except IndexError as cut:
        raise NotDer("cut off") from cut
    if start + length > len(data):
        raise NotDer("cut off")
    return start, start + length


def _expect(element: Element, tag: int | None) -> Element:
    if tag is not None and element.tag != tag:
        raise NotDer(f"tag {element.tag:#x} where {tag:#x} was expected")
    return element


class Fields:
    """The fields of a SEQUENCE, in order: ``take`` what must be there, ``take_if`` what may."""

    def __init__(self, element: Element) -> None:
        self._elements = elements(element.content)
        self._next = 0

    def take(self, tag: int | None = None) -> Element:
        if self._next == len(self._elements):
            raise NotDer("a field is missing")
        self._next += 1
        return _expect(self._elements[self._next - 1], tag)

    def take_if(self, tag: int) -> Element | None:
        if self._next < len(self._elements) and self._elements[self._next].tag == tag:
            return self.take()
        return None

    def rest(self) -> list[Element]:
        left, self._next = self._elements[self._next :], len(self._elements)
        return left

    def end(self) -> None:
        if self._next != len(self._elements):
            raise NotDer("a field too many")


# Reading values


def to_int(element: Element) -> int:
    content = _expect(element, INTEGER).content
    if not content or (len(content) > 1 and content[0] in {0, 0xFF} and (content[0] ^ content[1]) < 0x80):
        raise NotDer("integer is not minimal")
    return int.from_bytes(content, "big", signed=True)


def to_bool(element: Element) -> bool:
    content = _expect(element, BOOLEAN).content
    if content not in {b"\x00", b"\xff"}:
        raise NotDer("not a boolean")
    return content == b"\xff"


def to_oid(element: Element) -> str:
    return _dotted(_expect(element, OID).content)


@lru_cache(maxsize=512)
def _dotted(content: bytes) -> str:
    if not content or content[-1] & 0x80 or len(content) > 64:
        raise NotDer("not an object identifier")
    arcs, value = [], 0
    for byte in content:
        if value == 0 and byte == 0x80:
            raise NotDer("object identifier is not minimal")
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, [first, arcs[0] - 40 * first, *arcs[1:]]))


def to_bits(element: Element) -> bytes:
    """The octets of a BIT STRING that has no unused bits."""
    content = _expect(element, BIT_STRING).content
    if not content or content[0] != 0:
        raise NotDer("bit string has unused bits")
    return content[1:]


def to_time(element: Element) -> datetime:
    """UTCTime or GeneralizedTime in UTC; fractions of a second are cut."""
    text = element.content.decode("ascii", "replace")
    if element.tag == UTC_TIME:
        text = ("20" if text[:2] < "50" else "19") + text
    elif element.tag != GENERALIZED_TIME:
        raise NotDer("not a time")
    digits, _, fraction = text.removesuffix("Z").partition(".")
    if not text.endswith("Z") or len(digits) != 14 or not (digits + fraction).isdecimal():
        raise NotDer("not a time in UTC")
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError as wrong:
        raise NotDer("no such time") from wrong


# Writing


def encode(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    size = (length.bit_length() + 7) // 8
    return bytes((tag, 0x80 | size)) + length.to_bytes(size, "big") + content


def sequence(*parts: bytes) -> bytes:
    return encode(SEQUENCE, *parts)


def set_of(parts: Iterable[bytes], tag: int = SET) -> bytes:
    return encode(tag, *sorted(parts))


def integer(value: int, tag: int = INTEGER) -> bytes:
    size = (value if value >= 0 else ~value).bit_length() // 8 + 1
    return encode(tag, value.to_bytes(size, "big", signed=True))


def boolean(value: bool) -> bytes:
    return b"\x01\x01\xff" if value else b"\x01\x01\x00"


def octet_string(value: bytes) -> bytes:
    return encode(OCTET_STRING, value)


def bit_string(value: bytes, unused: int = 0) -> bytes:
    return encode(BIT_STRING, bytes((unused,)), value)


def context(number: int, *parts: bytes, constructed: bool = True) -> bytes:
    """A context-specific tag: EXPLICIT around an element, or IMPLICIT around content."""
    return encode((0xA0 if constructed else 0x80) | number, *parts)


@lru_cache(maxsize=512)
def oid(dotted: str) -> bytes:
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    content = b"".join(_base128(arc) for arc in (40 * first + second, *rest))
    return encode(OID, content)


def _base128(value: int) -> bytes:
    digits = [value & 0x7F]
    while value := value >> 7:
        digits.append(0x80 | value & 0x7F)
    return bytes(reversed(digits))


def null() -> bytes:
    return b"\x05\x00"


def generalized_time(at: datetime) -> bytes:
    """Whole seconds in UTC: what RFC 5280, 6960 and 3161 all take."""
    return encode(GENERALIZED_TIME, f"{at.astimezone(UTC):%Y%m%d%H%M%SZ}".encode())


def time(at: datetime) -> bytes:
    """UTCTime until 2049, GeneralizedTime from 2050 (RFC 5280 §4.1.2.5)."""
    if 1950 <= at.astimezone(UTC).year < 2050:
        return encode(UTC_TIME, f"{at.astimezone(UTC):%y%m%d%H%M%SZ}".encode())
    return generalized_time(at)
