"""What lives and does not work is replaced, and what keeps a process from running is named."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from senim.runtime.supervision import disk, ports
from senim.runtime.supervision.child import say_why
from senim.runtime.supervision.children import Child
from senim.runtime.supervision.disk import ENOUGH, LOW, Disk
from senim.runtime.supervision.processes import Process
from senim.settings import Settings
from tests.runtime.conftest import Running, alive, until

Start = Callable[..., Running]
PORT = int(os.environ["SENIM_PORTAL_PORT"])


def replaced(running: Running, name: str) -> bool:
    return running.state()["processes"][name]["restarts"] == 1 and running.ready()


def said(running: Running) -> str:
    file = running.home / "log" / "supervisor.jsonl"
    return "\n".join(json.loads(line)["event"] for line in file.read_text(encoding="utf-8").splitlines())


def test_frozen_processes_are_replaced_and_named(start_stand_in: Start) -> None:
    running = start_stand_in("postgres", "door", "quiet")
    until(running.ready)
    frozen = {name: running.pid_of(name) for name in ("postgres", "door", "quiet")}
    for pid in frozen.values():
        os.kill(pid, signal.SIGSTOP)
    until(lambda: all(replaced(running, name) for name in frozen))
    for name, pid in frozen.items():
        assert f"{name} is frozen (process {pid}) and is replaced" in said(running)


def test_a_door_that_takes_requests_and_answers_none_is_replaced(start_stand_in: Start) -> None:
    running = start_stand_in("mute")
    until(running.ready)
    (running.home / "mute").touch()
    until(lambda: replaced(running, "mute"))
    assert "mute gave no sign of life for" in said(running)


def test_a_door_that_knows_it_cannot_serve_is_left_alone(start_stand_in: Start) -> None:
    running = start_stand_in("mute", "hanging")
    until(running.ready)
    (running.home / "unwell").touch()
    os.kill(running.pid_of("hanging"), signal.SIGUSR1)
    until(lambda: replaced(running, "hanging"))
    assert running.state()["processes"]["mute"]["restarts"] == 0


@pytest.mark.soak
def test_a_process_that_swells_is_replaced(start_stand_in: Start) -> None:
    running = start_stand_in("hanging", SENIM_PROCESS_MEMORY_AT_MOST_MB="200")
    until(running.ready)
    os.kill(running.pid_of("hanging"), signal.SIGUSR2)
    until(lambda: replaced(running, "hanging"))
    assert "MB of memory (200 MB are allowed) and is replaced" in said(running)


def test_a_port_taken_meanwhile_is_named_with_its_holder_until_it_is_free(start_stand_in: Start) -> None:
    running = start_stand_in("door")
    until(running.ready)
    os.kill(running.process.pid, signal.SIGSTOP)
    os.kill(door := running.pid_of("door"), signal.SIGKILL)
    until(lambda: not alive(door))
    with socket.create_server(("127.0.0.1", PORT)):
        os.kill(running.process.pid, signal.SIGCONT)
        [trouble] = until(lambda: running.state().get("troubles"))
        assert f"Port {PORT} is taken by " in trouble
        assert f"(process {os.getpid()}), and door needs it" in trouble
        assert trouble in said(running)
    until(lambda: replaced(running, "door"))
    assert running.state()["troubles"] == []


def test_the_holder_of_a_port_is_found() -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        assert f"(process {os.getpid()})" in ports.holder_of(port)
        found = ports.taken(Process("door", "", port="portal_port"), Settings(portal_port=port))
        assert found
        assert f"Port {port} is taken by " in found.said_for("door")
    assert ports.taken(Process("door", "", port="portal_port"), Settings(portal_port=port)) is None


def test_a_process_that_cannot_be_started_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    child = Child(
        Process("quiet", "tests.runtime.programs.quiet", program=True), Settings(), dict(os.environ)
    )
    monkeypatch.setattr(subprocess, "Popen", full)
    child.start()
    assert child.state == "restarting"
    assert "quiet cannot be started: [Errno 28] No space left on device" in caplog.text


def full(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_disk_without_room_is_said_once_and_so_is_its_return(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    free = {"bytes": ENOUGH + 1}
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda _: type("usage", (), {"free": free["bytes"]}))
    watched = Disk(tmp_path)
    assert (watched.look(), watched.trouble) == (False, "")
    free["bytes"] = LOW - 1
    assert not watched.look()
    assert not watched.look()
    assert caplog.text.count("is full: 99 MB are left") == 1
    free["bytes"] = LOW + 1
    assert not watched.look(), "a little room is not enough"
    free["bytes"] = ENOUGH + 1
    assert watched.look()
    assert watched.trouble == ""


def test_status_says_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    written = {"supervisor": 0, "ready": False, "troubles": ["Port 8000 is taken."], "processes": {}}
    code = (
        "import sys; from senim.runtime import instance; from senim.runtime.console import status;"
        "instance.is_running = lambda _: True;"
        "print(status._as_text(status.observe()))"
    )
    (tmp_path / "run" / "state.json").write_text(json.dumps(written))
    environment = os.environ | {"SENIM_HOME": str(tmp_path)}
    shown = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert "Port 8000 is taken." in shown.stdout


def test_a_process_ended_from_outside_says_so_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    for reason in (psycopg.OperationalError("the connection is closed"), OSError(28, "No space left")):
        error = RuntimeError("while doing something")
        error.__cause__ = reason
        say_why("authority", error)
    say_why("authority", ValueError("an error of ours"))
    away, room, ours = caplog.records
    assert (away.getMessage(), away.exc_info) == ("authority ended: the database is away", None)
    assert (room.getMessage(), room.exc_info) == ("authority ended: there is no room on the disk", None)
    assert ours.exc_info
