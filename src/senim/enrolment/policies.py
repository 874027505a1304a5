"""Editions of the certificate policy and practice statement that applicants said to have read (CA-19.4a).

The portal writes them; here each is kept as it was, so that an application can name what its applicant read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.db import transaction

from senim import journal
from senim.enrolment.models import PolicyEdition
from senim.errors import NotFound


class EditionUnknown(NotFound):
    """Nobody said to have read an edition of this number."""

    clause: ClassVar[str] = "CA-19.4a"


@dataclass(frozen=True)
class Edition:
    """What was read: language → document → its parts, each a heading and its paragraphs."""

    number: str
    documents: Mapping[str, Any]
    since_at: datetime


@transaction.atomic
def keep(*, number: str, documents: Mapping[str, Any], at: datetime) -> None:
    """The first time somebody says to have read it; afterwards it is there."""
    row, new = PolicyEdition.objects.get_or_create(
        number=number, defaults={"documents": documents, "since_at": at}
    )
    if new:
        journal.record(
            verb="enrolment.keep_policy",
            clause="CA-19.4a",
            subject=f"policy:{number}",
            at=at,
            facts={"edition": number},
            changed=[row],
        )


def edition(number: str) -> Edition:
    """Raises EditionUnknown."""
    found = PolicyEdition.objects.filter(number=number).first()
    if found is None:
        raise EditionUnknown
    return Edition(found.number, found.documents, found.since_at)
