"""``senim journal verify``: does every record still say what it said when it was signed?

Recomputes each leaf from its record, the tree from the leaves and each checkpoint from the tree; checks the
seals of records, the checkpoint kept outside the database, the witnesses' word, the time-stamps, and every
row of record against the newest record about it. All tables are read in one snapshot, so that a journal that
grows meanwhile is not taken for one that was tampered with. The verdict states its horizon.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction

from senim.journal.verification import outside, row_checks, stamp_checks, tree_checks, waiting, witness_checks
from senim.journal.verification.verdict import Finding, Tampering, Verification
from senim.journal.witnessing import hear_witnesses

__all__ = ["Finding", "Tampering", "Verification", "verify"]


def verify(*, at: datetime, ask_witnesses: bool = True, against: Iterable[str] = ()) -> Verification:
    """Walk the whole journal. Reads only; memory does not grow with the journal.

    ``ask_witnesses`` shows each witness the newest checkpoint; ``against`` are checkpoints somebody kept,
    which this journal must have grown from.
    """
    verdict = Verification()
    # What is outside may lag behind the database but never run ahead of it: it is read first.
    kept = [outside.beside(verdict), *(outside.given(verdict, note) for note in against)]
    testimonies = hear_witnesses() if ask_witnesses else []
    heads = [head for head in kept if head] + witness_checks.heads_of(testimonies)
    with _one_snapshot():
        tree_checks.check(verdict, {each.head.size for each in heads})
        for each in heads:
            outside.check(verdict, each)
        witness_checks.check(verdict, testimonies)
        outside.miss(verdict)
        waiting.check(verdict, at=at)
        stamp_checks.check(verdict)
        row_checks.check(verdict)
    return verdict


@contextmanager
def _one_snapshot() -> Iterator[None]:
    """Inside somebody's transaction it sees what they see."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
