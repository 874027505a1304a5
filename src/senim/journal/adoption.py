"""Vouching for rows of record that no record accounts for, by an operator's decision and in the open.

For a database that is older than the digests of rows, or after a repair by hand. Verification goes on saying
how many rows stand on such a record and not on that of the verb that wrote them.
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import models, transaction

from senim.journal.record import record
from senim.journal.rows import tables_of_record
from senim.journal.verification.row_checks import ADOPT, differing

CLAUSE = "CA-19.2"
ROWS_A_RECORD = 500


@dataclass(frozen=True)
class Adopted:
    """How many rows of which table."""

    rows: dict[str, int]


def adopt(*, reason: str, actor: str, at: datetime) -> Adopted:
    """Record every row that differs from the journal as it now stands. Rows that are gone stay reported.

    Rows are not locked, for the console may write to few tables: one that a verb changes at this very moment
    may be reported afterwards, and is mended by adopting again.
    """
    adopted: dict[str, int] = {}
    with transaction.atomic():
        for table, model in tables_of_record().items():
            keys = iter(differing(model))
            while some := list(islice(keys, ROWS_A_RECORD)):
                _vouch(model, some, reason=reason, actor=actor, at=at)
                adopted[table] = adopted.get(table, 0) + len(some)
    return Adopted(adopted)


def _vouch(model: type[models.Model], keys: list[Any], *, reason: str, actor: str, at: datetime) -> None:
    rows = model._default_manager.filter(pk__in=keys)
    record(
        verb=ADOPT,
        clause=CLAUSE,
        subject=f"table:{model._meta.db_table}",
        actor=actor,
        at=at,
        facts={"rows": len(keys), "reason": reason},
        changed=list(rows),
    )
