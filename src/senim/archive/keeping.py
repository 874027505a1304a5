"""Put an accepted paper away (CA-15.4)."""

import hashlib
import uuid
from datetime import datetime
from typing import ClassVar, NewType

from django.db import transaction

from senim.archive.models import Paper
from senim.archive.retention import kept_until
from senim.archive.scans import MediaType, media_type_of
from senim.archive.sealing import seal
from senim.errors import Refused
from senim.journal import record
from senim.settings import settings

PaperId = NewType("PaperId", uuid.UUID)
PAPERS_AT_MOST = 30
"""Of one case: more is a mistake, or somebody filling the disk."""


class ScanTooLarge(Refused):
    clause: ClassVar[str] = "CA-15.4"

    def __init__(self) -> None:
        super().__init__(most=settings.archive_scan_at_most_mb)


class TooManyPapers(Refused):
    """A case has so many only by mistake."""

    clause: ClassVar[str] = "CA-15.4"

    def __init__(self) -> None:
        super().__init__(most=PAPERS_AT_MOST)


def keep(*, reference: str, number: str, kind: str, content: bytes, actor: str, at: datetime) -> None:
    """Examine a scan, seal it, put it away. ``reference`` and ``actor`` are references of the journal;
    ``number`` is empty where a case has none.

    Raises ScanTooLarge, NotAScan, TooManyPapers.
    """
    _put_away(examined(content), content, reference, number=number, kind=kind, actor=actor, at=at)


def keep_as_it_is(
    *, reference: str, kind: str, media_type: str, content: bytes, actor: str, at: datetime
) -> None:
    """Seal what lay elsewhere from before the archive examined it: whatever it is, it is evidence."""
    _put_away(MediaType(media_type), content, reference, number="", kind=kind, actor=actor, at=at)


def examined(content: bytes) -> MediaType:
    """What kind of scan this is. Raises ScanTooLarge, NotAScan."""
    if len(content) > settings.archive_scan_at_most_mb * 1024 * 1024:
        raise ScanTooLarge
    return media_type_of(content)


def _put_away(
    media_type: MediaType,
    content: bytes,
    reference: str,
    *,
    number: str,
    kind: str,
    actor: str,
    at: datetime,
) -> None:
    key = uuid.uuid4()
    sealed = seal(key, content)
    with transaction.atomic():
        if Paper.objects.filter(reference=reference).count() >= PAPERS_AT_MOST:
            raise TooManyPapers
        paper = Paper.objects.create(
            id=key,
            reference=reference,
            number=number,
            kind=kind,
            media_type=media_type,
            size=len(content),
            sealed=sealed,
            digest=hashlib.sha256(sealed).digest(),
            accepted_at=at,
            accepted_by=actor,
            keep_until=kept_until(accepted_at=at),
        )
        record(
            verb="archive.keep",
            clause="CA-15.4",
            subject=f"paper:{key}",
            actor=actor,
            at=at,
            facts={"of": reference, "kind": kind, "digest": paper.digest.hex(), "size": paper.size},
            changed=[paper],
        )
