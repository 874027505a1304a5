"""Short codes, QR tokens and the numbers two people compare: how they are made, and what is kept of them.

A code is a rendezvous and never a bearer right (DD-2.4, DD-15); at rest there is an HMAC of it. Codes and
tokens are derived from the grant's random id with a secret, so they can be shown again without being stored.
Digests of codes have a secret of their own: who finds a grant by a typed code cannot make codes and tokens.
"""

import base64
import hashlib
import hmac
import secrets
import uuid

from senim.settings import settings

CODE_DIGITS = 6
TOKEN_BYTES = 16


def code(grant_id: uuid.UUID, counter: int) -> str:
    """The six digits of a grant's ``counter``-th code."""
    number = int.from_bytes(_derive("code", grant_id, counter), "big")
    return f"{number % 10**CODE_DIGITS:0{CODE_DIGITS}}"


def code_digest(digits: str) -> bytes:
    return hmac.digest(_secret("code-digest"), b"digest of code:" + digits.encode(), "sha256")


def token(grant_id: uuid.UUID, counter: int) -> str:
    """128 bits in upper-case base32: a QR stores that in its compact alphabet."""
    derived = _derive("token", grant_id, counter)[:TOKEN_BYTES]
    return base64.b32encode(derived).decode().rstrip("=")


def token_digest(text: str) -> bytes:
    return hashlib.sha256(text.upper().encode()).digest()


def match_number() -> str:
    """The number on the viewer's screen that the owner types. One length for every answer, right or wrong."""
    digits = settings.match_digits
    return f"{secrets.randbelow(10**digits):0{digits}}"


def _derive(purpose: str, grant_id: uuid.UUID, counter: int) -> bytes:
    return hmac.digest(_secret("short-code"), f"{purpose}:{grant_id}:{counter}".encode(), "sha256")


def _secret(name: str) -> bytes:
    return bytes.fromhex(settings.secret(name))
