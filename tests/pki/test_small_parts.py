"""Small parts by known answers: what a silent fault in them would pass on."""

from datetime import timedelta

import pytest

from senim.pki import der, names, ocsp, timestamps
from senim.pki.timestamps import TimeStampRefused, TimeStampRequest

IMPRINT = bytes(32)


@pytest.mark.parametrize(
    ("answer", "status"),
    [(ocsp.MALFORMED_REQUEST, 1), (ocsp.INTERNAL_ERROR, 2), (ocsp.TRY_LATER, 3), (ocsp.UNAUTHORIZED, 6)],
)
def test_an_ocsp_failure_is_a_sequence_of_one_enumerated_status(answer, status):
    assert answer == bytes([0x30, 3, 0x0A, 1, status])


def test_the_first_value_of_a_kind_is_found_or_nothing():
    named = (("2.5.4.3", "first"), ("2.5.4.3", "second"), ("2.5.4.5", "number"))
    assert names.value_of(named, "2.5.4.3") == "first"
    assert names.value_of(named, "2.5.4.5") == "number"
    assert names.value_of(named, "2.5.4.10") == ""


def test_a_request_carries_its_policy_nonce_and_wish_both_ways():
    asked = TimeStampRequest("sha256", IMPRINT, "1.2.398.3", nonce=2**511 - 1, certificate_wanted=True)
    assert timestamps.read_request(timestamps.build_request(asked)) == asked


def test_a_nonce_longer_than_any_client_needs_is_refused():
    too_long = TimeStampRequest("sha256", IMPRINT, nonce=2**512)
    with pytest.raises(TimeStampRefused):
        timestamps.read_request(timestamps.build_request(too_long))


def test_accuracy_says_seconds_and_thousandths_only_where_there_are_any():
    assert timestamps._accuracy(timedelta(seconds=1)) == bytes([0x30, 3, 2, 1, 1])
    assert timestamps._accuracy(timedelta(milliseconds=5)) == bytes([0x30, 3, 0x80, 1, 5])
    both = timestamps._accuracy(timedelta(seconds=2, milliseconds=7))
    assert both == bytes([0x30, 6, 2, 1, 2, 0x80, 1, 7])


def test_a_request_in_a_set_is_not_a_request():
    request = bytearray(timestamps.build_request(TimeStampRequest("sha256", IMPRINT)))
    request[0] = der.SET
    with pytest.raises(TimeStampRefused):
        timestamps.read_request(bytes(request))


def test_a_boolean_is_one_octet_of_zeros_or_ones():
    assert der.to_bool(der.read(b"\x01\x01\xff"))
    assert not der.to_bool(der.read(b"\x01\x01\x00"))
    for wrong in (b"\x01\x01\x01", b"\x02\x01\xff", b"\x01\x02\xff\xff"):
        with pytest.raises(der.NotDer):
            der.to_bool(der.read(wrong))
