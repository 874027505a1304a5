"""``senim migrate``: the database's tables as this version wants them."""

import argparse
import json
from typing import Any

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from senim.runtime import steps


def register(commands: "argparse._SubParsersAction[Any]") -> None:
    migrate = commands.add_parser("migrate", help="bring the database's tables up to this version")
    migrate.add_argument("--plan", action="store_true", help="only say what would be done")
    migrate.add_argument("--json", action="store_true", help="print JSON")
    migrate.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    waiting = _waiting()
    if not options.plan and (code := steps.migrate()):
        return code
    if options.json:
        print(json.dumps({"applied": not options.plan, "migrations": waiting}, indent=2))
    else:
        print("\n".join(waiting) or "nothing to do")
    return 0


def _waiting() -> list[str]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label} {migration.name}" for migration, _ in plan]
