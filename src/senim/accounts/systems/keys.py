"""The public keys of a system, as its representative hands them in (RFC 7517 §5)."""

import json

from senim.accounts.systems.jose import Jwk, PrivateMaterial, Unfit, public_jwk, thumbprint
from senim.accounts.systems.refusals import KeysUnusable, PrivateKeyGiven
from senim.texts import Text

MOST = 5
LARGEST = 16 * 1024

Jwks = dict[str, list[Jwk]]


def read(given: str) -> Jwks:
    """A JWK set, or one JWK. Raises PrivateKeyGiven, KeysUnusable."""
    if len(given) > LARGEST:
        raise _unusable("malformed")
    try:
        found = json.loads(given)
    except (ValueError, RecursionError) as wrong:
        raise _unusable("malformed") from wrong
    several = found.get("keys", [found]) if isinstance(found, dict) else None
    if not isinstance(several, list) or not 0 < len(several) <= MOST:
        raise _unusable("malformed")
    return {"keys": _different([_one(each) for each in several])}


def _one(given: object) -> Jwk:
    try:
        return public_jwk(given)
    except PrivateMaterial as private:
        raise PrivateKeyGiven from private
    except Unfit as unfit:
        raise _unusable(str(unfit)) from unfit


def _different(keys: list[Jwk]) -> list[Jwk]:
    if len({thumbprint(each) for each in keys}) < len(keys) or len({each["kid"] for each in keys}) < len(
        keys
    ):
        raise _unusable("twice")
    return keys


def thumbprints(keys: Jwks) -> list[str]:
    """What a decision names: RFC 7638 thumbprints, in the order of the set."""
    return [thumbprint(each) for each in keys["keys"]]


def _unusable(problem: str) -> KeysUnusable:
    return KeysUnusable(why=Text(f"accounts.systems.keys.{problem}"))
