"""The sandbox as a program: it starts, answers, and goes when its parent goes."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

PATIENCE = 20.0


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(4)]
    names = ("SENIM_SANDBOX_PORT", "SENIM_SMSC_PORT", "SENIM_SMSC_SECOND_PORT", "SENIM_SMTP_PORT")
    ports = {name: str(one.getsockname()[1]) for name, one in zip(names, held, strict=True)}
    for one in held:
        one.close()
    return {**os.environ, **ports, "SENIM_HOME": str(tmp_path)}


@pytest.fixture
def parent(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process whose only child is the sandbox."""
    start = f"import subprocess; subprocess.run([{sys.executable!r}, '-m', 'senim_sandbox.world'])"
    with subprocess.Popen([sys.executable, "-c", start], env=environment) as process:
        yield process
        process.kill()


def is_well(environment: dict[str, str]) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{environment['SENIM_SANDBOX_PORT']}/healthz").status_code == 200
    except httpx.HTTPError:
        return False


def wait_until_well(environment: dict[str, str], *, well: bool) -> None:
    until = time.monotonic() + PATIENCE
    while is_well(environment) is not well:
        assert time.monotonic() < until
        time.sleep(0.1)


def test_it_dies_with_its_parent_however_that_dies(
    environment: dict[str, str], parent: subprocess.Popen[bytes]
) -> None:
    wait_until_well(environment, well=True)
    parent.kill()
    wait_until_well(environment, well=False)


def test_it_stops_cleanly_when_told_to(environment: dict[str, str]) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "senim_sandbox.world"], env=environment, stdout=subprocess.PIPE
    ) as process:
        wait_until_well(environment, well=True)
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert [b"ready" in said, b"stopped" in said] == [True, True]


def test_a_taken_port_is_said_in_one_line(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", int(environment["SENIM_SMSC_PORT"]))):
        ended = subprocess.run(
            [sys.executable, "-m", "senim_sandbox.world"],
            env=environment,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    assert ended.returncode == 1
    assert ended.stderr == b""
    assert b"refused to start" in ended.stdout


def test_without_the_owners_key_a_registry_answers_nothing(environment: dict[str, str]) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "senim_sandbox.world"], env=environment, stdout=subprocess.DEVNULL
    ) as process:
        wait_until_well(environment, well=True)
        address = (
            f"http://127.0.0.1:{environment['SENIM_SANDBOX_PORT']}/registries/gbdfl/persons/940308492147"
        )
        assert httpx.get(address).status_code == 503
        process.terminate()
