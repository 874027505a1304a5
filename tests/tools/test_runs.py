"""The plugins around a test run: skips in CI, clauses with the doors and refusals of their tests."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SKIPPED = """
import pytest
def test_one(): pytest.skip("no time")
def test_other(): pytest.skip("needs an ordinary user: root may read everything")
"""
MARKED = """
import pytest
from django.test import Client
from senim.accounts.one_time_passwords import FailedTooOftenToday

@pytest.mark.clause("PT-4.2")
def test_through_a_door():
    assert Client().get("/en/help/").status_code == 200
    with pytest.raises(FailedTooOftenToday):
        raise FailedTooOftenToday

@pytest.mark.clause("PH-4")
def test_beside_every_door():
    pass
"""


def pytest_in(
    folder: Path, content: str, *options: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    (folder / "test_it.py").write_text(content, encoding="utf-8")
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("SENIM_", "PYTEST_", "CI"))
    }
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-n",
        "0",
        "-p",
        "no:cacheprovider",
        *options,
        str(folder),
    ]
    told = kept | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}", **environment}
    return subprocess.run(
        command, cwd=folder, env=told, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.parametrize(("ci", "passes"), [("true", False), ("", True)])
def test_a_skip_fails_the_run_in_ci_unless_its_reason_is_listed(tmp_path, ci, passes):
    ended = pytest_in(tmp_path, SKIPPED, "-p", "tests.skips", "-c", os.devnull, CI=ci)
    assert (ended.returncode == 0) == passes, ended.stdout
    assert ("test_one: Skipped: no time" in ended.stdout) != passes
    assert "root may read" not in ended.stdout.split("nothing may be")[-1]


def test_a_clause_is_recorded_with_the_doors_and_refusals_of_its_tests(tmp_path):
    """In a run of its own, whose claims are two clauses: one shown at a door, one beside every door."""
    (tmp_path / "conftest.py").write_text(CLAIMS.format(folder=str(tmp_path)), encoding="utf-8")
    ended = pytest_in(
        tmp_path, MARKED, "-p", "tools.clauses", "-p", "tests.conftest", "-c", str(ROOT / "pyproject.toml")
    )
    written = json.loads((tmp_path / "conformance.json").read_text(encoding="utf-8"))
    (shown,) = written["PT-4.2"]["tests"].values()
    assert shown["outcome"] == "passed"
    assert any(door.startswith("portal GET ") for door in shown["doors"])
    assert shown["refusals"] == ["FailedTooOftenToday (PH-9)"]
    assert written["PH-4"]["holds"] is True
    assert "claimed, but shown through no door: PH-4" in ended.stdout
    assert "claimed, but not shown: DD-15" in ended.stdout
    assert ended.returncode == 1


CLAIMS = """
from pathlib import Path
from tools import clauses
clauses.OUTPUT = Path({folder!r}) / "conformance.json"
clauses.claimed = lambda: {{"PT-4.2", "PH-4", "DD-15"}}
"""
