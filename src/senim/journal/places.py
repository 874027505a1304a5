"""Where a record stands in the journal, and the proof of it for whoever the record is about."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from senim.errors import NotFound
from senim.journal import identity, note, proof_files, proofs, subtrees
from senim.journal.models import Checkpoint, Cosignature, Entry, Leaf
from senim.journal.record import RecordId
from senim.journal.sequencing import as_record


class NoSuchRecord(NotFound):
    """There is no such record, or it has no place in the tree yet."""

    clause = "PT-3.1"


@dataclass(frozen=True)
class Place:
    """A record about something. ``number`` counts from 1; None while it waits, a second or so."""

    record_id: RecordId
    number: int | None


def places_of(subjects: Iterable[str], *, verbs: Iterable[str] = ()) -> dict[str, Place]:
    """The newest record about each of these; of these verbs only, if any are named."""
    entries = Entry.objects.filter(subject__in=list(subjects)).order_by("at")
    if wanted := list(verbs):
        entries = entries.filter(verb__in=wanted)
    newest = {entry.subject: entry.id for entry in entries.only("id", "subject")}
    leaves = Leaf.objects.filter(entry_id__in=newest.values()).values_list("entry_id", "index")
    indexes = dict(leaves)
    return {subject: Place(RecordId(one), _number(indexes.get(one))) for subject, one in newest.items()}


def _number(index: int | None) -> int | None:
    return None if index is None else index + 1


def prove(record_id: UUID) -> str:
    """A proof file of this record, checked before it is handed out. Raises NoSuchRecord.

    It rests on the newest checkpoint that a witness has signed, or on the newest of all.
    """
    entry, leaf = (
        Entry.objects.defer("personal", "salt", "mac").filter(pk=record_id).first(),
        Leaf.objects.filter(entry_id=record_id).first(),
    )
    head = _checkpoint_over(leaf.index) if leaf else None
    if entry is None or leaf is None or head is None:
        raise NoSuchRecord
    text = proof_files.write(
        leaf=as_record(entry).leaf_bytes(),
        index=leaf.index,
        path=proofs.inclusion(leaf.index, head.size, subtrees.root_over),
        checkpoint=with_cosignatures(head),
    )
    proof_files.check(text, key=identity.public_key())
    return text


def newest_checkpoint() -> str:
    """The newest signed checkpoint with the witnesses' lines there are. Raises NoSuchRecord."""
    head = Checkpoint.objects.order_by("-size").first()
    if head is None:
        raise NoSuchRecord
    return with_cosignatures(head)


def newest_size() -> int:
    """How many records the newest checkpoint covers; 0 while nothing is signed."""
    return Checkpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0


def with_cosignatures(head: Checkpoint) -> str:
    lines = Cosignature.objects.filter(size=head.size).order_by("witness").values_list("line", flat=True)
    return head.note + "".join(f"{line}\n" for line in lines)


def verifier_key() -> str:
    """The log's name and public key in the C2SP spelling; empty before the ceremony."""
    try:
        return note.Verifier(identity.origin(), identity.public_key()).spell()
    except FileNotFoundError:
        return ""


def _checkpoint_over(index: int) -> Checkpoint | None:
    over = Checkpoint.objects.filter(size__gt=index).order_by("-size")
    signed = Cosignature.objects.filter(size__gt=index).order_by("-size").first()
    return (over.filter(size=signed.size).first() if signed else None) or over.first()
