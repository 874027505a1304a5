"""Rows of record as they stand against the newest record about each: the database compares, row by row."""

from typing import Any

from django.db import connection, models

from senim.journal.rows import digest_sql, tables_of_record
from senim.journal.verification.verdict import Tampering, Verification

ADOPT = "journal.adopt"
"""The verb by which an operator vouches for rows that no verb had recorded."""

_SAID = """
WITH said AS (
    SELECT DISTINCT ON (statement->>'row') statement->>'row' AS row, (statement->>'edition')::int AS edition,
           statement->>'digest' AS digest, coalesce(statement->>'salt', '') AS salt, entry.id, entry.verb
    FROM journal_entry entry
    CROSS JOIN LATERAL jsonb_array_elements(entry.changed) statement
    LEFT JOIN journal_leaf leaf ON leaf.entry_id = entry.id
    LEFT JOIN journal_unsequenced waiting ON waiting.entry_id = entry.id
    WHERE statement->>'table' = %s AND waiting.set_aside_at IS NULL
    ORDER BY statement->>'row', leaf.index DESC NULLS FIRST, waiting.place DESC
)
"""


def check(verdict: Verification) -> None:
    """Every row of every table of record; the differences alone come over the line."""
    for table, model in tables_of_record().items():
        _count(verdict, table, model)
        for row, record_id, key in _differences(table, model):
            fact = "no record of the journal made it" if record_id is None else _fact(record_id, key)
            verdict.find(Tampering.ROW, f"{table} {row}", fact)


def differing(model: type[models.Model]) -> list[Any]:
    """The keys of rows that are there and are not as the journal says."""
    return [key for _, _, key in _differences(model._meta.db_table, model) if key is not None]


def _fact(record_id: object, key: object) -> str:
    if key is None:
        return f"it is gone, and record {record_id} was the last about it"
    return f"it is not as record {record_id} left it"


def _differences(table: str, model: type[models.Model]) -> list[tuple[Any, ...]]:
    """The row in words, the newest record about it, and its key; the last two None where there is none."""
    key = _key(model)
    wanted = " ".join(
        f"WHEN {edition} THEN {digest_sql(model, edition, salt=_SALT)}"
        for edition in range(1, model.of_record.edition + 1)  # type: ignore[attr-defined]
    )
    sql = (
        f"{_SAID} SELECT coalesce({key}::text, said.row), said.id, {key}"  # noqa: S608
        f" FROM {connection.ops.quote_name(table)} t FULL JOIN said ON said.row = {key}::text"
        f" WHERE said.row IS NULL OR {key} IS NULL"
        f" OR encode(CASE said.edition {wanted} END, 'hex') IS DISTINCT FROM said.digest"
    )
    return _fetched(sql, table)


_SALT = "decode(said.salt, 'hex')"


def _count(verdict: Verification, table: str, model: type[models.Model]) -> None:
    sql = (
        f"{_SAID} SELECT count(*), count(*) FILTER (WHERE said.verb = '{ADOPT}')"  # noqa: S608
        f" FROM {connection.ops.quote_name(table)} t JOIN said ON said.row = {_key(model)}::text"
    )
    ((rows, adopted),) = _fetched(sql, table)
    verdict.rows += rows
    verdict.adopted += adopted


def _key(model: type[models.Model]) -> str:
    return f"t.{connection.ops.quote_name(str(model._meta.pk.column))}"


def _fetched(sql: str, table: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [table])
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
