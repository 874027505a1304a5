"""What the database's roles really may do, beside what ``grants`` says: compared, and made the same.

After each migration, by the owner; and by the doctor, who only looks. A right that everybody has (PUBLIC) is
one that every role has.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from senim.runtime.database.database_roles import role_named
from senim.runtime.database.grants import ROLES, Right, rights, rows

EVERYBODY = ""
Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class Granted:
    """A right as PostgreSQL knows it; ``kind`` is its word for what ``name`` names."""

    kind: str
    name: str
    column: str
    role: str
    privilege: str

    def __str__(self) -> str:
        column = f" ({self.column})" if self.column else ""
        return f"{self.privilege}{column} ON {self.kind} {self.name}"


@dataclass(frozen=True)
class Difference:
    """Rights that roles have and should not, and the other way round."""

    too_much: tuple[Granted, ...]
    missing: tuple[Granted, ...]


def difference(connection: Connection, *, owner: str) -> Difference:
    names = {process: role_named(process, owner=owner) for process in ROLES}
    there, wanted = _actual(connection, names.values()), _wanted(connection, names)
    return Difference(_sorted(there - wanted), _sorted(wanted - there))


def of_strangers(connection: Connection, *, owner: str) -> tuple[Granted, ...]:
    """Rights on our tables that roles of nobody's process have: an administrator's to give or take."""
    ours = [owner, *(role_named(process, owner=owner) for process in ROLES)]
    asked = {"roles": ours, "tables": [table for table, _ in rows()]}
    return _sorted({Granted(*row) for row in connection.execute(_OF_STRANGERS, asked)})


def grant(connection: Connection, *, owner: str) -> int:
    """Give every role exactly its rights: what is missing is granted, what is too much is revoked.

    Compares first, so that nothing is locked where nothing has changed; and once more in between, because
    who loses a right on a table loses it on the table's columns too. Returns how many changed.
    """
    too_much = difference(connection, owner=owner).too_much
    for right in too_much:
        connection.execute(_spelled("REVOKE {} ON {} FROM {}", right))
    missing = difference(connection, owner=owner).missing
    for right in missing:
        connection.execute(_spelled("GRANT {} ON {} TO {}", right))
    return len(too_much) + len(missing)


def _sorted(found: set[Granted]) -> tuple[Granted, ...]:
    return tuple(sorted(found, key=lambda each: (each.name, each.role, each.privilege, each.column)))


def _spelled(shape: str, right: Granted) -> sql.Composed:
    shown = "{privilege} ({column})" if right.column else "{privilege}"
    what = sql.SQL(shown).format(
        privilege=sql.SQL(right.privilege), column=sql.Identifier(right.column or "-")
    )
    target = sql.SQL(right.kind + " {}").format(sql.Identifier(right.name))
    role = sql.SQL("PUBLIC") if right.role == EVERYBODY else sql.Identifier(right.role)
    return sql.SQL(shape).format(what, target, role)


# Where nothing was ever granted the list is NULL, and then database and schema have rights for everybody.
_HELD = """
WITH held (kind, name, part, acl) AS (
  SELECT CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, relname, '', relacl
    FROM pg_class WHERE relnamespace = current_schema()::regnamespace
  UNION ALL
  SELECT 'TABLE', relname, attname, attacl FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
   WHERE relnamespace = current_schema()::regnamespace AND NOT attisdropped
  UNION ALL
  SELECT 'DATABASE', datname, '', coalesce(datacl, acldefault('d', datdba))
    FROM pg_database WHERE datname = current_database()
  UNION ALL
  SELECT 'SCHEMA', nspname, '', coalesce(nspacl, acldefault('n', nspowner))
    FROM pg_namespace WHERE nspname = current_schema()
)
SELECT kind, name, part, coalesce(rolname, ''), privilege_type
  FROM held CROSS JOIN LATERAL aclexplode(acl) AS given LEFT JOIN pg_roles ON pg_roles.oid = given.grantee
"""
_ACTUAL = _HELD + " WHERE given.grantee = 0 OR rolname = ANY(%(roles)s)"
_OF_STRANGERS = (
    f"{_HELD} WHERE kind = 'TABLE' AND name = ANY(%(tables)s) AND rolname <> ALL(%(roles)s)"
    " AND given.grantee <> given.grantor"
)
_KEYS = """
SELECT c.relname, t.attname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_attribute t ON t.attrelid = c.oid AND t.attnum = ANY(i.indkey)
WHERE i.indisprimary AND c.relnamespace = current_schema()::regnamespace
"""
# The sequence of an identity column needs no right of its own; one a default draws from does.
_SEQUENCES = """
SELECT t.relname, s.relname FROM pg_attrdef a JOIN pg_depend d ON d.objid = a.oid
JOIN pg_class s ON s.oid = d.refobjid AND s.relkind = 'S' JOIN pg_class t ON t.oid = a.adrelid
WHERE d.classid = 'pg_attrdef'::regclass AND s.relnamespace = current_schema()::regnamespace
"""
_TABLES = """
SELECT relname FROM pg_class
WHERE relkind IN ('r', 'p', 'v') AND relnamespace = current_schema()::regnamespace
"""


def _actual(connection: Connection, roles: Iterable[str]) -> set[Granted]:
    return {Granted(*row) for row in connection.execute(_ACTUAL, {"roles": list(roles)})}


def _wanted(connection: Connection, names: Mapping[str, str]) -> set[Granted]:
    """Rights on tables an older database does not have yet are left out."""
    there = {row[0] for row in connection.execute(_TABLES)}
    keys = _lists(connection, _KEYS)
    sequences = _lists(connection, _SEQUENCES)
    given = [right for right in rights() if right.table in there]
    wanted = _entrance(connection, names.values())
    wanted |= {Granted("TABLE", one.table, one.column, names[one.role], one.privilege) for one in given}
    for one in _appending(given):
        wanted |= {Granted("SEQUENCE", name, "", names[one.role], "USAGE") for name in sequences(one.table)}
        if Right(one.table, one.role, "SELECT") not in given:
            wanted |= {Granted("TABLE", one.table, key, names[one.role], "SELECT") for key in keys(one.table)}
    return wanted


def _entrance(connection: Connection, roles: Iterable[str]) -> set[Granted]:
    """Only our roles may enter this database and see its schema."""
    [(database, schema)] = connection.execute("SELECT current_database(), current_schema()")
    return {
        right
        for role in roles
        for right in (
            Granted("DATABASE", database, "", role, "CONNECT"),
            Granted("SCHEMA", schema, "", role, "USAGE"),
        )
    }


def _appending(given: Iterable[Right]) -> list[Right]:
    return [right for right in given if right.privilege == "INSERT"]


def _lists(connection: Connection, query: str) -> Callable[[str], list[str]]:
    found: dict[str, list[str]] = {}
    for table, name in connection.execute(query):
        found.setdefault(table, []).append(name)
    return lambda table: found.get(table, [])
