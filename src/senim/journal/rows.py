"""Rows of record: which columns a journal record vouches for, and the digest of a row as it now stands.

A model that carries ``of_record`` is one whose rows change only together with a record that names them:
``record(..., changed=[row])``. The digest is computed by the database from the stored row, not from what
Python thinks was stored: ``SHA-256(salt ‖ row)``, the row being PostgreSQL's canonical text of a jsonb object
of the columns. The salt is random for each statement, so that a leaf handed out in a proof tells nothing
about a row. See docs/decisions/0026-digests-of-changed-rows.md.
"""

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection, models

SALT_BYTES = 16


@dataclass(frozen=True)
class OfRecord:
    """What of a row is on record. ``leaving_out`` names columns that change without a record.

    A column added later gets the ``edition`` it came with in ``since``: rows recorded before are still judged
    by the columns they had.
    """

    edition: int = 1
    leaving_out: frozenset[str] = frozenset()
    since: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Statement:
    """A record's word on one row. ``salt`` is not in the leaf."""

    table: str
    row: str
    edition: int
    digest: str
    salt: str

    def in_leaf(self) -> dict[str, Any]:
        return {"table": self.table, "row": self.row, "edition": self.edition, "digest": self.digest}

    def stored(self) -> dict[str, Any]:
        return {**self.in_leaf(), "salt": self.salt}


class RowMissing(ValueError):
    """A record names a row as changed that is not there: the row is written before the record."""


def tables_of_record() -> dict[str, type[models.Model]]:
    """Every table whose rows are on record, by its name; those of the rooms this process knows."""
    known = {model._meta.db_table: model for model in apps.get_models() if hasattr(model, "of_record")}
    return dict(sorted(known.items()))


def columns_of(model: type[models.Model], edition: int) -> list[str]:
    """The columns an edition covers, sorted."""
    said: OfRecord = model.of_record  # type: ignore[attr-defined]
    return sorted(
        str(item.column)
        for item in model._meta.concrete_fields
        if item.name not in said.leaving_out and said.since.get(item.name, 1) <= edition
    )


def statements_on(changed: Iterable[models.Model]) -> list[Statement]:
    """The digest of each row as the database holds it now, in one query. A row named twice is stated once."""
    rows = {(type(row), row.pk): row for row in changed}
    if not rows:
        return []
    asked = [_asked(place, row) for place, row in enumerate(rows.values())]
    with connection.cursor() as cursor:
        sql = " UNION ALL ".join(sql for sql, _ in asked)
        cursor.execute(f"{sql} ORDER BY 1", [value for _, values in asked for value in values])
        found = {place: rest for place, *rest in cursor.fetchall()}
    return [_statement(row, found.get(place)) for place, row in enumerate(rows.values())]


_GIVEN = "decode(%s, 'hex')"


def _asked(place: int, row: models.Model) -> tuple[str, list[Any]]:
    salt = secrets.token_hex(SALT_BYTES)
    meta, edition = row._meta, row.of_record.edition  # type: ignore[attr-defined]
    key = meta.pk
    column = connection.ops.quote_name(str(key.column))
    sql = (
        f"SELECT %s::int, {column}::text, %s::text,"  # noqa: S608
        f" encode({digest_sql(type(row), edition, salt=_GIVEN)}, 'hex')"
        f" FROM {connection.ops.quote_name(meta.db_table)} AS t"
        f" WHERE {column} = %s"
    )
    return sql, [place, salt, salt, key.get_db_prep_value(row.pk, connection)]


def _statement(row: models.Model, found: Collection[Any] | None) -> Statement:
    if found is None:
        raise RowMissing(f"{row._meta.label} {row.pk}")
    text, salt, digest = found
    return Statement(row._meta.db_table, text, row.of_record.edition, digest, salt)  # type: ignore[attr-defined]


def digest_sql(model: type[models.Model], edition: int, *, salt: str) -> str:
    """The digest of row ``t`` in SQL; ``salt`` is an expression of bytes."""
    pairs = ", ".join(
        f"'{column}', t.{connection.ops.quote_name(column)}" for column in columns_of(model, edition)
    )
    return f"sha256({salt} || convert_to(jsonb_build_object({pairs})::text, 'UTF8'))"
