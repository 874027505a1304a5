"""Proof files (C2SP ``tlog-proof``): a record, its place in the tree, and the signed checkpoint above it.

Plain Python. Whoever has the file and the log's public key can check it, without Senim's database or network.
The record itself stands in the file's ``extra`` line; the proof is what makes it believable.
"""

import base64
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from senim.journal import note, proofs
from senim.journal.tree import leaf_hash

FIRST_LINE = "c2sp.org/tlog-proof@v1"
SUFFIX = ".tlog-proof"
STEPS_AT_MOST = 63


class NotAProof(ValueError):
    """The file is none, or does not prove what it says."""


@dataclass(frozen=True)
class Witnessed:
    """A witness whose signature on the checkpoint holds, and when it signed (POSIX seconds)."""

    name: str
    time: int


@dataclass(frozen=True)
class Proved:
    """The record is leaf ``index`` of the tree of ``head``. ``number`` is what people are told: from 1."""

    record: dict[str, Any]
    index: int
    head: note.TreeHead
    witnesses: tuple[Witnessed, ...]

    @property
    def number(self) -> int:
        return self.index + 1


def write(*, leaf: bytes, index: int, path: Sequence[bytes], checkpoint: str) -> str:
    steps = "".join(f"{base64.b64encode(step).decode()}\n" for step in path)
    return f"{FIRST_LINE}\nextra {base64.b64encode(leaf).decode()}\nindex {index}\n{steps}\n{checkpoint}"


def check(text: str, *, key: Ed25519PublicKey, witnesses: Iterable[note.Verifier] = ()) -> Proved:
    """What the file proves. Raises NotAProof."""
    leaf, index, path, checkpoint = _read(text)
    try:
        head = note.verify(checkpoint, key)
        root = proofs.root_by_inclusion(leaf_hash(leaf), index=index, size=head.size, path=path)
        record = json.loads(leaf)
    except (note.NoteInvalid, proofs.ProofInvalid, ValueError) as wrong:
        raise NotAProof(str(wrong)) from wrong
    if root != head.root or not isinstance(record, dict):
        raise NotAProof("the record is not at this place in the tree that was signed")
    return Proved(record, index, head, tuple(_witnessed(checkpoint, witnesses)))


def _read(text: str) -> tuple[bytes, int, list[bytes], str]:
    head, separator, checkpoint = text.partition("\n\n")
    try:
        first, extra, index, *path = head.split("\n")
        leaf = base64.b64decode(extra.removeprefix("extra "), validate=True)
        steps = [base64.b64decode(step, validate=True) for step in path]
        place = int(index.removeprefix("index "))
    except ValueError as wrong:
        raise NotAProof("it is not written as a proof is") from wrong
    if not separator or first != FIRST_LINE or len(steps) > STEPS_AT_MOST or index != f"index {place}":
        raise NotAProof("it is not written as a proof is")
    return leaf, place, steps, checkpoint


def _witnessed(checkpoint: str, witnesses: Iterable[note.Verifier]) -> Iterable[Witnessed]:
    for witness in witnesses:
        try:
            yield Witnessed(witness.name, note.cosignature(checkpoint, witness).time)
        except note.NoteInvalid:
            continue
