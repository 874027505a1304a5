"""The remote identification service over HTTP: asked signed, bounded, left alone while it keeps failing."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from senim.accounts.biometrics.message_signatures import signed_headers
from senim.accounts.biometrics.refusals import (
    NotFinished,
    ServiceAway,
    ServiceNotAgreed,
    WayBackNotAgreed,
)
from senim.registries import reading
from senim.registries.breaker import BREAKERS
from senim.registries.exchange import exchange
from senim.registries.reading import Malformed
from senim.registries.signed import read_json
from senim.settings import settings

NAME = "remote-identification"
"""In the list of whose signature counts where (``registries.owners``), and among the breakers."""
LARGEST_ANSWER = 64 * 1024
LONGEST_ADDRESS = 500
NOT_YET, WRONG_REQUEST = 409, 422
"""It works, and says no to this question: no reason to leave it alone."""


@dataclass(frozen=True)
class Wanted:
    """What the service is asked to do; ``audience`` is us, ``operation`` a digest."""

    session: str
    audience: str
    iin: str
    purpose: str
    title: str
    operation: str
    until: str
    language: str
    return_to: str


def open_at_service(wanted: Wanted, *, at: datetime) -> str:
    """Where the person's device goes. Refuses: ServiceAway, ServiceNotAgreed, WayBackNotAgreed.

    Everything in a request is ours and well-made but the way back, which a partner may have named.
    """
    body = json.dumps(vars(wanted), ensure_ascii=False).encode()
    try:
        return _address(read_json(_ask("sessions", body, at)))
    except httpx.HTTPStatusError as refused:
        if refused.response.status_code == WRONG_REQUEST:
            raise WayBackNotAgreed from refused
        raise ServiceAway from refused
    except Malformed as wrong:
        raise ServiceAway from wrong


def assertion_of(session: str, *, code: str, at: datetime) -> bytes:
    """The assertion, for whom the person's device brought back this code. Refuses also: NotFinished."""
    body = json.dumps({"code": code}).encode()
    try:
        return _ask(f"sessions/{session}/assertion", body, at)
    except httpx.HTTPStatusError as refused:
        raise NotFinished from refused


def _ask(path: str, body: bytes, at: datetime) -> bytes:
    if not settings.identification_origin:
        raise ServiceNotAgreed
    breaker = BREAKERS[NAME]
    if not breaker.allows():
        raise ServiceAway
    try:
        answer = _exchange(f"{settings.identification_origin}/{path}", body, at)
    except httpx.HTTPError as failed:
        if _says_no(failed):
            breaker.succeeded()
            raise
        breaker.failed()
        raise ServiceAway from failed
    breaker.succeeded()
    return answer


def _exchange(address: str, body: bytes, at: datetime) -> bytes:
    key, key_id = bytes.fromhex(settings.secret("identification")), settings.portal_origin
    signed = signed_headers("POST", address, body, key=key, key_id=key_id, at=at)
    headers = {"Accept": "application/json", "Accept-Encoding": "identity", **signed}
    return exchange(
        "POST",
        address,
        headers={**headers, "Content-Type": "application/json"},
        content=body,
        within=settings.registries_timeout,
        largest=LARGEST_ANSWER,
    )


def _says_no(failed: httpx.HTTPError) -> bool:
    return isinstance(failed, httpx.HTTPStatusError) and failed.response.status_code in {
        NOT_YET,
        WRONG_REQUEST,
    }


def _address(answer: dict[str, Any]) -> str:
    """People are sent to the service's own pages and nowhere else, whatever it answers."""
    url = reading.words(answer, "url")
    said, own = urlsplit(url), urlsplit(settings.identification_pages_origin)
    if len(url) > LONGEST_ADDRESS or (said.scheme, said.netloc) != (own.scheme, own.netloc):
        raise Malformed("url")
    return url
