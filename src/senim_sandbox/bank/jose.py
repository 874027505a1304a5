"""What a partner signs with ES256 (RFC 7515, 7518): an assertion of who it is, a proof of each request."""

import base64
import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

COORDINATE_BYTES = 32
ASSERTION_LIVES_SECONDS = 60


def public_jwk(key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    """RFC 7517; ``kid`` is the thumbprint of RFC 7638."""
    point = key.public_key().public_numbers()
    jwk = {"crv": "P-256", "kty": "EC", "x": _coordinate(point.x), "y": _coordinate(point.y)}
    canonical = json.dumps(jwk, sort_keys=True, separators=(",", ":")).encode()
    return {**jwk, "kid": _base64url(hashlib.sha256(canonical).digest()), "alg": "ES256", "use": "sig"}


def client_assertion(key: ec.EllipticCurvePrivateKey, *, client_id: str, audience: str) -> str:
    """Who asks for a token (RFC 7523)."""
    header = {"alg": "ES256", "kid": public_jwk(key)["kid"], "typ": "JWT"}
    now = int(datetime.now(UTC).timestamp())
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": audience,
        "jti": str(uuid.uuid4()),
        "iat": now,
        "exp": now + ASSERTION_LIVES_SECONDS,
    }
    return _signed(key, header, claims)


def proof(
    key: ec.EllipticCurvePrivateKey, *, method: str, address: str, token: str = "", body: bytes = b""
) -> str:
    """That this very request is ours (RFC 9449); ``content_sha256`` is of the body, where there is one."""
    jwk = public_jwk(key)
    header = {
        "alg": "ES256",
        "typ": "dpop+jwt",
        "jwk": {name: jwk[name] for name in ("kty", "crv", "x", "y")},
    }
    claims: dict[str, Any] = {
        "jti": str(uuid.uuid4()),
        "htm": method,
        "htu": address,
        "iat": int(datetime.now(UTC).timestamp()),
    }
    if token:
        claims["ath"] = _base64url(hashlib.sha256(token.encode()).digest())
    if body:
        claims["content_sha256"] = _base64url(hashlib.sha256(body).digest())
    return _signed(key, header, claims)


def _signed(
    key: ec.EllipticCurvePrivateKey, header: Mapping[str, object], claims: Mapping[str, object]
) -> str:
    said = ".".join(_base64url(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))
    numbers = decode_dss_signature(key.sign(said.encode(), ec.ECDSA(hashes.SHA256())))
    signature = b"".join(number.to_bytes(COORDINATE_BYTES, "big") for number in numbers)
    return f"{said}.{_base64url(signature)}"


def _coordinate(number: int) -> str:
    return _base64url(number.to_bytes(COORDINATE_BYTES, "big"))


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
