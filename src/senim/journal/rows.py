"""Rows of record: which columns a journal record vouches for, and the digest of a row as it now stands.

A model that carries ``of_record`` is one whose rows change only together with a record that names them:
``record(..., changed=[row])``. The digest is computed by the database from the stored row, not from what
Python thinks was stored: ``SHA-256(salt ‖ row)``, the row being PostgreSQL's canonical text of a jsonb object
of the columns. The salt is random for each statement, so that a leaf handed out in a proof tells nothing
about a row. See docs/decisions/0026-digests-of-changed-rows.md.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection, models

from senim.statements import carrying_lists

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


def statements_on(changes: Sequence[Iterable[models.Model]]) -> list[list[Statement]]:
    """For each record the digests of its rows as the database holds them now: one query for all of them. A
    row that a record names twice is stated once. Raises RowMissing."""
    asked = [
        _Asked(place, row, secrets.token_hex(SALT_BYTES))
        for place, changed in enumerate(changes)
        for row in {(type(row), row.pk): row for row in changed}.values()
    ]
    digests = _digests(asked)
    said: list[list[Statement]] = [[] for _ in changes]
    for one in asked:
        said[one.place].append(_statement(one, digests.get(one.salt)))
    return said


@dataclass(frozen=True)
class _Asked:
    """A row that the record at ``place`` names. The salt is this statement's own, and so tells it apart."""

    place: int
    row: models.Model
    salt: str


def _digests(asked: Sequence[_Asked]) -> dict[str, tuple[str, str]]:
    """By salt, the key as text and the digest of each row that is there."""
    by_table: dict[type[models.Model], list[_Asked]] = {}
    for one in asked:
        by_table.setdefault(type(one.row), []).append(one)
    if not by_table:
        return {}
    parts = [_query(model, rows) for model, rows in by_table.items()]
    with carrying_lists() as cursor:
        cursor.execute(
            " UNION ALL ".join(sql for sql, _ in parts), [value for _, values in parts for value in values]
        )
        return {salt: (key, digest) for salt, key, digest in cursor.fetchall()}


def _query(model: type[models.Model], asked: Sequence[_Asked]) -> tuple[str, list[Any]]:
    meta, edition = model._meta, model.of_record.edition  # type: ignore[attr-defined]
    column = connection.ops.quote_name(str(meta.pk.column))
    sql = (
        f"SELECT asked.salt, t.{column}::text,"  # noqa: S608
        f" encode({digest_sql(model, edition, salt=_GIVEN)}, 'hex')"
        f" FROM unnest(%b::{meta.pk.rel_db_type(connection)}[], %b::text[]) AS asked(key, salt)"
        f" JOIN {connection.ops.quote_name(meta.db_table)} AS t ON t.{column} = asked.key"
    )
    return sql, [[_key(one.row) for one in asked], [one.salt for one in asked]]


_GIVEN = "decode(asked.salt, 'hex')"


def _key(row: models.Model) -> Any:
    """As the database takes it in a list: bytes are not wrapped there."""
    return bytes(row.pk) if isinstance(row.pk, bytes | memoryview) else row.pk


def _statement(asked: _Asked, found: tuple[str, str] | None) -> Statement:
    row = asked.row
    if found is None:
        raise RowMissing(f"{row._meta.label} {row.pk}")
    key, digest = found
    return Statement(row._meta.db_table, key, row.of_record.edition, digest, asked.salt)  # type: ignore[attr-defined]


def digest_sql(model: type[models.Model], edition: int, *, salt: str) -> str:
    """The digest of row ``t`` in SQL; ``salt`` is an expression of bytes."""
    pairs = ", ".join(
        f"'{column}', t.{connection.ops.quote_name(column)}" for column in columns_of(model, edition)
    )
    return f"sha256({salt} || convert_to(jsonb_build_object({pairs})::text, 'UTF8'))"
