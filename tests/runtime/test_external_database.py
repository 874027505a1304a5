"""Somebody else's server: one that is too old, one that is silent, one with another encoding."""

import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from senim.runtime.database.external_database import refuse_unfit
from senim.runtime.database.postgres import CannotRun
from tests import cluster
from tests.conftest import CLUSTER
from tests.runtime.conftest import ROOT, environment_of

SSL_REQUEST = 80877103


class OldServer(threading.Thread):
    """Says what a server of this version says to whoever connects, and then nothing more."""

    def __init__(self, version: str, encoding: str = "UTF8") -> None:
        super().__init__(daemon=True)
        self._said = {"server_version": version, "server_encoding": encoding, "client_encoding": "UTF8"}
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"postgresql://agency:a-password@127.0.0.1:{self._listening.getsockname()[1]}/agency"

    def run(self) -> None:
        while True:
            try:
                line, _ = self._listening.accept()
            except OSError:
                return
            with line:
                self._talk(line)

    def _talk(self, line: socket.socket) -> None:
        while struct.unpack(">I", self._packet(line)[:4])[0] == SSL_REQUEST:
            line.sendall(b"N")
        line.sendall(_message(b"R", struct.pack(">I", 0)))
        for name, value in self._said.items():
            line.sendall(_message(b"S", name.encode() + b"\0" + value.encode() + b"\0"))
        line.sendall(_message(b"K", struct.pack(">II", 1, 1)) + _message(b"Z", b"I"))
        line.recv(64)

    @staticmethod
    def _packet(line: socket.socket) -> bytes:
        length = struct.unpack(">I", line.recv(4, socket.MSG_WAITALL))[0]
        return line.recv(length - 4, socket.MSG_WAITALL)

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()


def _message(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack(">I", len(content) + 4) + content


@pytest.fixture(params=[("14.22", "UTF8"), ("18.1", "LATIN1")], ids=["too old", "another encoding"])
def unfit(request: pytest.FixtureRequest) -> Iterator[OldServer]:
    server = OldServer(*request.param)
    server.start()
    yield server
    server.close()


def test_an_unfit_server_is_refused_with_what_to_do_and_without_the_password(unfit: OldServer) -> None:
    with pytest.raises(CannotRun) as refused:
        refuse_unfit(unfit.url)
    assert "SENIM_DATABASE_URL" in str(refused.value)
    assert "a-password" not in str(refused.value)


def test_a_server_of_the_oldest_version_will_do() -> None:
    server = OldServer("15.0")
    server.start()
    refuse_unfit(server.url)
    server.close()


def test_a_server_that_does_not_know_us_is_refused(cluster_running: None) -> None:
    url = cluster.socket_url(CLUSTER, "nowhere")
    with pytest.raises(CannotRun, match='database "nowhere" does not exist'):
        refuse_unfit(url)
    with pytest.raises(CannotRun, match="does not let us in"):
        refuse_unfit("this is no address")


@pytest.mark.parametrize("command", [("up",), ("migrate",), ("ca", "show")])
def test_senim_says_so_in_a_sentence_and_starts_nothing(home: Path, command: tuple[str, ...]) -> None:
    server = OldServer("14.22")
    server.start()
    said = started(home, *command, url=server.url)
    server.close()
    assert said.returncode == 1
    assert "PostgreSQL 14 answers at 127.0.0.1" in said.stderr
    assert "Senim needs 15 or newer" in said.stderr
    silent = started(home, *command, url=server.url)
    assert silent.returncode == 1
    assert "does not let us in" in silent.stderr
    assert "Traceback" not in said.stderr + silent.stderr
    assert "a-password" not in said.stderr + silent.stderr
    assert not (home / "pg").exists()


def started(home: Path, *command: str, url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "senim.runtime.console.command_line", *command],
        env=environment_of(home) | {"SENIM_DATABASE_URL": url},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_the_sessions_own_server_will_do(cluster_running: None) -> None:
    url = cluster.socket_url(CLUSTER, "postgres")
    refuse_unfit(url)
    with psycopg.connect(url) as connection:
        assert connection.info.server_version >= 150000
