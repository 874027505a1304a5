"""The stranger's walk: a wheel, an empty environment, an empty folder, a running platform."""

import os
import signal
import subprocess
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from tests.delivery.built import ROOT, copy_of_the_tree, environment, run, wheel
from tests.whole.platform import PORTS

READY_WITHIN = 240.0


@pytest.fixture(scope="module")
def empty() -> Iterator[Path]:
    """A folder that processes with other user ids may enter, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="senim-delivery-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="module")
def made(empty: Path) -> Path:
    (empty / "dist").mkdir()
    return wheel(ROOT, empty / "dist")


def test_the_wheel_holds_every_file_of_the_packages_and_nothing_else(made: Path) -> None:
    tracked = run("git", "ls-files", "src", "ceremony", cwd=ROOT).split("\n")
    expected = {name.removeprefix("src/") for name in tracked if name.startswith("src/")}
    expected |= {f"senim/runtime/{name}" for name in tracked if name.startswith("ceremony/")}
    inside = {name for name in zipfile.ZipFile(made).namelist() if ".dist-info/" not in name}
    assert inside >= expected
    extra = {name for name in inside - expected if not (ROOT / "src" / name).exists()}
    assert extra == set()


def test_the_wheel_is_the_same_byte_for_byte_from_another_checkout(made: Path, tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "dist").mkdir()
    again = wheel(copy_of_the_tree(tmp_path / "tree"), tmp_path / "dist")
    assert again.name == made.name
    assert again.read_bytes() == made.read_bytes()


def test_without_extras_it_is_the_library_and_the_command_says_what_is_missing(
    made: Path, empty: Path
) -> None:
    programs = environment(empty / "library", made)
    said = run(
        str(programs / "python"),
        "-W", "error", "-c",
        "from senim.pki import certificates, cms, crl, keys, ocsp, paths, pkcs12, requests, timestamps\n"
        "print(len(cms.sign.__doc__))",
        cwd=empty,
    )  # fmt: skip
    assert int(said) > 0
    command = subprocess.run(
        [programs / "senim", "up"], cwd=empty, capture_output=True, text=True, timeout=60, check=False
    )
    assert command.returncode == 1
    assert 'pip install "senim[platform]"' in command.stderr
    assert "Traceback" not in command.stderr


def test_in_an_empty_folder_senim_up_answers_on_every_door(
    made: Path, empty: Path, free_ports: Callable[[int], list[int]]
) -> None:
    """Slow on purpose: an installation, a first start, everything a stranger waits for (about 40 s)."""
    programs, folder = environment(empty / "platform", made, "platform"), empty / "working folder"
    folder.mkdir()
    ports = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
    told = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    told |= {f"SENIM_{name}_PORT": str(port) for name, port in ports.items()}
    with (empty / "terminal.txt").open("wb") as terminal:
        running = subprocess.Popen(
            [programs / "senim", "up"], cwd=folder, env=told, stdout=terminal, stderr=terminal
        )
    try:
        doors = [ports[name] for name in ("PORTAL", "DESK", "RESPONDERS", "SANDBOX")]
        wait_for(lambda: all(map(healthy, doors)), running, empty / "terminal.txt")
        portal = f"http://localhost:{ports['PORTAL']}/kk/"
        page = httpx.get(portal.replace("localhost", "127.0.0.1"), headers={"Host": portal.split("/")[2]})
        assert page.status_code == 200
        assert '<html class="govuk-template" lang="kk">' in page.text
        style = page.text.split('rel="stylesheet" href="')[1].split('"')[0]
        assert httpx.get(f"http://127.0.0.1:{ports['PORTAL']}{style}").status_code == 200
        assert [entry.name for entry in folder.iterdir()] == [".senim"]
        verdict = run(str(programs / "senim"), "journal", "verify", "--json", cwd=folder)
        assert '"ok": true' in verdict
    finally:
        running.send_signal(signal.SIGTERM)
        assert running.wait(60) == 0, (empty / "terminal.txt").read_text(errors="replace")[-3000:]


def wait_for(true: Callable[[], bool], running: "subprocess.Popen[bytes]", terminal: Path) -> None:
    until = time.monotonic() + READY_WITHIN
    while not true():
        ended = running.poll() is not None or time.monotonic() > until
        assert not ended, terminal.read_text(errors="replace")[-4000:]
        time.sleep(0.2)


def healthy(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False
