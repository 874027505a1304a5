"""Who asks? HTTP message signatures (RFC 9421) under the secret the portal and the service share."""

import base64
import hashlib
import hmac
import re
from collections import OrderedDict
from datetime import UTC, datetime, timedelta

from starlette.requests import Request

FRESH_WITHIN = timedelta(seconds=60)
NONCES_KEPT = 10_000
_INPUT = re.compile(
    r'(?P<label>[a-z][a-z0-9_-]*)=(?P<parameters>\("@method" "@target-uri" "content-digest"\)'
    r';created=(?P<created>\d{1,12});nonce="(?P<nonce>[\w-]{16,64})";keyid="(?P<key_id>[!#-\[\]-~]{1,200})"'
    r';alg="hmac-sha256")'
)


class NotSigned(ValueError):
    """Not a request of whoever shares the secret; the message says why."""


class Requests:
    """Judges requests; each is good once. The moment is the machine's: the sandbox's clock may be moved."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._nonces: OrderedDict[str, None] = OrderedDict()

    def check(self, request: Request, body: bytes) -> str:
        """Whose key signed it: the origin of the portal that asks. Raises NotSigned."""
        said = _INPUT.fullmatch(request.headers.get("signature-input", ""))
        if said is None or not self._key:
            raise NotSigned("no signature of the agreed kind")
        if request.headers.get("content-digest") != _digest(body):
            raise NotSigned("the body is another")
        if not hmac.compare_digest(_signature(request, said["label"]), self._expected(request, body, said)):
            raise NotSigned("the signature is wrong")
        if abs(datetime.now(UTC).timestamp() - int(said["created"])) > FRESH_WITHIN.total_seconds():
            raise NotSigned("not fresh")
        self._use_up(said["nonce"])
        return said["key_id"]

    def _expected(self, request: Request, body: bytes, said: re.Match[str]) -> bytes:
        base = (
            f'"@method": {request.method}\n"@target-uri": {request.url}\n'
            f'"content-digest": {_digest(body)}\n"@signature-params": {said["parameters"]}'
        )
        return hmac.new(self._key, base.encode(), hashlib.sha256).digest()

    def _use_up(self, nonce: str) -> None:
        if nonce in self._nonces:
            raise NotSigned("asked before")
        self._nonces[nonce] = None
        while len(self._nonces) > NONCES_KEPT:
            self._nonces.popitem(last=False)


def _signature(request: Request, label: str) -> bytes:
    said = re.fullmatch(rf"{label}=:([A-Za-z0-9+/=]{{1,100}}):", request.headers.get("signature", ""))
    try:
        return base64.b64decode(said[1], validate=True) if said else b""
    except ValueError:
        return b""


def _digest(body: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"
