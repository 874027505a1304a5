"""Bodies at rest: AES-256-GCM under the instance's ``archive`` secret, bound to the paper they are of."""

import secrets
from functools import cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from senim.settings import settings

NONCE_BYTES = 12


class BodyChanged(Exception):
    """The sealed bytes are not what was put away under this paper."""


def seal(paper: UUID, body: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + _cipher().encrypt(nonce, body, paper.bytes)


def unseal(paper: UUID, sealed: bytes) -> bytes:
    """Raises BodyChanged."""
    try:
        return _cipher().decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], paper.bytes)
    except (InvalidTag, ValueError) as wrong:
        raise BodyChanged from wrong


@cache
def _cipher() -> AESGCM:
    return AESGCM(bytes.fromhex(settings.secret("archive")))
