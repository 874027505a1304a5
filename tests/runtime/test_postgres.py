import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from senim.runtime.database import postgres
from senim.runtime.database.postgres import (
    AlreadyRunning,
    CannotRun,
    Identity,
    Postgres,
    as_user,
    choose_identity,
)
from tests.runtime.conftest import ROOT, alive, environment_of, until

HOLD = """
import sys, time
from pathlib import Path
from senim.runtime.database.postgres import Postgres
server = Postgres(Path(sys.argv[1]), settings={"fsync": "off"})
server.start()
print(server.pid, flush=True)
time.sleep(600)
"""


def identities() -> list[Identity]:
    if os.geteuid() != 0:
        return [Identity()]
    return [choose_identity(), as_user("nobody")]


@pytest.fixture(params=identities(), ids=lambda identity: " ".join(identity.arguments[:1]) or "ordinary")
def server(request: pytest.FixtureRequest, home: Path) -> Iterator[Postgres]:
    server = Postgres(home, identity=request.param, settings={"fsync": "off"})
    server.start()
    yield server
    server.stop()


def servers_of(home: Path) -> set[int]:
    return {each.pid for each in psutil.process_iter() if str(home) in " ".join(_command(each))}


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def test_the_server_speaks_unicode_keeps_checksums_and_gives_no_superuser(server: Postgres) -> None:
    with psycopg.connect(server.url()) as connection:
        answer = connection.execute(
            "SELECT lower('ҚАЗАҚ'), current_setting('data_checksums'), current_setting('server_encoding'), "
            "current_setting('is_superuser')"
        ).fetchone()
    assert answer == ("қазақ", "on", "UTF8", "off")


def test_nobody_enters_without_the_password(server: Postgres) -> None:
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(host=str(server.socket), user="senim", dbname="senim", passfile="/dev/null")


def test_the_server_listens_on_its_socket_only(server: Postgres) -> None:
    processes = [psutil.Process(pid) for pid in servers_of(server.home)]
    assert processes
    assert not [link for each in processes for link in each.net_connections("inet")]
    assert server.socket.stat().st_mode & 0o077 == 0


def test_nothing_of_it_is_left_after_stop(server: Postgres) -> None:
    server.stop()
    assert not servers_of(server.home)
    assert not (server.data / "postmaster.pid").exists()


def test_a_second_supervisor_of_one_home_is_refused(server: Postgres) -> None:
    with pytest.raises(AlreadyRunning):
        Postgres(server.home, identity=server.identity).start()
    assert server.running()


def test_a_deep_home_gets_a_short_private_socket_folder(home: Path) -> None:
    deep = home / ("long" * 20) / ("name" * 20)
    server = Postgres(deep, settings={"fsync": "off"})
    server.start()
    try:
        psycopg.connect(server.url()).close()
        assert len(os.fsencode(server.socket)) < 90
        assert server.socket.stat().st_mode & 0o777 == 0o700
    finally:
        server.stop()


def test_a_socket_folder_of_somebody_else_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = home / "elsewhere"
    elsewhere.mkdir()
    server = Postgres(home)
    server.socket = home / "link"
    server.socket.symlink_to(elsewhere)
    with pytest.raises(CannotRun, match="somebody else"):
        server.start()
    server.release()


def test_a_killed_initdb_leaves_no_half_cluster(home: Path) -> None:
    (home / "pg.draft" / "base").mkdir(parents=True)
    (home / "pg.draft" / "PG_VERSION").write_text("18")
    server = Postgres(home, settings={"fsync": "off"})
    server.start()
    try:
        assert server.running()
        assert not (home / "pg.draft").exists()
    finally:
        server.stop()


def test_the_server_dies_with_whoever_started_it(home: Path) -> None:
    holder, pid = hold(home)
    holder.kill()
    until(lambda: not alive(pid), within=10)
    until(lambda: not servers_of(home), within=10)
    holder.wait()


def test_a_leftover_server_is_stopped_before_a_new_one_starts(home: Path) -> None:
    holder, leftover = hold(home)
    os.kill(leftover, signal.SIGSTOP)  # frozen, it outlives its supervisor
    holder.kill()
    holder.wait()
    assert alive(leftover)
    server = Postgres(home, settings={"fsync": "off"})
    server.start()
    try:
        assert not alive(leftover)
        psycopg.connect(server.url()).close()
    finally:
        server.stop()


def test_another_process_whose_number_stands_in_a_stale_pid_file_is_left_alone(home: Path) -> None:
    bystander = subprocess.Popen(["/bin/sleep", "60"])
    server = Postgres(home, settings={"fsync": "off"})
    server.start()
    server.stop()
    (server.data / "postmaster.pid").write_text(f"{bystander.pid}\n{server.data}\n0\n5432\n\n\n0 0\n")
    server.start()
    try:
        assert bystander.poll() is None
    finally:
        server.stop()
        bystander.kill()
        bystander.wait()


def test_root_without_namespaces_and_without_nobody_is_told_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(postgres, "_works", lambda arguments: False)
    monkeypatch.setattr(postgres.pwd, "getpwnam", _no_such_user)
    with pytest.raises(CannotRun, match="SENIM_DATABASE_URL"):
        choose_identity()


def _no_such_user(name: str) -> None:
    raise KeyError(name)


def hold(home: Path) -> tuple[subprocess.Popen[str], int]:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home)],
        env=environment_of(home),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert holder.stdout is not None
    with holder.stdout as said:
        return holder, int(said.readline())
