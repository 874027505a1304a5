"""``senim up`` beside a PostgreSQL server that somebody else runs."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from senim.runtime.database.postgres import Postgres
from tests.whole.platform import Platform


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """The URL of an empty database on a second server, as its administrator would hand it over."""
    with tempfile.TemporaryDirectory(prefix="senim-elsewhere-") as folder:
        Path(folder).chmod(0o755)
        server = Postgres(Path(folder), settings={"fsync": "off", "unix_socket_permissions": "0777"})
        server.start()
        server.socket.chmod(0o755)  # the platform's processes are users of their own
        try:
            with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as administrator:
                administrator.execute("CREATE ROLE agency LOGIN CREATEROLE PASSWORD 'agreed'")
                administrator.execute("CREATE DATABASE agency OWNER agency")
            yield f"postgresql://agency:agreed@/agency?host={quote(str(server.socket))}&port=5432"
        finally:
            server.stop()


@pytest.mark.soak
def test_the_platform_runs_on_a_server_of_somebody_else_and_makes_none(
    new_platform: Callable[..., Platform], elsewhere: str
) -> None:
    platform = new_platform(SENIM_DATABASE_URL=elsewhere)
    platform.start()
    platform.wait_until_ready()
    assert "postgres" not in platform.state()["processes"]
    assert not (platform.home / "pg").exists()
    with psycopg.connect(elsewhere) as connection:
        found = connection.execute("SELECT count(*) FROM certification_certificate").fetchone()
    assert found is not None
    assert found[0] > 4
    assert platform.senim("journal", "verify", "--json").returncode == 0
    platform.stop()
    assert platform.supervisor.returncode == 0
    with psycopg.connect(elsewhere) as connection:
        assert connection.execute("SELECT count(*) FROM journal_entry").fetchone() != (0,)
