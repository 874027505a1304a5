import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg
import pytest

from senim.runtime.database.grants import ROLES
from senim.runtime.database.postgres import Postgres
from senim.runtime.supervision.processes import PROCESSES
from senim.settings import Settings
from tests.runtime.conftest import alive
from tests.whole.platform import ROOT, Platform, waited

HANGING = 120.0
"""Seconds no warm start takes on any machine; what it does take is a figure of ``make bench``."""
RUNNING = [process.name for process in PROCESSES if not process.once]


def test_every_door_is_healthy_under_both_names(platform: Platform) -> None:
    for door in platform.doors:
        for url in (door, door.replace("desk.localhost", "127.0.0.1").replace("localhost", "127.0.0.1")):
            assert _healthy(platform, url)


def test_addresses_and_test_people_are_printed(platform: Platform) -> None:
    person = platform.person("aigerim")
    for said in (
        platform.portal,
        platform.desk,
        platform.partners,
        platform.sandbox,
        person.name,
        str(person.file),
        person.password,
    ):
        assert said in platform.output


def test_status_shows_every_process_ready(platform: Platform) -> None:
    # What lost its database in the test before may be found lost, and started again, only now.
    found = waited(lambda: _status_once_ready(platform), "every process")
    assert found["ready"]
    assert {name for name, facts in found["processes"].items() if facts["state"] == "ready"} == {
        *RUNNING,
        "postgres",
    }
    assert {facts["healthz"] for facts in found["processes"].values() if "healthz" in facts} == {200}


def _status_once_ready(platform: Platform) -> dict[str, Any] | None:
    said = platform.senim("status", "--json")
    return json.loads(said.stdout) if said.returncode == 0 else None


def test_it_takes_less_memory_than_promised(platform: Platform) -> None:
    pids = [
        platform.supervisor.pid,
        *(each.pid for each in psutil.Process(platform.supervisor.pid).children(True)),
    ]
    pss = sum(psutil.Process(pid).memory_full_info().pss for pid in pids)
    assert pss < 1.2e9


def test_no_secret_stands_in_an_environment_or_in_arguments(platform: Platform) -> None:
    secrets = [file.read_bytes().strip() for file in (platform.home / "secrets").iterdir()]
    assert len(secrets) > 15
    for process in [*RUNNING, "postgres"]:
        for each in (pid := platform.pid_of(process)), *(c.pid for c in psutil.Process(pid).children(True)):
            try:
                shown = b"".join(Path(f"/proc/{each}/{file}").read_bytes() for file in ("environ", "cmdline"))
            except (FileNotFoundError, ProcessLookupError):
                assert each != pid, process
                continue  # a connection's process that ended meanwhile
            assert not [secret for secret in secrets if secret in shown], process
            assert b"passfile" not in shown


def test_each_process_speaks_to_the_database_as_itself(platform: Platform) -> None:
    with psycopg.connect(Postgres(platform.home).url("postgres", "postgres")) as connection:
        said = connection.execute(
            "SELECT DISTINCT application_name, usename FROM pg_stat_activity WHERE datname = 'senim'"
        ).fetchall()
    assert {(f"senim {name}", f"senim_{name}") for name in ("portal", "desk", "authority", "jobs")} <= set(
        said
    )
    assert {role for _, role in said} <= {f"senim_{name}" for name in ROLES}


TOGETHER = [
    pytest.param(("postgres",), id="postgres"),
    pytest.param(tuple(RUNNING), id="everything else"),
    *(pytest.param((name,), id=name, marks=pytest.mark.soak) for name in RUNNING),
]


@pytest.mark.parametrize("names", TOGETHER)
def test_killed_processes_come_back_and_their_doors_answer(
    platform: Platform, names: tuple[str, ...]
) -> None:
    before = {name: (platform.pid_of(name), platform.restarts_of(name)) for name in names}
    for pid, _ in before.values():
        os.kill(pid, signal.SIGKILL)
    for name, (_, restarts) in before.items():
        waited(lambda name=name, restarts=restarts: platform.restarts_of(name) > restarts, f"another {name}")
    platform.wait_until_ready()
    for door in platform.doors:
        waited(lambda door=door: _healthy(platform, door), f"{door} to answer after {names} were killed")
    with platform.client() as client:
        assert client.get(f"{platform.portal}/kk/").status_code == 200


def _healthy(platform: Platform, door: str) -> bool:
    with platform.client() as client:
        try:
            return client.get(f"{door}/healthz").status_code == 200
        except httpx.HTTPError:
            return False


def test_every_process_logs_json_lines_without_anybodys_identifier(platform: Platform) -> None:
    for name in [*RUNNING, "postgres", "supervisor"]:
        for event in platform.log(name):
            assert {"at", "process", "level", "event"} <= set(event)
            assert platform.person("aigerim").iin not in str(event)


def test_a_second_one_on_the_same_ports_says_which_is_taken(platform: Platform, tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "senim.runtime.console.command_line", "up"],
        env=platform.environment | {"SENIM_HOME": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert said.returncode == 1
    assert re.search(r"Port \d+ is taken by \S+ \(process \d+\), and \w+ needs it", said.stderr)


def test_everything_is_gone_after_the_supervisor_is_killed_and_comes_back_as_it_was(
    platform: Platform,
) -> None:
    everything = [
        platform.supervisor.pid,
        *(each.pid for each in psutil.Process(platform.supervisor.pid).children(True)),
    ]
    os.kill(platform.supervisor.pid, signal.SIGKILL)
    platform.supervisor.wait()
    waited(lambda: not any(alive(pid) for pid in everything), "the end of every process", within=10)
    certificate = (platform.home / "certificates" / "root.cer").read_bytes()
    platform.start()
    platform.wait_until_ready(within=HANGING)
    for door in platform.doors:
        assert _healthy(platform, door)
    assert (platform.home / "certificates" / "root.cer").read_bytes() == certificate
    assert platform.senim("journal", "verify", "--json").returncode == 0


def test_ports_are_those_the_documentation_names() -> None:
    usual = Settings()
    assert (usual.portal_port, usual.responders_port, usual.partners_port) == (8000, 8001, 8002)
    assert (usual.desk_port, usual.sandbox_port) == (8003, 8090)


def test_the_doctor_finds_nothing_broken_in_a_running_platform(platform: Platform) -> None:
    said = platform.senim("doctor", "--json")
    found = {finding["check"]: finding for finding in json.loads(said.stdout)["findings"]}
    assert {name: finding for name, finding in found.items() if finding["level"] == "broken"} == {}
    assert said.returncode in {0, 1}
    for check in ("publication", "queues", "journal", "references", "registries", "root_key", "root_list"):
        assert found[check]["level"] == "ok", found[check]
