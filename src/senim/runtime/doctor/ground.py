"""What everything stands on: the mode, the database, the modes of secret files."""

import stat
from collections.abc import Iterator
from pathlib import Path

from django.db import DatabaseError, connection

from senim.runtime import production
from senim.runtime.doctor.findings import Case, Finding, Level, broken, ok
from senim.texts import Text

SECRET_FOLDERS = ("secrets", "keys")
OTHERS = stat.S_IRGRP | stat.S_IWGRP | stat.S_IRWXO
"""Passing through a folder, which the processes' group may (``belongings``), opens no file in it."""


class Demand(Finding):
    """A refusal of production mode as a finding: its texts are already there."""

    @property
    def what(self) -> Text:
        return Text(f"runtime.production.{self.id}", **self.facts)

    @property
    def mend(self) -> Text:
        return Text(f"runtime.production.{self.id}.do", **self.facts)


def mode(case: Case) -> Iterator[Finding]:
    """In production: everything that ``senim up`` would refuse to start with."""
    for refusal in production.refusals(case.settings):
        yield Demand(Level.BROKEN, refusal.id, refusal.facts)
    if case.settings.is_sandbox:
        yield ok("mode.sandbox")


def database(_: Case) -> Iterator[Finding]:
    try:
        connection.ensure_connection()
    except DatabaseError as reason:
        yield broken("database.silent", reason=str(reason).strip().split("\n")[0])


def database_of_a_sandbox(case: Case) -> Iterator[Finding]:
    if case.settings.is_sandbox:
        return
    with connection.cursor() as cursor:
        for refusal in production.database_of_a_sandbox(cursor):
            yield Demand(Level.BROKEN, refusal.id, refusal.facts)


def secret_files(case: Case) -> Iterator[Finding]:
    """Secrets and keys are their owner's only: files and the folders they lie in."""
    for folder in (*(case.settings.home / name for name in SECRET_FOLDERS), case.settings.root):
        for path in (folder, *sorted(_inside(folder))):
            if path.exists() and path.stat().st_mode & OTHERS:
                yield broken("secret_files.open", path=path, mode=f"{path.stat().st_mode & 0o777:04o}")


def _inside(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []
