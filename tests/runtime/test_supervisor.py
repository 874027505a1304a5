import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from senim.runtime.database.postgres import Postgres
from senim.runtime.supervision.children import FIRST_DELAY, LONGEST_DELAY, Child, State
from senim.runtime.supervision.processes import Process
from senim.settings import Settings
from tests.runtime.conftest import ROOT, Running, alive, environment_of, until

Start = Callable[..., Running]
USERS = [None, "nobody"] if os.geteuid() == 0 else [None]


@pytest.mark.parametrize("user", USERS)
def test_after_the_supervisor_is_killed_nothing_it_started_lives(
    start_stand_in: Start, user: str | None
) -> None:
    running = start_stand_in("postgres", "door", "quiet", user=user)
    until(running.ready)
    everything = running.everything()
    assert len(everything) > 6
    os.kill(running.process.pid, signal.SIGKILL)
    until(lambda: not any(alive(pid) for pid in everything), within=10)


@pytest.mark.parametrize("user", USERS)
def test_an_instance_starts_again_after_its_supervisor_was_killed(
    start_stand_in: Start, user: str | None
) -> None:
    first = start_stand_in("postgres", "door", user=user)
    until(first.ready)
    os.kill(first.process.pid, signal.SIGKILL)
    second = start_stand_in("postgres", "door", user=user)
    until(second.ready)


@pytest.mark.parametrize("name", ["postgres", "door", "quiet"])
def test_a_killed_process_is_started_again(start_stand_in: Start, name: str) -> None:
    running = start_stand_in("postgres", "door", "quiet")
    until(running.ready)
    before = running.pid_of(name)
    os.kill(before, signal.SIGKILL)
    until(lambda: running.state()["processes"][name]["restarts"] == 1 and running.ready())
    assert running.pid_of(name) not in {None, before}


def test_what_was_committed_outlives_a_killed_postgres(start_stand_in: Start) -> None:
    running = start_stand_in("postgres")
    until(running.ready)
    url = Postgres(running.home).url()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    os.kill(running.pid_of("postgres"), signal.SIGKILL)
    until(lambda: running.state()["processes"]["postgres"]["restarts"] == 1 and running.ready())
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT number FROM kept").fetchall() == [(7,)]


def test_it_stops_everything_when_told_what_nobody_needs_first(start_stand_in: Start) -> None:
    running = start_stand_in("postgres", "door", "quiet")
    until(running.ready)
    everything = running.everything()
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(30) == 0
    assert not any(alive(pid) for pid in everything)
    assert {facts["state"] for facts in running.state()["processes"].values()} == {"stopped"}


def test_a_process_that_does_not_stop_is_killed(start_stand_in: Start) -> None:
    running = start_stand_in("deaf")
    until(running.ready)
    deaf = running.pid_of("deaf")
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(20) == 0
    assert not alive(deaf)
    assert b"is killed" in running.process.stdout.read()


def test_a_step_that_keeps_failing_stops_the_start_and_says_so(start_stand_in: Start) -> None:
    running = start_stand_in("failing", "deaf")
    assert running.process.wait(30) == 1
    assert b"failing failed" in running.process.stdout.read()


def test_a_process_that_cannot_run_as_it_is_set_up_is_not_tried_again(start_stand_in: Start) -> None:
    running = start_stand_in("misconfigured", "deaf")
    until(lambda: states(running) == {"misconfigured": "given up", "deaf": "ready"})
    time.sleep(4 * FIRST_DELAY)
    said = running.state()
    facts = said["processes"]["misconfigured"]
    assert (facts["restarts"], facts["last_exit"], said["ready"]) == (0, os.EX_CONFIG, False)
    assert [trouble for trouble in said["troubles"] if trouble.startswith("misconfigured cannot run")]
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(20) == 0
    assert running.process.stdout.read().count(b"misconfigured cannot run as it is set up") == 1


def states(running: Running) -> dict[str, str]:
    return {name: facts["state"] for name, facts in running.state().get("processes", {}).items()}


def test_a_step_that_cannot_be_done_as_it_is_set_up_is_tried_once(start_stand_in: Start) -> None:
    running = start_stand_in("refused", "deaf")
    assert running.process.wait(30) == 1
    assert b"starting it again" not in running.process.stdout.read()


def test_one_home_has_one_supervisor(start_stand_in: Start, home: Path) -> None:
    running = start_stand_in("deaf")
    until(running.ready)
    second = senim(home, "up")
    assert second.returncode == 1
    assert f"already runs in {home} (process {running.process.pid})" in second.stderr


def test_a_taken_port_is_named_with_the_way_out(start_stand_in: Start, home: Path, tmp_path: Path) -> None:
    until(start_stand_in("postgres", "door").ready)
    port = os.environ["SENIM_PORTAL_PORT"]
    other = senim(tmp_path, "up")
    assert other.returncode == 1
    assert f"Port {port} is taken" in other.stderr
    assert "SENIM_PORTAL_PORT=" in other.stderr


def test_status_of_an_instance_that_does_not_run(tmp_path: Path) -> None:
    said = senim(tmp_path, "status")
    assert (said.returncode, said.stdout) == (1, f"Senim does not run in {tmp_path}.\n")


def test_delays_between_restarts_grow_up_to_a_limit() -> None:
    child = Child(
        Process("failing", "tests.runtime.programs.failing", program=True), Settings(), dict(os.environ)
    )
    delays = []
    for _ in range(12):
        child.start()
        until(lambda: child.look() and child.state is State.RESTARTING)
        delays.append(child.delay)
    assert delays == sorted(delays)
    assert delays[1] == 2 * delays[0]
    assert delays[-1] == LONGEST_DELAY


def senim(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "senim.runtime.console.command_line", *arguments],
        env=environment_of(home),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
