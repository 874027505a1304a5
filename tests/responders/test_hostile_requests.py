"""Whatever is sent, the answer is the protocol's own."""

import base64
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from tests.responders.asking import FAILURE, answered, question

fuzzed = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


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
