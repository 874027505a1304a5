from datetime import UTC, datetime

import pytest
from asn1crypto import core
from hypothesis import given, settings
from hypothesis import strategies as some

from senim.pki import der


@settings(deadline=None)
@given(some.integers(min_value=-(2**300), max_value=2**300))
def test_an_integer_is_encoded_as_another_implementation_encodes_it(number: int) -> None:
    assert der.integer(number) == core.Integer(number).dump()
    assert der.to_int(der.read(der.integer(number))) == number


@settings(deadline=None)
@given(some.lists(some.integers(0, 2**70), max_size=8), some.integers(0, 1), some.integers(0, 39))
def test_an_object_identifier_is_encoded_as_another_implementation_encodes_it(
    arcs: list[int], first: int, second: int
) -> None:
    dotted = ".".join(map(str, [first, second, *arcs]))
    if len(der.oid(dotted)) <= 66:
        assert der.oid(dotted) == core.ObjectIdentifier(dotted).dump()
        assert der.to_oid(der.read(der.oid(dotted))) == dotted


@settings(deadline=None)
@given(some.binary(max_size=70_000))
def test_what_is_written_is_read_back(content: bytes) -> None:
    assert der.read(der.octet_string(content)).content == content


@settings(deadline=None)
@given(some.binary(max_size=200))
def test_any_bytes_are_read_or_refused_and_reading_again_gives_the_same_bytes(data: bytes) -> None:
    try:
        found = der.elements(data)
    except der.NotDer:
        return
    assert b"".join(element.der for element in found) == data


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "cut off"),
        (b"\x30", "cut off"),
        (b"\x30\x05\x00", "cut off"),
        (b"\x30\x80\x00\x00", "indefinite"),
        (b"\x30\x81\x05\x00\x00\x00\x00\x00", "minimal"),
        (b"\x30\x82\x00\x81" + bytes(0x81), "minimal"),
        (b"\x30\x85\x01\x00\x00\x00\x00", "absurd"),
        (b"\x30\x84\xff\xff\xff\xff", "cut off"),
        (b"\x1f\x81\x01\x00", "tags"),
        (b"\x05\x00\x05\x00", "after the end"),
    ],
)
def test_what_is_not_der_is_refused(data: bytes, fault: str) -> None:
    with pytest.raises(der.NotDer, match=fault):
        der.read(data)


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"\xff\x80"])
def test_an_integer_that_is_not_minimal_is_refused(content: bytes) -> None:
    with pytest.raises(der.NotDer):
        der.to_int(der.read(der.encode(der.INTEGER, content)))


@pytest.mark.parametrize("content", [b"", b"\x80\x01", b"\x2a\x86", b"\x2a" + b"\x01" * 64])
def test_a_broken_object_identifier_is_refused(content: bytes) -> None:
    with pytest.raises(der.NotDer):
        der.to_oid(der.read(der.encode(der.OID, content)))


@pytest.mark.parametrize("year", [1950, 1999, 2026, 2049, 2050, 9999])
def test_a_time_is_read_back(year: int) -> None:
    moment = datetime(year, 2, 28, 23, 59, 58, tzinfo=UTC)
    written = der.time(moment)
    assert written[0] == (der.UTC_TIME if year < 2050 else der.GENERALIZED_TIME)
    assert der.to_time(der.read(written)) == moment


@pytest.mark.parametrize(
    "text", [b"261301000000Z", b"2611211200Z", b"261121120000", b"2611211200\xd9\xa1Z", b""]
)
def test_a_time_that_is_none_is_refused(text: bytes) -> None:
    with pytest.raises(der.NotDer):
        der.to_time(der.read(der.encode(der.UTC_TIME, text)))


def test_a_field_missing_and_a_field_too_many_are_refused() -> None:
    fields = der.Fields(der.read(der.sequence(der.null())))
    with pytest.raises(der.NotDer, match="too many"):
        fields.end()
    fields.take(der.NULL)
    with pytest.raises(der.NotDer, match="missing"):
        fields.take()
