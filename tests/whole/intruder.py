"""Somebody's own program in a door's place, started as the door is: it tries what it must not.

Prints one line of JSON: what it was told to try, and of that what it could do.
"""

import base64
import fcntl
import json
import os
import stat
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from senim import settings as settings_module
from senim.settings import settings


def could(attempt: Callable[[Any], object], targets: Iterable[Any]) -> list[Any]:
    """The targets for which the attempt was not refused."""
    done = []
    for target in targets:
        try:
            attempt(target)
        except (OSError, psycopg.Error):
            continue
        done.append(target)
    return done


def read(path: str) -> None:
    target = Path(path)
    list(target.iterdir()) if target.is_dir() else target.read_bytes()


def write(path: str) -> None:
    os.close(os.open(path, os.O_WRONLY | os.O_APPEND))


def ask(statement: str, *names: str) -> None:
    with psycopg.connect(settings.database_url, password=settings.database_password) as connection:
        connection.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))


def enter_as(role_and_password: tuple[str, str]) -> None:
    role, password = role_and_password
    own = settings.database_url.split("@", 1)[1]
    psycopg.connect(f"postgresql://{role}@{own}", password=password or None).close()


def readable_pipe(descriptor: int) -> bool:
    try:
        is_pipe = stat.S_ISFIFO(os.fstat(descriptor).st_mode)
        return is_pipe and fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY
    except OSError:  # the listing itself, closed meanwhile
        return False


def main() -> None:
    told = json.loads(zlib.decompress(base64.b64decode(os.environ["INTRUDER"])))
    proc = [f"/proc/{pid}/{what}" for pid in told["pids"] for what in ("environ", "fd", "mem", "maps")]
    passwords = (settings.database_password, "", "postgres")
    found = {
        "user": os.getuid(),
        "secrets": sorted(settings_module._HANDED or {}),
        "pipes": [int(name) for name in os.listdir("/proc/self/fd") if readable_pipe(int(name))],
        "files": could(read, told["files"]),
        "written": could(write, told["files"]),
        "proc": could(read, proc),
        "killed": could(lambda pid: os.kill(pid, 0), told["pids"]),
        "selected": could(lambda one: ask("SELECT * FROM {} LIMIT 1", one), told["tables"]),
        "deleted": could(lambda one: ask("DELETE FROM {} WHERE false", one), told["tables"]),
        "updated": could(
            lambda one: ask("UPDATE {} SET {} = {} WHERE false", one[0], one[1], one[1]), told["columns"]
        ),
        "made": could(lambda one: ask("CREATE TABLE {} ()", one), ["of_the_intruder"]),
        "roles": could(enter_as, [(name, word) for name in told["roles"] for word in passwords]),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
