"""Lists of compromised keys, as those who find such keys publish them: a digest a line."""

import base64
from pathlib import Path

DIGEST_BYTES = 32


class NotADigest(ValueError):
    """The line is no SHA-256."""


def read(file: Path) -> list[bytes]:
    """Each digest once, in the order of the file. Raises OSError, NotADigest."""
    found: dict[bytes, None] = {}
    with file.open(encoding="utf-8") as lines:
        for place, line in enumerate(lines, start=1):
            if said := line.partition("#")[0].strip():
                found[_digest(said, place)] = None
    return list(found)


def _digest(said: str, place: int) -> bytes:
    """In hexadecimal, colons forgiven, or in base64."""
    plain = said.replace(":", "")
    try:
        digest = (
            bytes.fromhex(plain) if len(plain) == 2 * DIGEST_BYTES else base64.b64decode(said, validate=True)
        )
    except ValueError:
        digest = b""
    if len(digest) != DIGEST_BYTES:
        raise NotADigest(f"line {place} is no SHA-256 of a key")
    return digest
