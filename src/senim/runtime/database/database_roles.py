"""Database roles: one per process, made with a SCRAM verifier; what each may do is in ``role_rights``.

Beside our own server they are made by its superuser. Where ``SENIM_DATABASE_URL`` names another server its
user makes them if it may; if not, ``senim database roles --sql`` prints what its administrator has to run. A
role is named after the owner (``senim_portal``), so that two instances can share a server.
"""

import hashlib
import hmac
import os
from base64 import b64encode
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from senim.runtime.database.grants import ROLES

OWNER = "owner"
SCRAM_ROUNDS = 4096
"""PostgreSQL's own; the passwords are 256 random bits, which no number of rounds makes stronger."""
SECRETS_OF_URLS = {"password", "passfile", "user"}
Connection = psycopg.Connection[Any]


class RolesMissing(RuntimeError):
    """The processes' database roles are not there, and this database user may not make them."""


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


def verifier(password: str) -> str:
    """What PostgreSQL keeps instead of the password (RFC 5803): no log sees the password."""
    salt = os.urandom(16)
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
