"""``senim database roles``: the processes' roles, their rights, and the SQL that makes the roles."""

import argparse
import json
from typing import Any

from senim.runtime import instance
from senim.runtime.database import database_roles, grants
from senim.runtime.isolation import secrets
from senim.settings import settings

AFTERWARDS = "-- What each may do in which table is granted by `senim migrate`, as the owner {owner}."


def register(commands: "argparse._SubParsersAction[Any]") -> None:
    database = commands.add_parser("database", help="the processes' database roles and their rights")
    verbs = database.add_subparsers(required=True, metavar="verb")
    roles = verbs.add_parser("roles", help="say what each process may do in which table")
    roles.add_argument(
        "--sql", action="store_true", help="what makes the roles, for a server's administrator"
    )
    roles.add_argument("--json", action="store_true", help="print JSON")
    roles.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    if options.sql:
        print(_sql())
    elif options.json:
        print(
            json.dumps({name: dict(zip(grants.ROLES, cells, strict=True)) for name, cells in grants.rows()})
        )
    else:
        print(grants.TABLE.strip("\n"))
    return 0


def _sql() -> str:
    """Holds verifiers, not passwords: the passwords stay in the instance's own folder."""
    instance.make_home(settings.home)
    secrets.make_missing(settings.home, secrets.DATABASE_ROLES)
    owner = database_roles.owner_of(settings.database_url)
    passwords = database_roles.passwords_in(settings.home)
    made = database_roles.statements(passwords, owner=owner, existing=())
    return "\n".join([*(f"{each.as_string(None)};" for each in made), AFTERWARDS.format(owner=owner)])
