"""``senim journal verify``: does every record still say what it said when it was signed?

Recomputes each leaf from its record, the tree from the leaves, and each checkpoint from the tree; checks the
signatures, the seals of records, and the checkpoint kept outside the database. It says how far it can see:
records younger than the newest checkpoint are listed as not yet covered.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from senim.journal import note
from senim.journal.models import Checkpoint, Entry, Leaf, Unsequenced
from senim.journal.record import digest_of_personal
from senim.journal.sequencing import as_record, checkpoint_file, public_key
from senim.journal.tree import Edge, leaf_hash

UNCOVERED_AT_MOST = timedelta(minutes=1)
"""A record waiting longer than this was taken out of the sequencer's list by somebody."""


class Tampering(StrEnum):
    CHANGED = "changed"
    REMOVED = "removed"
    ADDED = "added"
    TRUNCATED = "truncated"
    CHECKPOINT = "checkpoint"


@dataclass(frozen=True)
class Finding:
    kind: Tampering
    where: str
    fact: str


@dataclass
class Verification:
    """The verdict, and its horizon: ``covered`` records are vouched for, ``waiting`` are too young."""

    covered: int = 0
    waiting: int = 0
    signed_at: datetime | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.findings

    def find(self, kind: Tampering, where: object, fact: str) -> None:
        self.findings.append(Finding(kind, str(where), fact))


def verify(*, at: datetime) -> Verification:
    """Walk the whole journal. Reads only; memory does not grow with the journal."""
    verdict = Verification()
    _check_tree(verdict)
    _check_uncovered(verdict, at=at)
    _check_outside(verdict)
    return verdict


def _check_tree(verdict: Verification) -> None:
    key, edge = public_key(), Edge()
    heads = {head.size: head for head in Checkpoint.objects.order_by("size").defer("edge").iterator()}
    for leaf, entry in _leaves_with_entries():
        if leaf.index != edge.size:
            verdict.find(Tampering.REMOVED, f"leaf {edge.size}", "the tree has a gap here")
            return
        _check_leaf(verdict, leaf, entry)
        edge.append(bytes(leaf.leaf_hash))
        if head := heads.pop(edge.size, None):
            _check_head(verdict, head, edge, key)
    for size in heads:
        verdict.find(Tampering.TRUNCATED, f"checkpoint {size}", f"only {edge.size} leaves are left")
    if edge.size > verdict.covered:
        verdict.find(Tampering.ADDED, f"leaf {verdict.covered}", "no checkpoint was signed over it")


def _leaves_with_entries(batch: int = 2_000) -> Iterator[tuple[Leaf, Entry | None]]:
    after = -1
    while leaves := list(Leaf.objects.filter(index__gt=after).order_by("index")[:batch]):
        entries = Entry.objects.in_bulk([leaf.entry_id for leaf in leaves])
        for leaf in leaves:
            yield leaf, entries.get(leaf.entry_id)
        after = leaves[-1].index


def _check_leaf(verdict: Verification, leaf: Leaf, entry: Entry | None) -> None:
    if entry is None:
        verdict.find(Tampering.REMOVED, f"leaf {leaf.index}", f"record {leaf.entry_id} is gone")
        return
    if leaf_hash(as_record(entry).leaf_bytes()) != bytes(leaf.leaf_hash):
        verdict.find(Tampering.CHANGED, f"record {entry.id}", "it does not say what its leaf says")
    elif entry.personal is not None and (
        entry.salt is None
        or digest_of_personal(entry.personal, bytes(entry.salt)) != bytes(entry.personal_digest or b"")
    ):
        verdict.find(Tampering.CHANGED, f"record {entry.id}", "its personal facts are not those recorded")


def _check_head(verdict: Verification, head: Checkpoint, edge: Edge, key: Ed25519PublicKey) -> None:
    where = f"checkpoint {head.size}"
    try:
        signed = note.verify(head.note, key)
    except note.NoteInvalid as invalid:
        verdict.find(Tampering.CHECKPOINT, where, str(invalid))
        return
    if (signed.size, signed.root) != (edge.size, edge.root()):
        verdict.find(Tampering.CHANGED, where, "the leaves do not add up to the signed root")
        return
    verdict.covered, verdict.signed_at = signed.size, head.at


def _check_uncovered(verdict: Verification, *, at: datetime) -> None:
    placed = Leaf.objects.values("entry_id")
    waiting = set(Unsequenced.objects.values_list("entry_id", flat=True))
    for entry in Entry.objects.exclude(id__in=placed).iterator():
        if bytes(entry.mac) != as_record(entry).mac():
            verdict.find(Tampering.ADDED, f"record {entry.id}", "no process of Senim sealed it")
        elif entry.id not in waiting and entry.at < at - UNCOVERED_AT_MOST:
            verdict.find(Tampering.REMOVED, f"record {entry.id}", "its place in the tree is gone")
        else:
            verdict.waiting += 1


def _check_outside(verdict: Verification) -> None:
    """The copy outside the database: it may be older than the newest checkpoint, never newer or different."""
    try:
        signed = note.verify(checkpoint_file().read_text(encoding="utf-8"), public_key())
    except FileNotFoundError:
        if verdict.covered:
            verdict.find(Tampering.CHECKPOINT, "checkpoint file", "it is missing")
        return
    except note.NoteInvalid as invalid:
        verdict.find(Tampering.CHECKPOINT, "checkpoint file", str(invalid))
        return
    if signed.size == 0:
        return
    same = Checkpoint.objects.filter(size=signed.size).values_list("root", flat=True).first()
    if same is None:
        verdict.find(Tampering.TRUNCATED, "checkpoint file", f"the database has no checkpoint {signed.size}")
    elif bytes(same) != signed.root:
        verdict.find(Tampering.CHANGED, "checkpoint file", "its root differs from the database's")
