"""One exchange over HTTP with somebody outside: bounded in time and in size, and nothing is followed."""

import time
from collections.abc import Mapping
from datetime import timedelta
from functools import cache

import httpx

KEPT_ALIVE_SECONDS = 3.0
"""Less than servers keep an idle connection, or a question now and then would meet one being closed."""
MOST_CONNECTIONS = 50


class TooSlow(httpx.HTTPError):
    """The answer drips: each piece in time, the whole too late."""


class TooLarge(httpx.HTTPError):
    """The answer does not end where an answer ends."""


def exchange(
    method: str,
    address: str,
    *,
    headers: Mapping[str, str],
    within: timedelta,
    largest: int,
    content: bytes = b"",
) -> bytes:
    """The body of a good answer. Raises httpx.HTTPError; an answer that is none is an HTTPStatusError."""
    deadline = time.monotonic() + within.total_seconds()
    body = bytearray()
    asking = _client().stream(
        method, address, headers=dict(headers), content=content, timeout=within.total_seconds()
    )
    with asking as answer:
        answer.raise_for_status()
        for piece in answer.iter_raw():
            body += piece
            if len(body) > largest:
                raise TooLarge(address)
            if time.monotonic() > deadline:
                raise TooSlow(address)
    return bytes(body)


@cache
def _client() -> httpx.Client:
    return httpx.Client(
        limits=httpx.Limits(max_connections=MOST_CONNECTIONS, keepalive_expiry=KEPT_ALIVE_SECONDS),
        trust_env=False,
        follow_redirects=False,
    )
