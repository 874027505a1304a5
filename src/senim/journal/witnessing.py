"""Showing checkpoints to witnesses and keeping what they sign. Nobody who writes a record waits for this."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from senim.journal import note, proofs, subtrees, witnesses
from senim.journal.models import Checkpoint, Cosignature
from senim.journal.models import Witness as Known

TRIES = 4
"""Enough to be told the witness's size, to race with a sequencer once, and to be told again."""
UNKNOWN = "the sandbox's witness"


class Word(StrEnum):
    """What a witness says of the journal."""

    SIGNED = "signed"
    SILENT = "silent"
    AHEAD = "ahead"
    FORKED = "forked"


@dataclass(frozen=True)
class Testimony:
    """``head`` is what was signed. ``size``: of the witness's newest checkpoint, as far as it told."""

    name: str
    word: Word
    size: int = 0
    at: datetime | None = None
    head: note.TreeHead | None = None
    line: str = ""
    problem: str = ""
    verifier: note.Verifier | None = None


def hear_witnesses() -> list[Testimony]:
    """Every configured witness's word on the newest checkpoint there is now."""
    try:
        asked = witnesses.configured()
    except witnesses.WitnessSilent as silent:
        return [Testimony(UNKNOWN, Word.SILENT, problem=str(silent))]
    return [testimony for one in asked if (testimony := hear(one))]


def hear(witness: witnesses.Witness) -> Testimony | None:
    """Show it the newest checkpoint. None while nothing is signed yet."""
    known = Known.objects.filter(pk=witness.name).first()
    signed = old = known.size if known else 0
    for _ in range(TRIES):
        head = Checkpoint.objects.order_by("-size").first()
        if head is None:
            return None
        if old > head.size:
            return _says(
                witness, Word.AHEAD, size=old, problem=f"it has signed {old} records, we {head.size}"
            )
        try:
            return _signed(witness, head, old=old)
        except witnesses.WitnessElsewhere as elsewhere:
            old = elsewhere.size
            if old < signed:  # whoever forgets what they signed vouches for nothing
                return _says(witness, Word.SILENT, problem=f"it forgot that it signed {signed} records")
        except witnesses.WitnessDenies:
            return _says(witness, Word.FORKED, size=old, problem="it denies that we grew from what it signed")
        except (witnesses.WitnessSilent, LookupError) as silent:
            return _says(witness, Word.SILENT, problem=str(silent))
    return _says(witness, Word.SILENT, problem="it contradicts itself")


def _signed(witness: witnesses.Witness, head: Checkpoint, *, old: int) -> Testimony:
    path = proofs.consistency(old, head.size, subtrees.root_over)
    signed = witnesses.add_checkpoint(witness, old=old, path=path, signed=head.note)
    at = datetime.fromtimestamp(signed.time, UTC)
    said = note.TreeHead.read(head.note)
    return _says(witness, Word.SIGNED, size=head.size, at=at, head=said, line=signed.line)


def _says(witness: witnesses.Witness, word: Word, **facts: object) -> Testimony:
    return Testimony(witness.name, word, verifier=witness.verifier, **facts)  # type: ignore[arg-type]


def keep(testimony: Testimony) -> None:
    """Remember a signature, or since when there is none."""
    with transaction.atomic():
        known, _ = Known.objects.select_for_update().get_or_create(pk=testimony.name)
        if testimony.word is Word.SIGNED:
            known.size, known.signed_at = max(known.size, testimony.size), testimony.at
            known.problem, known.problem_since_at = "", None
            Cosignature.objects.get_or_create(
                size=testimony.size,
                witness=testimony.name,
                defaults={"line": testimony.line, "at": testimony.at or timezone.now()},
            )
        else:
            known.problem = f"{testimony.word}: {testimony.problem}"[:200]
            known.problem_since_at = known.problem_since_at or timezone.now()
        known.save()
