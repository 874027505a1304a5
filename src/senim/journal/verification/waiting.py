"""Records that have no leaf: young ones, forged ones, and ones taken off the sequencer's list."""

from datetime import datetime, timedelta

from senim.journal.models import Entry, Leaf, Unsequenced
from senim.journal.sequencing import is_genuine
from senim.journal.verification.verdict import Tampering, Verification

UNCOVERED_AT_MOST = timedelta(minutes=1)
"""A record waiting longer than this, and on no list, was taken off it by somebody."""


def check(verdict: Verification, *, at: datetime) -> None:
    verdict.set_aside = Unsequenced.objects.filter(set_aside_at__isnull=False).count()
    listed = Unsequenced.objects.values("entry_id")
    uncovered = Entry.objects.exclude(id__in=Leaf.objects.values("entry_id"))
    for entry in uncovered.filter(id__in=listed).iterator():
        _check_listed(verdict, entry)
    for entry in uncovered.exclude(id__in=listed).iterator():
        _check_unlisted(verdict, entry, at=at)
    for lost in Unsequenced.objects.exclude(entry_id__in=Entry.objects.values("id")).iterator():
        verdict.find(Tampering.REMOVED, f"record {lost.entry_id}", "it waited for its leaf and is gone")
    for twice in Unsequenced.objects.filter(entry_id__in=Leaf.objects.values("entry_id")).iterator():
        verdict.find(Tampering.ADDED, f"record {twice.entry_id}", "it is listed again though it has a leaf")


def _check_listed(verdict: Verification, entry: Entry) -> None:
    if is_genuine(entry):
        verdict.waiting += 1
    else:
        verdict.find(Tampering.ADDED, f"record {entry.id}", "no process of Senim sealed it as it stands")


def _check_unlisted(verdict: Verification, entry: Entry, *, at: datetime) -> None:
    if not is_genuine(entry):
        verdict.find(Tampering.ADDED, f"record {entry.id}", "no process of Senim sealed it as it stands")
    elif entry.at < at - UNCOVERED_AT_MOST:
        verdict.find(Tampering.REMOVED, f"record {entry.id}", "its place in the tree is gone")
    else:
        verdict.waiting += 1
