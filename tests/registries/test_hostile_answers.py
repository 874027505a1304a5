"""What a broken or hostile registry may send, and that none of it gets past the gateway."""

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from senim.registries import breaker, gateway, people, reading
from senim.registries.reading import Malformed
from senim.registries.refusals import RegistryAnswerInvalid, RegistryUnavailable

IIN = "940308492147"
Behaviour = Callable[[BaseHTTPRequestHandler], None]


class Registry:
    """A web server that does whatever the test says."""

    def __init__(self) -> None:
        self.behave: Behaviour = lambda request: request.send_error(500)
        self.asked: list[str] = []
        registry = self

        class Answering(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                registry.asked.append(self.path)
                registry.behave(self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    hostile = Registry()
    address = f"http://127.0.0.1:{hostile.server.server_port}/registries"
    monkeypatch.setattr(gateway, "settings", replace(gateway.settings, registries_url=address))
    breaker.BREAKERS.clear()
    yield hostile
    breaker.BREAKERS.clear()
    hostile.server.shutdown()
    hostile.server.server_close()


def send(body: bytes, status: int = 200, **headers: str) -> Behaviour:
    def behave(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)

    return behave


def drip(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    try:
        for _ in range(100):
            request.wfile.write(b" ")
            request.wfile.flush()
            time.sleep(0.2)
    except OSError:
        pass


def ask() -> people.Person:
    return people.person(iin=IIN, at=datetime.now(UTC))


@pytest.mark.parametrize(
    "behave",
    [
        send(b"{}", status=500),
        send(b"{}", status=404),
        send(b"", status=302, Location="http://127.0.0.1:1/elsewhere"),
        send(b"x" * (gateway.LARGEST_ANSWER + 1)),
        send(b"{", Content_Length="500"),
        drip,
    ],
    ids=["error", "missing", "redirect", "endless", "cut off", "dripping"],
)
def test_a_registry_that_does_not_answer_properly_is_unavailable(
    registry: Registry, behave: Behaviour
) -> None:
    registry.behave = behave
    began = time.monotonic()
    with pytest.raises(RegistryUnavailable):
        ask()
    assert time.monotonic() - began < 10


def envelope(payload: bytes, signature: bytes = b"0") -> bytes:
    said = {"answer": payload, "signature": signature}
    return json.dumps({name: base64.b64encode(value).decode() for name, value in said.items()}).encode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"[" * 100_000,
        b'{"answer": 1, "signature": []}',
        b'{"answer": "not base64!", "signature": ""}',
        envelope(b"{}"),
        envelope(b"{}", b"\x30\x80" * 1000),
        envelope(b"{}", b"\x30\x84\xff\xff\xff\xff"),
    ],
)
def test_an_answer_that_is_none_is_invalid(registry: Registry, body: bytes) -> None:
    registry.behave = send(body)
    with pytest.raises(RegistryAnswerInvalid):
        ask()


def test_the_identifier_cannot_lead_the_question_astray(registry: Registry) -> None:
    with pytest.raises(RegistryUnavailable):
        people.person(iin="../../faults.json?x=", at=datetime.now(UTC))
    assert registry.asked == ["/registries/gbdfl/persons/..%2F..%2Ffaults.json%3Fx%3D"]


def test_a_registry_left_alone_is_not_asked(registry: Registry) -> None:
    for _ in range(breaker.FAILURES_TO_OPEN + 3):
        with pytest.raises(RegistryUnavailable):
            ask()
    assert len(registry.asked) == breaker.FAILURES_TO_OPEN


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
READERS: list[Callable[[dict[str, Any], str], object]] = [
    reading.words,
    reading.truth,
    reading.day,
    reading.moment,
    reading.place,
    reading.in_languages,
    reading.part,
    lambda data, name: reading.picture(data, name, largest=100),
    lambda data, name: reading.one_of(data, name, ("a", "b")),
]


@given(ANYTHING, st.sampled_from(READERS))
def test_a_field_is_of_its_type_or_malformed(
    value: object, read: Callable[[dict[str, Any], str], object]
) -> None:
    try:
        said = read({"field": value}, "field")
    except Malformed:
        return
    assert said is not None
