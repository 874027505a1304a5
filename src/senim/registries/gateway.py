"""One question to a registry that is not known to be down."""

from dataclasses import dataclass
from urllib.parse import quote

import httpx

from senim.registries.breaker import BREAKERS
from senim.registries.exchange import exchange
from senim.registries.refusals import RegistryUnavailable
from senim.settings import settings
from senim.texts import Text

LARGEST_ANSWER = 128 * 1024
HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity"}


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


def _get(address: str) -> bytes:
    try:
        return _read(address)
    except httpx.RemoteProtocolError:  # an idle connection was closed under us; asking again changes nothing
        return _read(address)


def _read(address: str) -> bytes:
    within = settings.registries_timeout
    return exchange("GET", address, headers=HEADERS, within=within, largest=LARGEST_ANSWER)
