"""Passwords that others have used and that leaked, looked up without telling anybody.

Two lists: twenty thousand that ship with Django, and an operator's file (``SENIM_LEAKED_PASSWORDS``), which
may hold hundreds of millions: it is searched where it lies, a few reads for a look-up.
"""

import hashlib
import io
from functools import cache
from pathlib import Path

from django.contrib.auth.password_validation import CommonPasswordValidator

from senim.settings import settings

LONGEST_LINE = 64
"""Forty digits, a colon, a count."""


def has_leaked(password: str) -> bool:
    """Whether this very password is on either list. Raises OSError where the operator's file is not there."""
    if password.casefold() in common():
        return True
    return bool(settings.leaked_passwords) and _is_in(Path(settings.leaked_passwords), _digest(password))


@cache
def common() -> frozenset[str]:
    """The short list, in lower case."""
    return frozenset(CommonPasswordValidator().passwords)


def _digest(password: str) -> bytes:
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()


def _is_in(file: Path, digest: bytes) -> bool:
    """Halve the file until what is left is a few lines, then read those."""
    with file.open("rb") as lines:
        low, high = 0, lines.seek(0, io.SEEK_END)
        while high - low > LONGEST_LINE:
            middle = (low + high) // 2
            lines.seek(middle)
            lines.readline()  # the line we fell into
            found = lines.readline()
            if not found or found.upper() > digest:
                high = middle
            else:
                low = middle
        lines.seek(low)
        rest = lines.read(4 * LONGEST_LINE).upper().splitlines()
        return any(line.split(b":")[0] == digest for line in rest)
