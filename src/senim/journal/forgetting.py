"""Deleting what a record says of a person, so that the tree still holds and nothing of the person is left."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from senim.journal.models import Entry, Leaf
from senim.journal.places import NoSuchRecord
from senim.journal.record import RecordId, record

CLAUSE = "CA-19.2"


@dataclass(frozen=True)
class Forgotten:
    """``personal`` tells whether there was anything to delete; ``salts`` of how many outdated rows went."""

    record_id: RecordId
    personal: bool
    salts: int


def forget(*, record_id: UUID, actor: str, at: datetime) -> Forgotten:
    """Delete the personal facts of a record, and the salts of its statements on rows that are outdated.

    The leaf holds digests only, and without the salt nobody can try out what they are of. That it was done is
    a record too. Raises NoSuchRecord.
    """
    with transaction.atomic():
        entry = Entry.objects.select_for_update().filter(pk=record_id).first()
        leaf = Leaf.objects.filter(entry_id=record_id).first()
        if entry is None or leaf is None:
            raise NoSuchRecord
        personal, salts = entry.personal is not None, _drop_salts(entry, leaf.index)
        entry.personal, entry.salt = None, None
        entry.save(update_fields=["personal", "salt", "changed"])
        record(
            verb="journal.forget",
            clause=CLAUSE,
            subject=f"record:{entry.id}",
            actor=actor,
            at=at,
            facts={"personal": personal, "salts": salts},
        )
    return Forgotten(RecordId(entry.id), personal, salts)


def _drop_salts(entry: Entry, index: int) -> int:
    """Verification needs the salt of the newest statement on a row only."""
    outdated = [one for one in entry.changed if one["salt"] and _is_outdated(one, index)]
    for statement in outdated:
        statement["salt"] = ""
    return len(outdated)


def _is_outdated(statement: dict[str, Any], index: int) -> bool:
    same = Entry.objects.filter(changed__contains=[{"table": statement["table"], "row": statement["row"]}])
    return Leaf.objects.filter(index__gt=index, entry_id__in=same.values("id")).exists()
