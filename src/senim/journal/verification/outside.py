"""Checkpoints kept outside the database: this journal must have grown from each of them."""

from dataclasses import dataclass

from senim.journal import identity, note
from senim.journal.verification.verdict import Tampering, Verification


@dataclass(frozen=True)
class Kept:
    """A tree head that somebody outside vouches for."""

    where: str
    head: note.TreeHead


def beside(verdict: Verification) -> Kept | None:
    """The file that the sequencer writes after each commit."""
    try:
        text = identity.checkpoint_file().read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    return _read(verdict, text, where="checkpoint file")


def given(verdict: Verification, text: str) -> Kept | None:
    """One that an auditor kept, or a witness handed out."""
    return _read(verdict, text, where="checkpoint given")


def _read(verdict: Verification, text: str, *, where: str) -> Kept | None:
    try:
        return Kept(where, note.verify(text, identity.public_key()))
    except (note.NoteInvalid, FileNotFoundError) as invalid:
        verdict.find(Tampering.CHECKPOINT, where, str(invalid))
        return None


def check(verdict: Verification, kept: Kept) -> None:
    size, found = kept.head.size, verdict.roots.get(kept.head.size)
    if found is None:
        fact = f"it vouches for {size} records, of which {verdict.walked} are left"
        verdict.find(Tampering.TRUNCATED, kept.where, fact)
    elif found != kept.head.root:
        verdict.find(Tampering.FORKED, kept.where, f"the first {size} records are not those it vouches for")


def miss(verdict: Verification) -> None:
    if verdict.covered and not identity.checkpoint_file().exists():
        verdict.find(Tampering.CHECKPOINT, "checkpoint file", "it is missing")
