"""How the journal stands: what ``senim doctor`` asks of this room. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min

from senim.journal.models import Entry, Unsequenced


@dataclass(frozen=True)
class Waiting:
    """Records that have no place in the tree yet, and the time of the oldest."""

    count: int
    since_at: datetime


def waiting() -> Waiting | None:
    """None where every record has its place."""
    found = Entry.objects.filter(pk__in=Unsequenced.objects.values("entry_id"))
    said = found.aggregate(count=Count("pk"), since=Min("at"))
    return Waiting(said["count"], said["since"]) if said["count"] else None
