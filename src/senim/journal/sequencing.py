"""Giving records their place in the tree, and signing the tree.

One sequencer at a time (an advisory lock); it takes what has no leaf yet, never "id greater than the last",
because transactions commit out of order. Leaves, checkpoint and the emptied list are one transaction. The
newest checkpoint is also written to a file beside the database, so that a database cut back to an earlier
state is noticed.
"""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from django.db import connection, transaction

from senim.journal import note
from senim.journal.models import Checkpoint, Entry, Leaf, Unsequenced
from senim.journal.record import Record
from senim.journal.tree import EMPTY_ROOT, Edge, leaf_hash
from senim.settings import settings

LOCK = 0x53454E494D  # "SENIM"
AT_MOST = 5_000


class CutBack(RuntimeError):
    """The database lacks what the checkpoint outside it vouches for: it was restored, or cut."""


@dataclass(frozen=True)
class Sequenced:
    """What one round did. ``refused`` counts records that carry no valid seal of a Senim process."""

    added: int
    refused: int


def origin() -> str:
    return f"{settings.portal_host}/senim/journal"


def signing_key(passphrase: str) -> Ed25519PrivateKey:
    pem = (settings.home / "keys" / "journal.key").read_bytes()
    return cast("Ed25519PrivateKey", load_pem_private_key(pem, passphrase.encode()))


def public_key() -> Ed25519PublicKey:
    pem = (settings.home / "certificates" / "journal.pub").read_bytes()
    return cast("Ed25519PublicKey", load_pem_public_key(pem))


def checkpoint_file() -> Path:
    return settings.home / "journal" / "checkpoint"


def sequence(*, key: Ed25519PrivateKey, at: datetime) -> Sequenced | None:
    """Place every waiting record and sign the new tree. None if another sequencer is at work.

    Raises CutBack: signing over a tree that lost its end would destroy the evidence.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return None
        genuine, forged = _waiting()
        if genuine:
            edge = newest_edge()
            _check_outside(edge, key)
            _append(edge, genuine, key=key, at=at)
    if genuine:
        _write_outside()
    return Sequenced(len(genuine), forged)


def newest_edge() -> Edge:
    head = Checkpoint.objects.order_by("-size").first()
    return Edge(head.size, [bytes.fromhex(part) for part in head.edge]) if head else Edge()


def as_record(entry: Entry) -> Record:
    digest = bytes(entry.personal_digest) if entry.personal_digest is not None else None
    return Record(
        entry.at, entry.verb, entry.clause, entry.subject, entry.actor, entry.facts, digest, id=entry.id
    )


def _waiting() -> tuple[list[Entry], int]:
    waiting = list(Unsequenced.objects.values_list("entry_id", flat=True)[:AT_MOST])
    entries = sorted(Entry.objects.filter(pk__in=waiting), key=lambda entry: (entry.at, entry.id))
    genuine = [entry for entry in entries if bytes(entry.mac) == as_record(entry).mac()]
    return genuine, len(entries) - len(genuine)


def _append(edge: Edge, entries: list[Entry], *, key: Ed25519PrivateKey, at: datetime) -> None:
    leaves = [
        Leaf(index=edge.size + place, entry_id=entry.id, leaf_hash=leaf_hash(as_record(entry).leaf_bytes()))
        for place, entry in enumerate(entries)
    ]
    edge.extend(bytes(leaf.leaf_hash) for leaf in leaves)
    Leaf.objects.bulk_create(leaves)
    Unsequenced.objects.filter(pk__in=[entry.id for entry in entries]).delete()
    head = note.TreeHead(origin(), edge.size, edge.root())
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
        signed = note.verify(checkpoint_file().read_text(encoding="utf-8"), key.public_key())
    except FileNotFoundError:
        if edge.size:
            raise CutBack(f"the checkpoint file is missing beside a journal of {edge.size} records") from None
        _write(note.sign(note.TreeHead(origin(), 0, EMPTY_ROOT), key))
        return
    except note.NoteInvalid as invalid:
        raise CutBack(f"the checkpoint file is not ours: {invalid}") from invalid
    if signed.size and not Checkpoint.objects.filter(size=signed.size, root=signed.root).exists():
        raise CutBack(f"the database has no checkpoint of {signed.size} records with the root signed outside")


def _write_outside() -> None:
    """After the commit: the file may lag behind the database but never run ahead of it."""
    head = Checkpoint.objects.order_by("-size").first()
    if head is not None:
        _write(head.note)


def _write(signed: str) -> None:
    file = checkpoint_file()
    file.parent.mkdir(mode=0o700, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(signed, encoding="utf-8")
    os.replace(fresh, file)
