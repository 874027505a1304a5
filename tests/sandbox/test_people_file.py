"""people.json: one seed, one file; it changes only with a word to those who build on it."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from tests.world import RunningWorld

from senim_sandbox import outcomes
from senim_sandbox.configuration import Configuration
from senim_sandbox.people_file import people_file
from senim_sandbox.society import Society

ROOT = Path(__file__).parent.parent.parent
PRINT = """
import sys
from senim_sandbox.people_file import Society, people_file
sys.stdout.buffer.write(people_file(Society("senim")))
"""


@pytest.fixture(scope="module")
def file() -> bytes:
    return people_file(Society(Configuration.seed))


def test_two_runs_give_the_same_file_byte_for_byte(file: bytes, world: RunningWorld) -> None:
    for hash_seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": "Asia/Almaty"}
        again = subprocess.run(
            [sys.executable, "-c", PRINT], env=environment, capture_output=True, check=True
        ).stdout
        assert again == file
    assert httpx.get(f"{world.url}/people.json").content == file
    assert people_file(Society("another")) != file


def test_the_file_changes_only_together_with_the_change_log(file: bytes) -> None:
    digest = hashlib.sha256(file).hexdigest()
    log = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert digest in log, (
        f"people.json changed: say in CHANGELOG.md what integrators will notice, and its new SHA-256 {digest}"
    )


def test_neither_a_moved_clock_nor_a_ceremony_changes_it(file: bytes, world: RunningWorld) -> None:
    httpx.put(f"{world.url}/clock.json", json={"now": "2040-01-01T00:00:00Z"}).raise_for_status()
    assert httpx.get(f"{world.url}/people.json").content == file


def test_everybody_has_a_known_outcome_for_everything(file: bytes) -> None:
    allowed = {
        "order": outcomes.ORDER,
        "sign_in": outcomes.SIGN_IN,
        "phone": outcomes.PHONE,
        "document": outcomes.DOCUMENT,
    }
    met: dict[str, set[str]] = {name: set() for name in allowed}
    for person in json.loads(file)["people"]:
        assert person["outcomes"].keys() == allowed.keys()
        for name, outcome in person["outcomes"].items():
            met[name].add(outcome)
    assert met == {name: set(words) for name, words in allowed.items()}
