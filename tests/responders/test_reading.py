"""Requests as they come over the wire: whole, in pieces, ahead of their answers, hostile."""

import pytest

from senim.responders import reading
from senim.responders.exchange import PLAIN, Request, Response
from senim.responders.reading import AHEAD_AT_MOST, BODY_AT_MOST_BYTES, REQUEST_AT_MOST_BYTES, Reader

POST = b"POST /ocsp HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody"
CHUNKED = b"POST /ocsp HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
GET = b'GET /crl/issuing.crl?x=1 HTTP/1.1\r\nHost: a\r\nIf-None-Match: "1"\r\nIf-None-Match: "2"\r\n\r\n'


def read(*parts: bytes) -> Reader:
    reader = Reader()
    for part in parts:
        reader.feed(part)
    return reader


def refusal(status: int) -> Response:
    return Response(status, PLAIN)


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_a_request_is_the_same_in_however_many_pieces_it_comes(size):
    sent = POST + CHUNKED + b"2;x=y\r\nbo\r\n2\r\ndy\r\n0\r\nTrailer: z\r\n\r\n" + GET
    reader = read(*(sent[start : start + size] for start in range(0, len(sent), size)))
    assert list(reader.found) == [
        Request("POST", "/ocsp", b"body"),
        Request("POST", "/ocsp", b"body"),
        Request("GET", "/crl/issuing.crl", b"", '"1""2"'),
    ]
    assert not reader.is_done


@pytest.mark.parametrize(
    ("target", "path"),
    [
        (b"/ocsp//a%2Fb", "/ocsp//a%2Fb"),
        (b"http://ocsp.test:80/ocsp/abc?x", "/ocsp/abc"),
        (b"http://ocsp.test", "/"),
        (b"*", "/"),
    ],
)
def test_the_path_is_found_in_whatever_target_a_client_or_proxy_writes(target, path):
    [request] = read(b"OPTIONS %s HTTP/1.1\r\nHost: a\r\n\r\n" % target).found
    assert request.path == path


@pytest.mark.parametrize(
    "last",
    [
        b"POST /ocsp HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 4\r\n\r\nbody",
        b"POST /ocsp HTTP/1.1\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbody",
        b"POST /ocsp HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 4\r\n\r\nbody",
        CHUNKED.replace(b"Host: a", b"Connection: Upgrade\r\nUpgrade: h2c") + b"4\r\nbody\r\n0\r\n\r\n",
    ],
)
def test_after_the_last_request_nothing_is_read(last):
    for reader in (read(last + GET), read(last, GET)):
        assert list(reader.found) == [Request("POST", "/ocsp", b"body")]
        assert reader.is_done


def test_nobody_is_connected_to_anything():
    reader = read(b"CONNECT other.test:443 HTTP/1.1\r\nHost: a\r\n\r\n" + GET, GET)
    assert list(reader.found) == [Request("CONNECT", "/")]
    assert reader.is_done


@pytest.mark.parametrize(
    "contradiction",
    [
        CHUNKED.replace(b"\r\n\r\n", b"\r\nContent-Length: 4\r\n\r\n") + b"0\r\n\r\n",
        POST.replace(b"\r\n\r\n", b"\r\nContent-Length: 5\r\n\r\n"),
        POST.replace(b"Length: 4", b"Length: +4"),
        POST.replace(b"Length: 4", b"Length: -1"),
        POST.replace(b"Length: 4", b"Length: 99999999999999999999999"),
        POST.replace(b"Length: 4", b"Length : 4"),
        POST.replace(b"Host: a", b"Host: a\r\n continued: b\nContent-Length: 9"),
        POST.replace(b"Host: a", b"Host: a\x00"),
        CHUNKED.replace(b"chunked", b"chunked, identity") + b"0\r\n\r\n",
        CHUNKED + b"-1\r\n\r\n",
        CHUNKED + b"fffffffffffffffff\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /ocsp HTTP/9.9\r\n\r\n",
    ],
)
def test_what_can_be_read_in_two_ways_is_refused_and_nothing_after_it_is_read(contradiction):
    reader = read(contradiction + GET, GET)
    assert list(reader.found) == [refusal(400)]
    assert reader.is_done


@pytest.mark.parametrize(
    "head", [CHUNKED, POST.replace(b"Length: 4\r\n\r\nbody", b"Length: 10000000\r\n\r\n")]
)
def test_ten_megabytes_are_refused_without_reading_them(head):
    part = (b"400\r\n" if head is CHUNKED else b"") + b"\x30" * 1024 + (b"\r\n" if head is CHUNKED else b"")
    reader, fed = read(head), 0
    while not reader.found:
        fed += len(part)
        reader.feed(part)
    assert list(reader.found) == [Request("POST", "/ocsp", too_large=True)]
    assert reader.is_done
    assert fed <= 2 * BODY_AT_MOST_BYTES


def test_after_a_body_too_large_that_came_whole_the_connection_goes_on():
    large = POST.replace(b"Length: 4", b"Length: 5000").replace(b"body", b"x" * 5000)
    reader = read(large + GET)
    assert [request.too_large for request in reader.found] == [True, False]
    assert not reader.is_done


@pytest.mark.parametrize(
    ("head", "more"),
    [
        (b"GET /", b"a" * 1000),
        (b"GET / HTTP/1.1\r\nX: ", b"a" * 1000),
        (b"GET / HTTP/1.1\r\n", b"X: a\r\n" * 100),
        (CHUNKED + b"1;", b"a" * 1000),
        (CHUNKED, b"1\r\na\r\n"),
        (CHUNKED + b"0\r\n", b"X: a\r\n" * 100),
        (b"", b"\r\n" * 100),
    ],
)
def test_what_has_no_end_is_refused(head, more):
    reader, fed = read(head), len(head)
    while not reader.is_done:
        reader.feed(more)
        fed += len(more)
        assert fed <= REQUEST_AT_MOST_BYTES + len(more)
    [refused] = reader.found
    assert refused == refusal(431) or refused.too_large


def test_only_so_many_requests_are_sent_ahead():
    reader = read(POST * (AHEAD_AT_MOST * 10))
    assert len(reader.found) == AHEAD_AT_MOST + 2
    assert reader.found[-1] == refusal(429)
    assert reader.is_done


def test_a_request_that_began_says_since_when(monkeypatch):
    monkeypatch.setattr(reading.time, "monotonic", lambda: 7.0)
    reader = read(b"\r\n")
    assert not reader.is_reading
    reader.feed(b"G")
    assert (reader.is_reading, reader.begun_at) == (True, 7.0)
    reader.feed(GET[1:])
    assert not reader.is_reading
