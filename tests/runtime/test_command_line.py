import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from senim.runtime.console.command_line import IN_THE_DATABASE, parser
from senim.runtime.console.commands import MODULES
from senim.runtime.database.database_roles import url_for
from senim.runtime.database.grants import ROLES
from senim.runtime.database.postgres import Postgres
from senim.runtime.supervision.outside_lines import meaning_of
from tests import cluster
from tests.conftest import CLUSTER, WORKER
from tests.runtime.conftest import ROOT, environment_of

THEIRS = f"theirs_{WORKER}"
"""A database that is not Senim's own, and its owner: every worker's is another's at the same time."""


def senim(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "senim.runtime.console.command_line", *arguments],
        env=environment_of(home) | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_every_command_of_the_database_is_explained_and_has_a_module() -> None:
    assert set(IN_THE_DATABASE) == set(MODULES)
    for name in (*IN_THE_DATABASE, "up", "status", "rulebook"):
        assert name in parser().format_help()


def test_a_command_starts_the_database_for_itself_and_leaves_none_behind(home: Path) -> None:
    said = senim(home, "migrate", "--json")
    assert said.returncode == 0, said.stderr
    assert "journal 0001_initial" in json.loads(said.stdout)["migrations"]
    again = senim(home, "migrate", "--json")
    assert json.loads(again.stdout) == {"applied": True, "migrations": []}
    assert not (home / "pg" / "postmaster.pid").exists()


@pytest.fixture
def empty_database(cluster_running: None) -> str:
    """The URL of a new database on the session's server, as if it were somebody else's."""
    superuser = cluster.socket_url(CLUSTER, "postgres", user="postgres")
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {THEIRS}")
        for name in [f"{THEIRS}_{name}" for name in ROLES] + [THEIRS]:
            connection.execute(f"DROP ROLE IF EXISTS {name}")
        connection.execute(f"CREATE ROLE {THEIRS} LOGIN CREATEROLE PASSWORD 'of theirs'")
        connection.execute(f"CREATE DATABASE {THEIRS} OWNER {THEIRS}")
    return f"postgresql://{THEIRS}:of%20theirs@/{THEIRS}?host={Postgres(CLUSTER).socket}"


def test_a_database_named_in_the_environment_is_used_and_no_other_is_made(
    home: Path, empty_database: str
) -> None:
    said = senim(home, "migrate", SENIM_DATABASE_URL=empty_database)
    assert said.returncode == 0, said.stderr
    with psycopg.connect(empty_database) as connection:
        found = connection.execute("SELECT count(*) FROM journal_entry").fetchone()
    assert found == (0,)
    assert not (home / "pg").exists()
    with psycopg.connect(url_for("portal", empty_database), password=secret(home, "portal")) as connection:
        connection.execute("SELECT count(*) FROM certification_certificate")
        with pytest.raises(InsufficientPrivilege):
            connection.execute("DELETE FROM certification_certificate")


def test_where_roles_may_not_be_made_the_administrator_gets_the_sql(home: Path, empty_database: str) -> None:
    superuser = cluster.socket_url(CLUSTER, "postgres", user="postgres")
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute(f"ALTER ROLE {THEIRS} NOCREATEROLE")
        refused = senim(home, "migrate", SENIM_DATABASE_URL=empty_database)
        assert refused.returncode == 1
        assert "senim database roles --sql" in refused.stderr
        printed = senim(home, "database", "roles", "--sql", SENIM_DATABASE_URL=empty_database).stdout
        assert secret(home, "portal") not in printed
        connection.execute(printed)
    assert senim(home, "migrate", SENIM_DATABASE_URL=empty_database).returncode == 0


def secret(home: Path, role: str) -> str:
    return (home / "secrets" / f"database-{role}").read_text().strip()


def test_the_rulebook_is_listed_for_a_date(home: Path) -> None:
    rules = {
        rule["name"]: rule
        for rule in json.loads(senim(home, "rulebook", "--json", "--on", "2013-05-01").stdout)
    }
    assert rules["certificates_by_order_839"]["followed"]
    assert not rules["certificates_by_order_839"]["demonstrated"]
    assert not rules["digital_documents_2022"]["followed"]


@pytest.mark.parametrize("command", [("status", "--json"), ("migrate", "--plan")])
def test_whoever_reads_only_the_beginning_gets_no_complaint(home: Path, command: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    said = subprocess.run(
        [sys.executable, "-m", "senim.runtime.console.command_line", *command],
        env=environment_of(home),
        cwd=ROOT,
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        timeout=120,
    )
    os.close(writing)
    assert (said.returncode, said.stderr) == (141, "")


def test_a_setting_that_cannot_be_read_is_named(home: Path) -> None:
    said = senim(home, "status", SENIM_PORTAL_PORT="many")
    assert said.returncode != 0
    assert "SENIM_PORTAL_PORT='many' cannot be read" in said.stderr


def test_the_home_is_its_owners_only(home: Path) -> None:
    """As root the processes' own group may pass through it, and nobody else."""
    planned = senim(home / "new", "migrate", "--plan")
    assert planned.returncode == 0, planned.stderr
    for folder in ("", "secrets", "log", "pg"):
        assert (home / "new" / folder).stat().st_mode & 0o027 == 0
    assert (home / "new" / "secrets").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        ("LOG:  database system is ready", (logging.INFO, "database system is ready", {})),
        (
            "FATAL:  the database system is starting up",
            (logging.WARNING, "the database system is starting up", {}),
        ),
        ("PANIC:  could not write", (logging.CRITICAL, "could not write", {})),
        ('{"event": "ready", "level": "warning", "port": 7}', (logging.WARNING, "ready", {"its_port": 7})),
        ('{"event": ', (logging.INFO, '{"event": ', {})),
        ("[1, 2]", (logging.INFO, "[1, 2]", {})),
        ("anything else", (logging.INFO, "anything else", {})),
    ],
)
def test_lines_of_other_programs_become_events(
    line: str, meaning: tuple[int, str, dict[str, object]]
) -> None:
    assert meaning_of(line) == meaning


def test_the_tests_own_environment_is_not_the_users() -> None:
    assert os.environ["SENIM_HOME"].startswith(os.environ["SENIM_TESTS"])
