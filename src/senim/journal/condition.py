"""How the journal stands: what ``senim doctor`` asks of this room. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min

from senim.journal.models import Checkpoint, Entry, TimeStamp, Unsequenced, Witness
from senim.journal.witnessing import Word

AGAINST_US = {Word.AHEAD, Word.FORKED}


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


@dataclass(frozen=True)
class Complaint:
    """What is wrong with a witness; ``against_us``: it has signed another journal than this one."""

    witness: str
    problem: str
    since_at: datetime
    against_us: bool


def complaints() -> list[Complaint]:
    """Of witnesses whose last word was no signature, as the sequencer noted it."""
    found = Witness.objects.filter(problem_since_at__isnull=False).order_by("name")
    return [
        Complaint(one.name, one.problem, one.problem_since_at, one.problem.partition(":")[0] in AGAINST_US)
        for one in found
        if one.problem_since_at
    ]


def unstamped_since() -> datetime | None:
    """When the oldest checkpoint younger than the newest time-stamp was signed; None where there is none."""
    newest = TimeStamp.objects.order_by("-size").first()
    younger = Checkpoint.objects.filter(size__gt=newest.size if newest else 0)
    since: datetime | None = younger.aggregate(since=Min("at"))["since"]
    return since
