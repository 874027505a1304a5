"""``make demo`` against the running platform, and what strangers' programs say of what it made."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.whole.platform import ROOT, Platform


@pytest.fixture
def made(platform: Platform, tmp_path: Path) -> Path:
    """The folder of artefacts."""
    environment = {
        **os.environ,
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}",
        "SENIM_URL": platform.portal,
        "SENIM_DESK_URL": platform.desk,
        "SENIM_RESPONDERS_URL": platform.responders,
        "SENIM_SANDBOX_URL": platform.sandbox,
        "SENIM_PEOPLE": str(platform.home / "sandbox" / "people"),
    }
    demo = subprocess.run(
        [sys.executable, "-m", "tools.demo"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert demo.returncode == 0, demo.stdout + demo.stderr
    return tmp_path / "demo"


def openssl(folder: Path, *arguments: str) -> str:
    said = subprocess.run(
        ["openssl", *arguments], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    assert said.returncode == 0, said.stderr
    return said.stdout + said.stderr


@pytest.mark.clause("CA-6.P11", "CA-6.C3", "PT-4.2", "PH-5.3", "DD-15", "DD-18b", "DD-19a")
def test_the_main_job_over_http_and_openssl_and_pkilint_accept_what_it_made(made, platform):
    report = json.loads((made / "demo.json").read_text(encoding="utf-8"))
    assert report["ok"]
    assert all(step["ok"] for step in report["steps"])
    assert len(report["application_number"]) == 12
    assert len(report["short_code"]) == 6
    assert report["qr"].startswith(platform.portal.upper() + "/D/")
    assert min(map(len, report["views"].values())) >= 2

    chain = ["-CAfile", "root.pem", "-untrusted", "issuing.pem"]
    assert openssl(made, "verify", *chain, "sign.pem", "auth.pem").count(": OK") == 2
    status = ["ocsp", "-respin", "ocsp.der", "-issuer", "issuing.pem", "-cert", "sign.pem"]
    said = openssl(made, *status, "-CAfile", "root.pem", "-no_nonce")
    assert "Response verify OK" in said
    assert "sign.pem: good" in said
    (made / "both.pem").write_bytes((made / "root.pem").read_bytes() + (made / "issuing.pem").read_bytes())
    assert "verify OK" in openssl(
        made, "crl", "-inform", "DER", "-in", "issuing.crl", "-CAfile", "both.pem", "-noout"
    )
    for name in ("sign", "auth", "issuing", "root"):
        lint = [str(Path(sys.executable).parent / "lint_pkix_cert"), "lint", "-s", "WARNING", f"{name}.pem"]
        found = subprocess.run(lint, cwd=made, capture_output=True, text=True, timeout=60, check=False)
        assert found.returncode == 0, found.stdout
        assert found.stdout.strip() == ""


def test_the_journal_is_whole_after_the_main_job(made, platform):
    said = platform.senim("journal", "verify", "--json")
    verdict = json.loads(said.stdout)
    assert verdict["ok"], verdict["findings"]
    assert verdict["covered"] > 20
