"""Passwords at rest: argon2id, and the same work for a person who has none.

19 MiB, two passes, one lane: the least that OWASP's cheat sheet holds equal to its stronger ones. More memory
would let a crowd at the door take what the process has.
"""

import secrets
from functools import cache

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)


def hashed(password: str) -> str:
    return _HASHER.hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Whether this is the password. ``None``, for nobody's, takes as long and is always false."""
    try:
        return _HASHER.verify(kept or _nobodys(), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    """Of a password nobody knows. Made at the first use, so that importing costs nothing."""
    return hashed(secrets.token_urlsafe(32))
