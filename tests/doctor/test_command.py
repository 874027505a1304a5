"""``senim doctor`` as typed: what it prints, its exit code, and what it leaves alone."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.runtime.conftest import ROOT, environment_of

from senim.runtime.console.commands import parser
from senim.runtime.doctor import checks
from senim.runtime.doctor.findings import Case, Check, broken, ok, warning
from senim.settings import settings

WORDS = ("ok", "warning", "broken")


def senim(home: Path, *typed: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "senim.runtime.console.command_line", "doctor", *typed],
        env=environment_of(home) | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize(
    ("found", "code"),
    [([], 0), ([ok("disk", folder=".", megabytes=1)], 0), ([warning("not_checked")], 1),
     ([warning("not_checked"), broken("refused", reason="because")], 2)],
)  # fmt: skip
def test_the_exit_code_is_the_worst_finding(monkeypatch, capsys, found, code):
    monkeypatch.setattr(checks, "CHECKS", (Check("queues", lambda _: found),))
    assert run("doctor") == code
    lines = capsys.readouterr().out.splitlines()
    assert sum(line.split()[0] in WORDS for line in lines) == max(len(found), 1)
    assert run("doctor", "--json") == code
    said = json.loads(capsys.readouterr().out)
    assert said["level"] == WORDS[code]
    assert [finding["id"] for finding in said["findings"]] == ([each.id for each in found] or ["queues"])


def run(*typed):
    options = parser("senim.runtime.console.doctor_command").parse_args(typed)
    return options.run(options)


def test_a_database_that_does_not_answer_is_broken_and_the_rest_says_so(monkeypatch):
    silent = (Check("database", lambda _: [broken("database.silent", reason="gone")]),
              Check("queues", lambda _: 1 / 0, needs_database=True))  # fmt: skip
    monkeypatch.setattr(checks, "CHECKS", silent)
    found = [(check.name, finding.id) for check, finding in checks.examine(Case(settings, None))]
    assert found == [("database", "database.silent"), ("queues", "not_checked")]


def test_where_no_instance_ever_ran_none_is_made(tmp_path):
    said = senim(tmp_path / "nothing")
    assert said.returncode == 2
    assert f"No Senim ever ran here: {tmp_path / 'nothing'}" in said.stderr
    assert not (tmp_path / "nothing").exists()


def test_production_without_its_secrets_is_told_so_and_gets_none(tmp_path):
    said = senim(tmp_path, SENIM_MODE="production")
    assert said.returncode == 2
    assert "does not start in production mode" in said.stderr
    assert not (tmp_path / "secrets").exists()


def test_an_external_database_that_is_gone_is_one_finding_among_others(tmp_path, free_ports):
    (tmp_path / "secrets").mkdir(mode=0o700)
    [port] = free_ports(1)
    said = senim(tmp_path, "--json", SENIM_DATABASE_URL=f"postgresql://somebody:word@127.0.0.1:{port}/senim")
    assert said.returncode == 2, said.stderr
    found = {finding["check"]: finding for finding in json.loads(said.stdout)["findings"]}
    assert found["database"]["id"] == "database.silent"
    assert "word" not in said.stdout
    assert found["queues"]["id"] == "not_checked"
    assert found["disk"]["level"] == "ok"
