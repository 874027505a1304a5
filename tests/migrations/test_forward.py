"""A database of every version that ever landed is brought up to this one, and nothing in it is lost."""

import gzip
import hashlib
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from psycopg import sql
from tests import cluster
from tests.conftest import CLUSTER, DATABASE

DUMPS = sorted((Path(__file__).parent / "dumps").glob("*.sql.gz"))
NAME = f"{DATABASE}_of_old"
CHANGED = {
    ("accounts_session", "session_key"): "0.2.0: rows move to the hash of their key",
    ("documents_view", "stopped_by_owner"): "0.2.0: a part of the state",
    ("documents_view", "state"): "0.2.0: made from what was there",
    ("procrastinate_jobs", "queue_name"): "0.2.0: every channel has its queue",
    ("procrastinate_jobs", "task_name"): "0.2.0: every channel has its queue",
}
"""Columns that migrations rewrite or drop on purpose, with the version and where their content went."""


@pytest.fixture
def old(request: pytest.FixtureRequest, cluster_running: None, django_db_blocker) -> Iterator[None]:
    """Django's connection, on a database as the dump has it."""
    create = sql.SQL("CREATE DATABASE {} OWNER senim").format(sql.Identifier(NAME))
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(NAME))
    with psycopg.connect(cluster.socket_url(CLUSTER, "postgres", user="postgres"), autocommit=True) as server:
        server.execute(drop)
        server.execute(create)
        with psycopg.connect(cluster.socket_url(CLUSTER, NAME)) as database:
            database.execute(gzip.decompress(request.param.read_bytes()).decode())
        with django_db_blocker.unblock():
            connection.close()
            connection.settings_dict["NAME"] = NAME
            try:
                yield
            finally:
                connection.close()
                connection.settings_dict["NAME"] = DATABASE
        server.execute(drop)


def columns() -> dict[tuple[str, str], str]:
    """Every column of every table of ours, with a digest of all it holds, in the order of the values."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables "
            "USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE' "
            "AND table_name !~ '^(django|auth)_'"
        )
        named = cursor.fetchall()
        return {(table, column): _digest(cursor, table, column) for table, column in named}


def _digest(cursor, table: str, column: str) -> str:
    asked = sql.SQL("SELECT {column}::text FROM {table} ORDER BY 1").format(
        column=sql.Identifier(column), table=sql.Identifier(table)
    )
    cursor.execute(asked)
    return hashlib.sha256(repr(cursor.fetchall()).encode()).hexdigest()


@pytest.mark.parametrize("old", DUMPS, ids=lambda dump: dump.name.removesuffix(".sql.gz"), indirect=True)
def test_a_database_of_an_old_version_comes_up_to_this_one_with_all_it_held(old):
    before = columns()
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    after = columns()
    lost = {place for place, digest in before.items() if after.get(place) != digest}
    assert lost - set(CHANGED) == set()
    with connection.cursor() as cursor:
        for held in ("certification_certificate", "accounts_account", "journal_entry", "documents_view"):
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(held)))
            assert cursor.fetchone()[0] > 0, f"the dump shows nothing of {held}"


def test_the_tables_are_what_the_models_say(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_there_is_a_dump_of_the_first_version():
    assert DUMPS
