"""The commands that need the database; started by ``command_line`` in a process that knows where it is.

Django is set up first, and only then are the modules imported that register the commands: they import tables.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import django

from senim.runtime import terminal

MODULES = {
    "migrate": "senim.runtime.console.migrate_command",
    "ca": "senim.runtime.console.ca_commands",
    "certs": "senim.runtime.console.certs_commands",
    "operators": "senim.runtime.console.operators_commands",
    "systems": "senim.runtime.console.systems_commands",
    "workers": "senim.runtime.console.workers_commands",
    "archive": "senim.runtime.console.archive_commands",
    "crl": "senim.runtime.console.crl_commands",
    "journal": "senim.runtime.console.journal_commands",
    "doctor": "senim.runtime.console.doctor_command",
    "jobs": "senim.runtime.console.jobs_commands",
}


def main(arguments: Sequence[str]) -> int:
    django.setup()
    options = parser(MODULES[arguments[0]]).parse_args(arguments)
    return terminal.while_somebody_reads(lambda: int(options.run(options)))


def parser(*modules: str) -> argparse.ArgumentParser:
    every = argparse.ArgumentParser(prog="senim")
    commands: argparse._SubParsersAction[Any] = every.add_subparsers(required=True, metavar="command")
    for module in modules:
        import_module(module).register(commands)
    return every


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
