"""Giving records their place in the tree, and signing the tree.

One sequencer at a time (an advisory lock); it takes what has no leaf yet in the order it was written, never
"id greater than the last", because transactions commit out of order. Leaves, checkpoint and the emptied list
are one transaction. The newest checkpoint is also written to a file beside the database, so that a database
cut back to an earlier state is noticed.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction

from senim.journal import identity, note, subtrees
from senim.journal.models import Checkpoint, Entry, Leaf, Unsequenced
from senim.journal.record import Record, seal
from senim.journal.rows import Statement
from senim.journal.tree import EMPTY_ROOT, Edge, leaf_hash
from senim.statements import insert

LOCK = 0x53454E494D  # "SENIM"
AT_MOST = 5_000


class CutBack(RuntimeError):
    """The database is not what the checkpoint outside it vouches for: restored, cut or grown by hand."""


@dataclass(frozen=True)
class Sequenced:
    """What one round did. ``set_aside`` counts records that cannot be placed; they hold up nobody."""

    added: int
    set_aside: int


def sequence(*, key: Ed25519PrivateKey, at: datetime) -> Sequenced | None:
    """Place every waiting record and sign the new tree. None if another sequencer is at work.

    Raises CutBack: signing over a tree that lost its end would destroy the evidence.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return None
        genuine, refused = _waiting()
        Unsequenced.objects.filter(pk__in=refused).update(set_aside_at=at)
        if genuine:
            edge = newest_edge()
            _check_outside(edge, key)
            _append(edge, genuine, key=key, at=at)
    if genuine:
        _write_outside()
    return Sequenced(len(genuine), len(refused))


def newest_edge() -> Edge:
    head = Checkpoint.objects.order_by("-size").first()
    return Edge(head.size, [bytes.fromhex(part) for part in head.edge]) if head else Edge()


def as_record(entry: Entry) -> Record:
    digest = bytes(entry.personal_digest) if entry.personal_digest is not None else None
    changed = tuple(Statement(**statement) for statement in entry.changed)
    return Record(
        entry.at,
        entry.verb,
        entry.clause,
        entry.subject,
        entry.actor,
        entry.facts,
        digest,
        changed,
        id=entry.id,
    )


def is_genuine(entry: Entry) -> bool:
    """Whether a process of Senim sealed this record as it stands."""
    return _sealed(entry) is not None


def _sealed(entry: Entry) -> bytes | None:
    """Its bytes in the tree; None where no process of Senim sealed it as it stands."""
    try:
        leaf = as_record(entry).leaf_bytes()
    except TypeError:  # no statement of ours: something was written into the column by hand
        return None
    return leaf if bytes(entry.mac) == seal(leaf) else None


def _waiting() -> tuple[dict[UUID, bytes], list[UUID]]:
    """In order, those that can be placed, with their leaves' hashes; and those that cannot, whatever the
    reason."""
    waiting = Unsequenced.objects.filter(set_aside_at=None).order_by("place")
    ids = list(waiting.values_list("entry_id", flat=True)[:AT_MOST])
    if not ids:
        return {}, []
    entries = Entry.objects.in_bulk(ids)
    placed = set(Leaf.objects.filter(entry_id__in=ids).values_list("entry_id", flat=True))
    fresh = [entries[one] for one in ids if one in entries and one not in placed]
    genuine = {entry.id: leaf_hash(leaf) for entry in fresh if (leaf := _sealed(entry)) is not None}
    return genuine, [one for one in ids if one not in genuine]


def _append(edge: Edge, genuine: dict[UUID, bytes], *, key: Ed25519PrivateKey, at: datetime) -> None:
    if Leaf.objects.filter(index__gte=edge.size).exists():
        raise CutBack(f"the tree has leaves beyond the {edge.size} that are signed")
    insert(
        [
            Leaf(index=place, entry_id=entry, leaf_hash=leaf)
            for place, (entry, leaf) in enumerate(genuine.items(), edge.size)
        ]
    )
    edge.extend(genuine.values())
    subtrees.grow(edge.size)
    Unsequenced.objects.filter(pk__in=genuine).delete()
    head = note.TreeHead(identity.origin(), edge.size, edge.root())
    Checkpoint.objects.create(
        size=edge.size,
        root=head.root,
        edge=[part.hex() for part in edge.subtrees],
        note=note.sign(head, key),
        at=at,
    )


def _check_outside(edge: Edge, key: Ed25519PrivateKey) -> None:
    """The file outside is there from the empty tree on, and the database still holds what it signs."""
    try:
        signed = note.verify(identity.checkpoint_file().read_text(encoding="utf-8"), key.public_key())
    except FileNotFoundError:
        if edge.size:
            raise CutBack(f"the checkpoint file is missing beside a journal of {edge.size} records") from None
        empty = note.TreeHead(identity.origin(), 0, EMPTY_ROOT)
        identity.write_checkpoint(note.sign(empty, key))
        return
    except note.NoteInvalid as invalid:
        raise CutBack(f"the checkpoint file is not ours: {invalid}") from invalid
    if signed.size and not Checkpoint.objects.filter(size=signed.size, root=signed.root).exists():
        raise CutBack(f"the database has no checkpoint of {signed.size} records with the root signed outside")


def _write_outside() -> None:
    """After the commit: the file may lag behind the database but never run ahead of it."""
    head = Checkpoint.objects.order_by("-size").first()
    if head is not None:
        identity.write_checkpoint(head.note)
