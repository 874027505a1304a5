"""How long caches may keep an answer: RFC 5019 §6.2, with a bound of our own on what may be replayed."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import cached_property

from senim.responders.exchange import NOT_KEPT, spelled
from senim.settings import settings

MAX_AGE_SECONDS = int(settings.ocsp_max_age.total_seconds())
"""A cache that obeys may give an answer without nonce again for this long."""
OCSP = ("content-type", "application/ocsp-response")
UNKEPT = spelled(OCSP, NOT_KEPT)


@dataclass(frozen=True)
class Reply:
    """An OCSPResponse. ``next_update`` in seconds since the epoch, 0 for one that no cache may keep."""

    der: bytes
    next_update: float = 0.0
    etag: str = ""
    dates: tuple[tuple[str, str], ...] = ()

    def head(self, now: float) -> bytes:
        if not self.next_update:
            return UNKEPT
        left = self.next_update - now
        return self._usual if left >= MAX_AGE_SECONDS else self._for(max(0, int(left)))

    @cached_property
    def _usual(self) -> bytes:
        return self._for(MAX_AGE_SECONDS)

    def _for(self, seconds: int) -> bytes:
        kept = ("cache-control", f"max-age={seconds}, public, no-transform, must-revalidate")
        return spelled(OCSP, kept, ("etag", self.etag), *self.dates)


def reply_until(der: bytes, *, this_update: datetime, next_update: datetime) -> Reply:
    """An answer to be kept. Caches that know max-age go by it and not by Expires (RFC 9111 §5.3)."""
    dates = (("last-modified", _date(this_update)), ("expires", _date(next_update)))
    return Reply(der, next_update.timestamp(), etag_of(hashlib.sha256(der).hexdigest()), dates)


def etag_of(digest: str) -> str:
    return f'"{digest}"'


def is_known(etag: str, if_none_match: str) -> bool:
    """Whether the client has these very bytes already (RFC 9110 §13.1.2)."""
    return etag != "" and (etag in if_none_match or if_none_match == "*")


def _date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)
