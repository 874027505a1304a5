"""What witnesses say of this journal, today and by the lines the sequencer kept."""

from senim.journal import note
from senim.journal.models import Checkpoint, Cosignature
from senim.journal.models import Witness as Known
from senim.journal.verification.outside import Kept
from senim.journal.verification.verdict import Tampering, Verification, WitnessSaw
from senim.journal.witnessing import Testimony, Word


def heads_of(testimonies: list[Testimony]) -> list[Kept]:
    """What they signed a moment ago: the walk must come by each."""
    return [Kept(f"witness {one.name}", one.head) for one in testimonies if one.head]


def check(verdict: Verification, testimonies: list[Testimony]) -> None:
    for one in testimonies:
        where = f"witness {one.name}"
        if one.word is Word.AHEAD:
            fact = f"it has signed {one.size} records; the database was taken back to {verdict.covered}"
            verdict.find(Tampering.ROLLED_BACK, where, fact)
        elif one.word is Word.FORKED:
            fact = f"the {one.size} records it has signed are not the beginning of this journal"
            verdict.find(Tampering.FORKED, where, fact)
        _check_kept_lines(verdict, one)
        verdict.witnesses.append(_seen(one))


def _check_kept_lines(verdict: Verification, one: Testimony) -> None:
    """The newest line kept of each witness still holds over our own checkpoint."""
    kept = Cosignature.objects.filter(witness=one.name).order_by("-size").first()
    head = Checkpoint.objects.filter(size=kept.size).first() if kept else None
    if kept is None or one.verifier is None:
        return
    try:
        note.cosignature(f"{head.note if head else ''}{kept.line}\n", one.verifier)
    except note.NoteInvalid as invalid:
        verdict.find(Tampering.CHECKPOINT, f"cosignature {kept.size}", str(invalid))


def _seen(one: Testimony) -> WitnessSaw:
    if one.word is Word.SIGNED:
        return WitnessSaw(one.name, one.size, one.at, "")
    known = Known.objects.filter(pk=one.name).first()
    size, signed_at = (known.size, known.signed_at) if known else (0, None)
    return WitnessSaw(one.name, size, signed_at, one.problem)
