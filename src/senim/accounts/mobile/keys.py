"""Who may have a key made in the app, one that cannot leave it (PH-6.1).

A new key speaks for a person from then on. So it is made on the strength of a valid key of theirs, whose
signature is over the new key's requests, or after an operator saw them; never on what a thief of a phone has
too (docs/decisions/0060-keys-in-the-app.md).
"""

from collections.abc import Collection
from typing import ClassVar

from senim.accounts.methods import Method
from senim.errors import Refused


class KeyNeedsKey(Refused):
    """Signed in, but not by a key of their own."""

    clause: ClassVar[str] = "PH-6.1"


def refuse_without_key(methods: Collection[str]) -> None:
    """``methods`` are the ways this person signed in. Refuses: KeyNeedsKey."""
    if Method.SIGNATURE not in methods:
        raise KeyNeedsKey
