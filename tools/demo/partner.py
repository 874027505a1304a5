"""An information system as the partner API knows it: a key, a ``client_id``, and a proof for each request.

The same in a few lines for any integrator: docs/partners.md.
"""

import base64
import hashlib
import json
import time
import uuid
from typing import Any

import httpx
from joserfc import jws
from joserfc.jwk import ECKey

from tools.demo.visitor import Unexpected, Visitor

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class Partner:
    """Its key never leaves this process; ``client_id`` is given to it once it was admitted."""

    def __init__(self, api: str) -> None:
        self.api, self.client_id = api, ""
        self.key = ECKey.generate_key("P-256")
        self._token = ""
        self._door = Visitor(api).client

    @property
    def public_key(self) -> dict[str, Any]:
        return dict(self.key.as_dict(private=False))

    def get_token(self, scope: str) -> None:
        form = {
            "grant_type": "client_credentials",
            "scope": scope,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self._assertion(),
        }
        answer = self._door.post(
            "/oauth/token", data=form, headers={"DPoP": self._proof("POST", "/oauth/token")}
        )
        self._token = _as_wanted(answer, 200)["access_token"]

    def get(self, path: str, *, wanted: int) -> dict[str, Any]:
        return _as_wanted(self._door.get(path, headers=self._headers("GET", path)), wanted)

    def post(self, path: str, asked: dict[str, Any], *, wanted: int) -> dict[str, Any]:
        body = json.dumps(asked).encode()
        headers = {**self._headers("POST", path, body), "Content-Type": "application/json"}
        return _as_wanted(self._door.post(path, content=body, headers=headers), wanted)

    def _headers(self, method: str, path: str, body: bytes = b"") -> dict[str, str]:
        proof = self._proof(method, path, self._token, body)
        return {"Authorization": f"DPoP {self._token}", "DPoP": proof, "Accept-Language": "en"}

    def _assertion(self) -> str:
        now = int(time.time())
        claims = {"iss": self.client_id, "sub": self.client_id, "aud": self.api, "iat": now, "exp": now + 120}
        return self._signed({"typ": "JWT"}, {**claims, "jti": uuid.uuid4().hex})

    def _proof(self, method: str, path: str, token: str = "", body: bytes = b"") -> str:
        claims = {"htm": method, "htu": self.api + path, "iat": int(time.time()), "jti": uuid.uuid4().hex}
        claims |= {"ath": _digest(token.encode())} if token else {}
        claims |= {"content_sha256": _digest(body)} if body else {}
        return self._signed({"typ": "dpop+jwt", "jwk": self.public_key}, claims)

    def _signed(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        return jws.serialize_compact({"alg": "ES256", **header}, json.dumps(claims), self.key)


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def _as_wanted(answer: httpx.Response, wanted: int) -> dict[str, Any]:
    if answer.status_code != wanted:
        raise Unexpected(f"{answer.url.path} answered {answer.status_code}: {answer.text[:400]}")
    return dict(answer.json())
