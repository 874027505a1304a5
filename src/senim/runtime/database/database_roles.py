"""Database roles: one per process, made with a SCRAM verifier, given the rights of ``grants`` and no others.

Beside our own server they are made by its superuser. Where ``SENIM_DATABASE_URL`` names another server its
user makes them if it may; if not, ``senim database roles --sql`` prints what its administrator has to run. A
role is named after the owner (``senim_portal``), so that two instances can share a server.
"""

import hashlib
import hmac
import os
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from senim.runtime.database.grants import ROLES, Right, rights

OWNER = "owner"
SCRAM_ROUNDS = 4096
"""PostgreSQL's own; the passwords are 256 random bits, which no number of rounds makes stronger."""
SECRETS_OF_URLS = {"password", "passfile", "user"}
Connection = psycopg.Connection[Any]


class RolesMissing(RuntimeError):
    """The processes' database roles are not there, and this database user may not make them."""


@dataclass(frozen=True)
class Granted:
    """A right as PostgreSQL knows it; ``kind`` is TABLE or SEQUENCE."""

    kind: str
    name: str
    column: str
    role: str
    privilege: str


def owner_of(url: str) -> str:
    parts = urlsplit(url)
    return unquote(parts.username or "") or dict(parse_qsl(parts.query)).get("user", "") or "senim"


def role_named(process: str, *, owner: str) -> str:
    return owner if process == OWNER else f"{owner}_{process}"


def url_for(process: str, url: str) -> str:
    """The same database for another role, without any password."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name not in SECRETS_OF_URLS]
    role = quote(role_named(process, owner=owner_of(url)))
    return urlunsplit(parts._replace(netloc=f"{role}@{place}", query=urlencode(kept)))


def password_in(url: str) -> str:
    parts = urlsplit(url)
    return unquote(parts.password or "") or dict(parse_qsl(parts.query)).get("password", "")


def passwords_in(home: Path) -> dict[str, str]:
    """The password of each process's role."""
    return {
        name: (home / "secrets" / f"database-{name}").read_text(encoding="utf-8").strip() for name in ROLES
    }


def verifier(password: str, *, salt: bytes | None = None) -> str:
    """What PostgreSQL keeps instead of the password (RFC 5803): no log sees the password."""
    salt = salt or os.urandom(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, SCRAM_ROUNDS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    shown = [b64encode(part).decode() for part in (salt, stored, server)]
    return f"SCRAM-SHA-256${SCRAM_ROUNDS}:{shown[0]}${shown[1]}:{shown[2]}"


def statements(passwords: Mapping[str, str], *, owner: str, existing: Iterable[str]) -> list[sql.Composed]:
    """What makes the roles, or gives those that exist their passwords again."""
    there = set(existing)
    return [
        sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(
            sql.SQL("ALTER" if (role := role_named(process, owner=owner)) in there else "CREATE"),
            sql.Identifier(role),
            sql.Literal(verifier(password)),
        )
        for process, password in passwords.items()
    ]


def make(connection: Connection, passwords: Mapping[str, str], *, owner: str) -> None:
    """Make the roles with the connection's own rights. Raises psycopg.errors.InsufficientPrivilege."""
    names = [role_named(process, owner=owner) for process in passwords]
    found = connection.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [names])
    existing = [row[0] for row in found]
    for statement in statements(passwords, owner=owner, existing=existing):
        connection.execute(statement)


def ensure(url: str, home: Path) -> None:
    """The roles of a server that is not ours. Raises RolesMissing, psycopg.OperationalError."""
    passwords = {name: word for name, word in passwords_in(home).items() if not _enters(name, word, url)}
    if not passwords:
        return
    try:
        with psycopg.connect(url) as connection:
            make(connection, passwords, owner=owner_of(url))
    except psycopg.errors.InsufficientPrivilege as refused:
        raise RolesMissing(
            f"The database user {owner_of(url)} may not make roles, and these processes cannot enter: "
            f"{', '.join(passwords)}. Have the server's administrator run what `senim database roles --sql` "
            "prints, then start again."
        ) from refused


def _enters(process: str, password: str, url: str) -> bool:
    try:
        psycopg.connect(url_for(process, url), password=password, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def grant(connection: Connection, *, owner: str) -> int:
    """Give every role exactly its rights: what is missing is granted, what is too much is revoked.

    Compares first, so that nothing is locked where nothing has changed. Returns how many changed.
    """
    names = {process: role_named(process, owner=owner) for process in ROLES}
    there, wanted = _actual(connection, names.values()), _wanted(connection, names)
    changes = [
        *(_spelled("REVOKE {} ON {} FROM {}", right) for right in _sorted(there - wanted)),
        *(_spelled("GRANT {} ON {} TO {}", right) for right in _sorted(wanted - there)),
    ]
    for statement in [*_entrance(connection, names.values()), *changes]:
        connection.execute(statement)
    return len(changes)


def _sorted(found: set[Granted]) -> list[Granted]:
    return sorted(found, key=lambda each: (each.name, each.role, each.privilege, each.column))


def _spelled(shape: str, right: Granted) -> sql.Composed:
    shown = "{privilege} ({column})" if right.column else "{privilege}"
    what = sql.SQL(shown).format(
        privilege=sql.SQL(right.privilege), column=sql.Identifier(right.column or "-")
    )
    target = sql.SQL(right.kind + " {}").format(sql.Identifier(right.name))
    return sql.SQL(shape).format(what, target, sql.Identifier(right.role))


def _entrance(connection: Connection, roles: Iterable[str]) -> list[sql.Composed]:
    """Only our roles may enter this database and see its schema."""
    listed = sql.SQL(", ").join(map(sql.Identifier, roles))
    place = {
        "database": sql.Identifier(_one(connection, "SELECT current_database()")),
        "schema": sql.Identifier(_one(connection, "SELECT current_schema()")),
        "roles": listed,
    }
    wanted = (
        "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        "GRANT CONNECT ON DATABASE {database} TO {roles}",
        "REVOKE ALL ON SCHEMA {schema} FROM PUBLIC",
        "GRANT USAGE ON SCHEMA {schema} TO {roles}",
    )
    return [sql.SQL(each).format(**place) for each in wanted]


def _one(connection: Connection, query: str) -> str:
    row = connection.execute(query).fetchone()
    return str(row[0]) if row else ""


_ACTUAL = """
SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.relname, '', r.rolname, a.privilege_type
FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) a JOIN pg_roles r ON r.oid = a.grantee
WHERE c.relnamespace = current_schema()::regnamespace AND r.rolname = ANY(%(roles)s)
UNION ALL
SELECT 'TABLE', c.relname, t.attname, r.rolname, a.privilege_type
FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid CROSS JOIN LATERAL aclexplode(t.attacl) a
JOIN pg_roles r ON r.oid = a.grantee
WHERE c.relnamespace = current_schema()::regnamespace AND r.rolname = ANY(%(roles)s)
"""
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
    wanted = {Granted("TABLE", one.table, one.column, names[one.role], one.privilege) for one in given}
    for one in _appending(given):
        wanted |= {Granted("SEQUENCE", name, "", names[one.role], "USAGE") for name in sequences(one.table)}
        if Right(one.table, one.role, "SELECT") not in given:
            wanted |= {Granted("TABLE", one.table, key, names[one.role], "SELECT") for key in keys(one.table)}
    return wanted


def _appending(given: Iterable[Right]) -> list[Right]:
    return [right for right in given if right.privilege == "INSERT"]


def _lists(connection: Connection, query: str) -> Callable[[str], list[str]]:
    found: dict[str, list[str]] = {}
    for table, name in connection.execute(query):
        found.setdefault(table, []).append(name)
    return lambda table: found.get(table, [])
