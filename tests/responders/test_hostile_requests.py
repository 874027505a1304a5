"""Whatever is sent, the answer is the protocol's own."""

import base64
from contextlib import suppress
from itertools import product
from urllib.parse import quote

import httpx
import psutil
import pytest
from cryptography.x509 import ocsp as library
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from rfc3161_client import decode_timestamp_response
from tests.responders.asking import FAILURE, answered, question

from senim.pki import timestamps

fuzzed = settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
WORKED_AT_MOST_SECONDS, MEMORY_AT_MOST = 3.0, 300 * 1024 * 1024
NESTED = b"".join(b"\x30\x83" + left.to_bytes(3, "big") for left in range(9_995, 0, -5)) + bytes(5)
WISH = timestamps.build_request(timestamps.TimeStampRequest("sha256", bytes(32), nonce=7))
HOSTILE = {
    "ten megabytes": bytes(10_000_000),
    "ten megabytes that begin well": WISH + bytes(10_000_000),
    "two thousand times nested": NESTED,
    "nested without an end": b"\x30\x80" * 5_000,
    "a length of four gigabytes": b"\x30\x84\xff\xff\xff\xff" + bytes(64),
    "a huge number": b"\x30\x82\x1f\x44\x02\x82\x1f\x40" + b"\xff" * 8_000,
    "nothing": b"",
}


@given(some.binary(max_size=300), some.integers(0, 150), some.integers(0, 150))
@fuzzed
def test_hostile_requests_are_answered_by_the_protocol(responders, authority, junk, start, length):
    whole = question(authority, 5, nonce=b"n" * 32)
    for body in (junk, whole[:start] + junk + whole[start + length :]):
        encoded = quote(base64.b64encode(body).decode(), safe="")
        for asked in (("POST", "/ocsp", body), ("GET", f"/ocsp/{encoded}")):
            assert answered(responders(*asked)).response_status in FAILURE


@given(some.text(max_size=300))
@fuzzed
def test_hostile_paths_are_answered_by_the_protocol(responders, path):
    assert answered(responders("GET", f"/ocsp/{path}")).response_status is FAILURE.MALFORMED_REQUEST


@given(some.binary(max_size=300), some.integers(0, 80), some.integers(0, 80))
@fuzzed
def test_hostile_wishes_for_a_time_stamp_are_answered_by_the_protocol(responders, junk, start, length):
    for body in (junk, WISH[:start] + junk + WISH[start + length :]):
        exchange = responders("POST", "/tsa", body)
        assert (exchange.status, exchange.headers["content-type"]) == (200, "application/timestamp-reply")
        assert decode_timestamp_response(exchange.content).status in {0, 2}


def _is_responders(process):
    with suppress(psutil.Error):  # one of the tests' that has just ended
        return "responders" in process.cmdline()
    return False


@pytest.mark.usefixtures("transactional_db")
def test_the_process_answers_the_worst_at_once_and_in_little_memory(responders_process):
    [running] = filter(_is_responders, psutil.Process().children())
    before = sum(running.cpu_times()[:2])
    for door, hostile in product(("ocsp", "tsa"), HOSTILE):
        for content in (HOSTILE[hostile], iter([HOSTILE[hostile]])):  # with its length told, and without
            answer = httpx.post(f"{responders_process}/{door}", content=content, timeout=60)
            assert answer.status_code == 200
            if door == "ocsp":
                said = library.load_der_ocsp_response(answer.content)
                assert said.response_status is FAILURE.MALFORMED_REQUEST, hostile
            else:
                assert decode_timestamp_response(answer.content).status == 2, hostile
    assert sum(running.cpu_times()[:2]) - before < WORKED_AT_MOST_SECONDS, "all of them together"
    assert running.memory_info().rss < MEMORY_AT_MOST
