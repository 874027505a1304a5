"""The partner API as a bank calls it: a token for an assertion, each request proven and signed (RFC 9449)."""

import json
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from senim_sandbox.bank.jose import client_assertion, proof
from senim_sandbox.bank.memory import Memory
from senim_sandbox.configuration import Configuration
from senim_sandbox.trust import authority

SCOPE = "subscriber_number"
TIMEOUT_SECONDS = 10.0
RENEWED_BEFORE_SECONDS = 30.0
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_UNKNOWN_TOKEN = 401


@dataclass(frozen=True)
class Answer:
    """``body`` is JSON: what was asked for, or a problem document (RFC 9457)."""

    status: int
    body: Mapping[str, Any]

    @property
    def good(self) -> bool:
        return self.status < 400


class NotReached(Exception):
    """The partner API did not answer, or not in JSON."""


class Partners:
    """Calls from one bank; they wait for the answer, so a loop calls them in a thread."""

    def __init__(self, configuration: Configuration, memory: Memory) -> None:
        self._origin, self._reached_at = configuration.partners_origin, configuration.partners_reached_at
        self._memory, self._opener = memory, _opener(configuration.home)
        self._token, self._token_ends = "", 0.0

    def ask(
        self, method: str, path: str, content: Mapping[str, object] | None = None, *, language: str
    ) -> Answer:
        """Raises NotReached."""
        answer = self._ask(method, path, content, language)
        if answer.status == _UNKNOWN_TOKEN and self._token:
            self._token = ""  # it ran out, or we were suspended meanwhile: the next one tells
            answer = self._ask(method, path, content, language)
        return answer

    def _ask(self, method: str, path: str, content: Mapping[str, object] | None, language: str) -> Answer:
        if self._token_ends <= time.monotonic() or not self._token:
            refusal = self._get_token(language)
            if refusal:
                return refusal
        address = f"{self._origin}{path}"
        body = b"" if content is None else json.dumps(content, ensure_ascii=False).encode()
        headers = {
            "Authorization": f"DPoP {self._token}",
            "DPoP": proof(self._memory.key, method=method, address=address, token=self._token, body=body),
            "Accept-Language": language,
            **({"Content-Type": "application/json"} if body else {}),
        }
        return self._exchange(method, path, body, headers)

    def _get_token(self, language: str) -> Answer | None:
        path = "/oauth/token"
        address = f"{self._origin}{path}"
        assertion = client_assertion(self._memory.key, client_id=self._memory.client_id, audience=address)
        form = {
            "grant_type": "client_credentials",
            "scope": SCOPE,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion,
        }
        headers = {
            "DPoP": proof(self._memory.key, method="POST", address=address),
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept-Language": language,
        }
        answer = self._exchange("POST", path, urlencode(form).encode(), headers)
        if not answer.good:
            return answer
        self._token = str(answer.body["access_token"])
        self._token_ends = time.monotonic() + float(answer.body["expires_in"]) - RENEWED_BEFORE_SECONDS
        return None

    def _exchange(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        request = urllib.request.Request(  # noqa: S310
            f"{self._reached_at}{path}",
            data=body or None,
            headers={**headers, "Host": urlsplit(self._origin).netloc},
            method=method,
        )
        try:
            with self._opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                return Answer(answer.status, _object(answer.read()))
        except urllib.error.HTTPError as refused:
            with refused:
                return Answer(refused.code, _object(refused.read()))
        except OSError as failed:
            raise NotReached from failed


def _opener(home: Path) -> urllib.request.OpenerDirector:
    """Past any proxy; where the doors are open to phones, it trusts what phones trust, and nothing else."""
    known = authority(home)
    context = ssl.create_default_context(cadata=known.certificate if known else None)
    return urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
    )


def _object(body: bytes) -> dict[str, Any]:
    try:
        read = json.loads(body)
    except ValueError as wrong:
        raise NotReached from wrong
    if not isinstance(read, dict):
        raise NotReached
    return read
