"""Statements that carry many rows: a list a column, sent beside the text and in binary.

Django's own cursors write every value into the text, quoted, and the database reads it out again; of a
hundred rows that costs more than the rows themselves.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper
from django.db.models import Field, Model


@contextmanager
def carrying_lists() -> Iterator[CursorWrapper]:
    """A cursor for such statements, in the caller's transaction. A list is written ``%b::uuid[]``: in binary,
    and cast, for one that is empty or holds None alone has no type."""
    connection.ensure_connection()
    bare: Any = ServerBindingCursor(connection.connection)  # type: ignore[call-arg]
    with connection.make_cursor(bare) as cursor:
        yield cursor


def insert(rows: Sequence[Model], *, unless_there: bool = False) -> int:
    """Rows of one table, none of whose columns the database fills in; how many were inserted.
    ``unless_there``: those whose key is there already are left as they are."""
    if not rows:
        return 0
    model, alone = type(rows[0]), len(rows) == 1
    columns = [[getattr(row, field.attname) for row in rows] for field in model._meta.concrete_fields]
    with carrying_lists() as cursor:
        values = [value for [value] in columns] if alone else columns
        cursor.execute(_insertion(model, alone=alone, unless_there=unless_there), values)
        return int(cursor.rowcount)


@cache
def _insertion(model: type[Model], *, alone: bool, unless_there: bool) -> str:
    """One row goes without lists, which cost more than it."""
    fields = model._meta.concrete_fields
    names = (model._meta.db_table, *(str(one.column) for one in fields))
    table, *columns = map(connection.ops.quote_name, names)
    values = ", ".join(f"%s::{_type_of(field)}" if alone else f"%b::{_type_of(field)}[]" for field in fields)
    rows = f"VALUES ({values})" if alone else f"SELECT * FROM unnest({values})"  # noqa: S608
    kept = " ON CONFLICT DO NOTHING" if unless_there else ""
    return f"INSERT INTO {table} ({', '.join(columns)}) {rows}{kept}"


def _type_of(field: "Field[Any, Any]") -> str:
    """Without its length: a cast to that would cut what is too long, where the table refuses it."""
    return str(field.db_type(connection)).partition("(")[0]
