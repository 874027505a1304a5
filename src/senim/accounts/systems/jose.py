"""JSON Web Keys and Signatures (RFC 7515, 7517, 7638): the one place that knows the library.

Only public keys of P-256, Ed25519 and RSA from 3072 bits, and only the algorithm that is a key's own: what a
token says about its algorithm decides nothing. ``none`` and shared secrets do not exist here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from joserfc import jws
from joserfc._rfc7515.model import JWSAlgModel
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, OKPKey, RSAKey

ALGORITHMS = {"EC": ("ES256",), "OKP": ("Ed25519", "EdDSA"), "RSA": ("PS256",)}
ALLOWED = tuple(name for names in ALGORITHMS.values() for name in names)
CURVES = {"EC": "P-256", "OKP": "Ed25519"}
PUBLIC_MEMBERS = {"EC": ("crv", "x", "y"), "OKP": ("crv", "x"), "RSA": ("n", "e")}
PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
RSA_BITS = range(3072, 8193)
USUAL_EXPONENT = 65537
HEADERS = frozenset({"alg", "typ", "kid", "jwk"})
LARGEST_TOKEN = 4096
FAR_AWAY = 1e11
MALFORMED = (JoseError, ValueError, TypeError, KeyError, RecursionError)

Jwk = dict[str, str]


class PrivateMaterial(Exception):
    """A key that should never have left its owner."""


class Unfit(Exception):
    """Not a key we take. The argument is ``kind``, ``weak`` or ``malformed``."""


class NotVerified(Exception):
    """Not a token, or not signed by this key."""


class _Registry(jws.JWSRegistry):
    max_header_length = 2048  # an RSA key is in the header of a proof

    def get_alg(self, name: str) -> JWSAlgModel:
        """``EdDSA`` is what most clients still say for Ed25519 (RFC 9864)."""
        return super().get_alg("Ed25519" if name == "EdDSA" else name)


REGISTRY = _Registry(algorithms=list(ALLOWED))


@dataclass(frozen=True)
class Signed:
    """A token whose signature holds."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]

    def text(self, name: str) -> str:
        """Empty where the claim is missing or no text to write down: JSON can spell half a character."""
        value = self.claims.get(name)
        return value if isinstance(value, str) and value.isprintable() else ""

    def seconds(self, name: str) -> float | None:
        """A NumericDate (RFC 7519 §2); None where the claim is missing or no time."""
        value = self.claims.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return float(value) if abs(value) < FAR_AWAY else None  # nor is NaN less


def public_jwk(given: object) -> Jwk:
    """The key without anything but itself and its ``kid``, which is its thumbprint where none is given.

    Raises PrivateMaterial, Unfit.
    """
    if not isinstance(given, dict):
        raise Unfit("malformed")
    if given.keys() & PRIVATE_MEMBERS:
        raise PrivateMaterial
    kind, usage = given.get("kty"), given.get("use", "sig")
    if (
        not isinstance(kind, str)
        or kind not in ALGORITHMS
        or usage != "sig"
        or given.get("crv") != CURVES.get(kind)
    ):
        raise Unfit("kind")
    if given.get("alg", ALGORITHMS[kind][0]) not in ALGORITHMS[kind]:
        raise Unfit("kind")
    bare: dict[str, Any] = {"kty": kind, **{name: given.get(name) for name in PUBLIC_MEMBERS[kind]}}
    key = _imported(bare)
    kid = given.get("kid", key.thumbprint())
    if not isinstance(kid, str) or not 0 < len(kid) <= 100 or not kid.isprintable():
        raise Unfit("malformed")
    return {**bare, "kid": kid}


def _imported(bare: dict[str, Any]) -> ECKey | OKPKey | RSAKey:
    """Raises Unfit."""
    try:
        key = JWKRegistry.import_key(bare)
        native = key.public_key
    except MALFORMED as wrong:
        raise Unfit("malformed") from wrong
    if isinstance(native, RSAPublicKey) and (
        native.key_size not in RSA_BITS or native.public_numbers().e != USUAL_EXPONENT
    ):
        raise Unfit("weak")
    return key  # type: ignore[return-value]


def thumbprint(jwk: Mapping[str, str]) -> str:
    """RFC 7638, SHA-256."""
    return _imported({name: value for name, value in jwk.items() if name != "kid"}).thumbprint()


def header_of(token: str) -> dict[str, Any]:
    """What a token says of itself, believed by nobody yet. Raises NotVerified."""
    if not token.isascii() or len(token) > LARGEST_TOKEN:
        raise NotVerified
    try:
        header = dict(jws.extract_compact(token.encode(), registry=REGISTRY).protected)
    except MALFORMED as wrong:
        raise NotVerified from wrong
    if not header.keys() <= HEADERS:
        raise NotVerified
    return header


def verified(token: str, *, jwk: Mapping[str, str]) -> Signed:
    """The claims of a token signed by this key. Raises NotVerified."""
    header = header_of(token)
    if header.get("alg") not in ALGORITHMS[jwk["kty"]]:
        raise NotVerified
    key = _imported({name: value for name, value in jwk.items() if name != "kid"})
    try:
        payload = jws.deserialize_compact(token, key, registry=REGISTRY).payload
        claims = json.loads(payload)
    except MALFORMED as wrong:
        raise NotVerified from wrong
    if not isinstance(claims, dict):
        raise NotVerified
    return Signed(header, claims)


def claimed(token: str) -> Mapping[str, Any]:
    """The claims of a token nobody has verified: to find out whose key to verify it with."""
    header_of(token)
    try:
        claims = json.loads(jws.extract_compact(token.encode(), registry=REGISTRY).payload)
    except MALFORMED as wrong:
        raise NotVerified from wrong
    return claims if isinstance(claims, dict) else {}
