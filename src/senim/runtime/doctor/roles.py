"""Database roles: what they are beside what ``database.grants`` says they may do.

PostgreSQL asks for rights only of roles that are not above them: a superuser, the owner of a table, whoever
may become another role. So those are looked for first.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

from django.db import connection

from senim.runtime.database import role_rights
from senim.runtime.database.database_roles import role_named
from senim.runtime.database.grants import ROLES, rows
from senim.runtime.database.role_rights import EVERYBODY, Granted
from senim.runtime.doctor.findings import Case, Finding, broken, warning
from senim.runtime.supervision.processes import COMMAND

SHOWN = 3
ATTRIBUTES = ("SUPERUSER", "CREATEROLE", "CREATEDB", "REPLICATION", "BYPASSRLS")
# The owner and the roles named after it; the owner may make those.
_ROLES = """
SELECT rolname, rolsuper, rolcreaterole AND rolname <> %(owner)s, rolcreatedb, rolreplication, rolbypassrls
  FROM pg_roles WHERE rolname = %(owner)s OR starts_with(rolname, %(owner)s || '_') ORDER BY rolname
"""
_MEMBERS = """
SELECT member.rolname, other.rolname FROM pg_auth_members AS held
  JOIN pg_roles AS member ON member.oid = held.member JOIN pg_roles AS other ON other.oid = held.roleid
 WHERE member.rolname = ANY(%(roles)s) ORDER BY 1, 2
"""
_OWNERS = """
SELECT relname, pg_get_userbyid(relowner) AS belongs_to FROM pg_class
 WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
   AND pg_get_userbyid(relowner) <> %(owner)s
   AND (relname = ANY(%(tables)s) OR pg_get_userbyid(relowner) = ANY(%(roles)s))
 ORDER BY relname
"""
_THERE = "SELECT rolname FROM pg_roles WHERE rolname = ANY(%(roles)s)"


def roles(_: Case) -> Iterator[Finding]:
    """A role that is above the rights of others undoes them all."""
    owner, ours = _owner(), _ours()
    for name, *has in _asked(_ROLES, owner=owner):
        if held := [right for right, yes in zip(ATTRIBUTES, has, strict=True) if yes]:
            yield broken("roles.too_much", role=name, rights=", ".join(held))
    for name, other in _asked(_MEMBERS, roles=ours):
        yield broken("roles.member", role=name, other=other)
    for table, name in _asked(_OWNERS, owner=owner, roles=ours, tables=[table for table, _ in rows()]):
        yield broken("roles.owns", role=name, table=table, owner=owner)


def rights(_: Case) -> Iterator[Finding]:
    """What each role has on tables, sequences, database and schema, beside what it should have."""
    there = {name for [name] in _asked(_THERE, roles=_ours())}
    yield from (broken("rights.no_role", role=name) for name in _ours() if name not in there)
    found = role_rights.difference(connection.connection, owner=_owner())
    for said, differing in (("rights.too_much", found.too_much), ("rights.missing", found.missing)):
        for role, some in _by_role(differing):
            if role in {EVERYBODY, *there}:
                yield broken(said, **_shown(role, some))
    for role, some in _by_role(role_rights.of_strangers(connection.connection, owner=_owner())):
        yield warning("rights.of_stranger", **_shown(role, some))


def _by_role(found: Iterable[Granted]) -> list[tuple[str, list[Granted]]]:
    return [(role, list(some)) for role, some in groupby(sorted(found, key=_role_of), key=_role_of)]


def _role_of(right: Granted) -> str:
    return right.role


def _shown(role: str, found: list[Granted]) -> dict[str, object]:
    words = "; ".join(map(str, found[:SHOWN])) + ("; …" if len(found) > SHOWN else "")
    return {"role": role or "PUBLIC", "number": len(found), "rights": words}


def _owner() -> str:
    """The doctor itself is one of the roles named after the owner, unless it is the owner who asks."""
    return str(connection.settings_dict["USER"]).removesuffix(f"_{COMMAND.role}")


def _ours() -> list[str]:
    return [role_named(name, owner=_owner()) for name in ROLES]


def _asked(query: str, **values: str | list[str]) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
