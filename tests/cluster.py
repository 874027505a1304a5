"""One PostgreSQL server for a whole test session, shared by its xdist workers.

The server is kept by a small process of its own (``python cluster.py FOLDER PID``), started by whoever needs
it first, which ends with the session's first process, however that ends.
"""

import fcntl
import os
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psycopg
from psycopg import sql

from senim.runtime.database.database_roles import role_named
from senim.runtime.database.grants import ROLES
from senim.runtime.database.postgres import Postgres

FASTER = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "max_connections": "600",  # races are run by hundreds of threads
}
OWNER = "senim"
TEMPLATE = "senim_template"
PATIENCE = 120.0


def socket_url(folder: Path, database: str, *, user: str = "senim") -> str:
    """The URL of a database of the session's server, which need not run yet."""
    return Postgres(folder).url(database, user)


def ensure_running(folder: Path, session_pid: int) -> None:
    """Start the session's server unless another worker already has."""
    with _locked(folder):
        if not (folder / "ready").exists():
            _start_keeper(folder, session_pid)


def create_from_template(folder: Path, name: str) -> None:
    """A database with every migration applied, in a fraction of the time that takes."""
    with psycopg.connect(socket_url(folder, "postgres", user="postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER senim STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(TEMPLATE)
            )
        )


def template_missing(folder: Path) -> bool:
    return not (folder / "template").exists()


def make_template(folder: Path) -> None:
    with psycopg.connect(socket_url(folder, "postgres", user="postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER senim").format(sql.Identifier(TEMPLATE)))
        _let_the_owner_become_them(connection)


def _let_the_owner_become_them(superuser: psycopg.Connection) -> None:
    """Tests ask with the rights of a process by SET ROLE."""
    for name in ROLES:
        role = sql.Identifier(role_named(name, owner=OWNER))
        superuser.execute(
            sql.SQL("GRANT {} TO {} WITH INHERIT FALSE, SET TRUE").format(role, sql.Identifier(OWNER))
        )


class _locked:  # noqa: N801 (read as a verb)
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> None:
        self._file = (self._folder / "lock").open("ab")
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self._file.close()


locked = _locked


def _start_keeper(folder: Path, session_pid: int) -> None:
    with (folder / "keeper.log").open("ab") as log:
        keeper = subprocess.Popen(
            [sys.executable, __file__, str(folder), str(session_pid)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    deadline = time.monotonic() + PATIENCE
    while not (folder / "ready").exists():
        if keeper.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError((folder / "keeper.log").read_text(errors="replace")[-3000:])
        time.sleep(0.02)
    keeper.returncode = 0  # it outlives whoever started it, and is waited for by nobody


def keep(folder: Path, session_pid: int) -> None:
    """Run the server until the session's process has ended."""
    session = os.pidfd_open(session_pid)
    server = Postgres(folder, settings=FASTER)
    server.start()
    (folder / "ready").touch()
    try:
        while not select.select([session], [], [], 1.0)[0]:
            if not server.running():
                sys.exit("the test server ended by itself")
    finally:
        server.stop()
        shutil.rmtree(folder.parent, ignore_errors=True)


if __name__ == "__main__":
    keep(Path(sys.argv[1]), int(sys.argv[2]))
