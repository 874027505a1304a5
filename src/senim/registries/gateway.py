"""One question over HTTP: bounded in time and size, asked of a registry that is not known to be down."""

import time
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote

import httpx

from senim.registries.breaker import BREAKERS
from senim.registries.refusals import RegistryUnavailable
from senim.settings import settings
from senim.texts import Text

LARGEST_ANSWER = 128 * 1024
HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity"}
KEPT_ALIVE_SECONDS = 3.0
"""Less than servers keep an idle connection, or a question now and then would meet one being closed."""


@dataclass(frozen=True)
class Registry:
    """A state registry: its short name, which it also signs, and the path of its one kind of question."""

    name: str
    path: str

    @property
    def title(self) -> Text:
        return Text(f"registries.name.{self.name}")


def fetch(registry: Registry, *, identifier: str) -> bytes:
    """The registry's answer as it came, unproved. Raises RegistryUnavailable."""
    breaker = BREAKERS[registry.name]
    if not breaker.allows():
        raise RegistryUnavailable(registry=registry.title)
    try:
        body = _get(f"{settings.registries_origin}/{registry.path}/{quote(identifier, safe='')}")
    except httpx.HTTPError as failed:
        breaker.failed()
        raise RegistryUnavailable(registry=registry.title) from failed
    breaker.succeeded()
    return body


class TooSlow(httpx.HTTPError):
    """The answer drips: each piece in time, the whole too late."""


class TooLarge(httpx.HTTPError):
    """The answer does not end where an answer ends."""


def _get(address: str) -> bytes:
    try:
        return _read(address)
    except httpx.RemoteProtocolError:  # an idle connection was closed under us; asking again changes nothing
        return _read(address)


def _read(address: str) -> bytes:
    deadline = time.monotonic() + settings.registries_timeout.total_seconds()
    body = bytearray()
    with _client().stream("GET", address, headers=HEADERS) as answer:
        answer.raise_for_status()
        for piece in answer.iter_raw():
            body += piece
            if len(body) > LARGEST_ANSWER:
                raise TooLarge(address)
            if time.monotonic() > deadline:
                raise TooSlow(address)
    return bytes(body)


@cache
def _client() -> httpx.Client:
    return httpx.Client(
        timeout=settings.registries_timeout.total_seconds(),
        limits=httpx.Limits(max_connections=50, keepalive_expiry=KEPT_ALIVE_SECONDS),
        trust_env=False,
        follow_redirects=False,
    )
