"""Words at rest: AES-256-GCM under the instance's ``outbox`` secret, bound to the notice they belong to."""

import hashlib
import hmac
import json
import secrets
from functools import cache
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from senim.settings import settings

NONCE_BYTES = 12


def seal(notice: UUID, words: dict[str, str]) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + _cipher().encrypt(nonce, json.dumps(words).encode(), notice.bytes)


def unseal(notice: UUID, sealed: bytes) -> dict[str, str]:
    """Raises cryptography's InvalidTag where the bytes are another notice's or were changed."""
    sealed = bytes(sealed)
    plain = _cipher().decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], notice.bytes)
    words: dict[str, str] = json.loads(plain)
    return words


def keyed_digest(*parts: str) -> str:
    """Stands for something personal where only equality matters, such as ``dedupe``."""
    return hmac.new(_key(), "\x1f".join(parts).encode(), hashlib.sha256).hexdigest()


def _key() -> bytes:
    return bytes.fromhex(settings.secret("outbox"))


@cache
def _cipher() -> AESGCM:
    return AESGCM(_key())
