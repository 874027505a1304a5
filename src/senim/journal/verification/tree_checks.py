"""Records against their leaves, leaves against the tree, the tree against every signed checkpoint."""

from collections.abc import Iterator

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from senim.journal import identity, note
from senim.journal.models import Checkpoint, Entry, Leaf
from senim.journal.record import digest_of_personal
from senim.journal.sequencing import as_record
from senim.journal.tree import EMPTY_ROOT, Edge, leaf_hash
from senim.journal.verification.verdict import Tampering, Verification

AT_ONCE = 2_000


def check(verdict: Verification, sizes: set[int]) -> None:
    """Two walks side by side, along the leaves and along the checkpoints; neither is held in memory."""
    heads, edge = _Heads(verdict), Edge()
    verdict.roots[0] = EMPTY_ROOT
    for leaf, entry in _leaves_with_entries():
        if leaf.index != edge.size:
            verdict.find(Tampering.REMOVED, f"leaf {edge.size}", "the tree has a gap here")
            break
        _check_leaf(verdict, leaf, entry)
        edge.append(bytes(leaf.leaf_hash))
        heads.reach(edge)
        if edge.size in sizes:
            verdict.roots[edge.size] = edge.root()
    verdict.walked = edge.size
    heads.end(edge.size)


def _leaves_with_entries() -> Iterator[tuple[Leaf, Entry | None]]:
    after = -1
    while leaves := list(Leaf.objects.filter(index__gt=after).order_by("index")[:AT_ONCE]):
        entries = Entry.objects.in_bulk([leaf.entry_id for leaf in leaves])
        for leaf in leaves:
            yield leaf, entries.get(leaf.entry_id)
        after = leaves[-1].index


def _check_leaf(verdict: Verification, leaf: Leaf, entry: Entry | None) -> None:
    if entry is None:
        verdict.find(Tampering.REMOVED, f"leaf {leaf.index}", f"record {leaf.entry_id} is gone")
    elif not _says_so(leaf, entry):
        verdict.find(Tampering.CHANGED, f"record {entry.id}", "it does not say what its leaf says")
    elif entry.personal is None and entry.salt is None:
        verdict.forgotten += entry.personal_digest is not None
    elif not _personal_as_recorded(entry):
        verdict.find(Tampering.PERSONAL, f"record {entry.id}", "its personal facts are not those recorded")


def _says_so(leaf: Leaf, entry: Entry) -> bool:
    try:
        return leaf_hash(as_record(entry).leaf_bytes()) == bytes(leaf.leaf_hash)
    except TypeError:  # statements on rows that no process of ours wrote
        return False


def _personal_as_recorded(entry: Entry) -> bool:
    if entry.personal is None or entry.salt is None:
        return False
    return digest_of_personal(entry.personal, bytes(entry.salt)) == bytes(entry.personal_digest or b"")


class _Heads:
    """The walk along the checkpoints. Of many that a rewritten tree contradicts, the first is reported."""

    def __init__(self, verdict: Verification) -> None:
        self._verdict, self._key, self._contradicted = verdict, _key(), False
        self._walk = Checkpoint.objects.order_by("size").defer("edge").iterator(chunk_size=AT_ONCE)
        self._next = next(self._walk, None)

    def reach(self, edge: Edge) -> None:
        while self._next and self._next.size <= edge.size:
            if self._next.size == edge.size:
                self._check(self._next, edge)
            self._next = next(self._walk, None)

    def end(self, size: int) -> None:
        verdict = self._verdict
        if self._next:
            verdict.find(Tampering.TRUNCATED, f"checkpoint {self._next.size}", f"only {size} leaves are left")
        if size > verdict.covered and not self._contradicted:
            verdict.find(Tampering.ADDED, f"leaf {verdict.covered}", "no checkpoint is signed over it")

    def _check(self, head: Checkpoint, edge: Edge) -> None:
        where, root = f"checkpoint {head.size}", edge.root()
        try:
            signed = note.verify(head.note, self._key) if self._key else None
        except note.NoteInvalid as invalid:
            self._verdict.find(Tampering.CHECKPOINT, where, str(invalid))
            return
        if signed is None or (signed.origin, signed.size) != (identity.origin(), head.size):
            self._verdict.find(Tampering.CHECKPOINT, where, "it is no checkpoint of this log and size")
        elif bytes(head.root) != signed.root:
            self._verdict.find(Tampering.CHECKPOINT, where, "its root is not the one that was signed")
        elif signed.root != root:
            self._contradict(where)
        elif not self._contradicted:
            self._verdict.covered, self._verdict.signed_at = signed.size, head.at

    def _contradict(self, where: str) -> None:
        if not self._contradicted:
            fact = "the leaves do not add up to the signed root: some were reordered or written anew"
            self._verdict.find(Tampering.REWRITTEN, where, fact)
        self._contradicted = True


def _key() -> Ed25519PublicKey | None:
    """None before the ceremony: then no checkpoint can be genuine."""
    try:
        return identity.public_key()
    except FileNotFoundError:
        return None
