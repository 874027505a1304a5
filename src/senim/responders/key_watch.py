"""Are the responders' keys at hand? Asked every few seconds, apart from requests, where a token holds them.

While they are not, kept answers and revocation lists are still given, and nothing new is signed.
"""

import logging
from collections.abc import Iterable

from senim.pki import keys
from senim.pki.keys import HeldByToken, PrivateKey

ASK_EVERY_SECONDS = 2.0

log = logging.getLogger("senim.responders")


class KeyWatch:
    """Over the keys that a token holds; those from files cannot go away."""

    def __init__(self, watched: Iterable[PrivateKey] = ()) -> None:
        self.watched = tuple(key for key in watched if isinstance(key, HeldByToken))
        self.trouble = ""
        """Why nothing can be signed now; empty while all is well."""

    def look(self) -> None:
        """Ask for every key; what changed is said once in the log."""
        found = next(filter(None, map(_trouble, self.watched)), "")
        if found and found != self.trouble:
            log.error("nothing is signed: %s", found)
        elif self.trouble and not found:
            log.info("the keys are there again")
        self.trouble = found


def _trouble(key: HeldByToken) -> str:
    try:
        key.look()
    except keys.UNUSABLE as reason:
        return str(reason)
    return ""
