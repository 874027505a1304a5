"""``make demo`` against the running platform, and what strangers' programs say of what it made."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
import rfc3161_client
from cryptography import x509
from pypdf import PdfReader

from senim.journal.note import Verifier
from senim.journal.proof_files import check
from tests.peers import verdicts
from tests.whole.platform import ROOT, Platform

NAMED = {
    "ok",
    "steps",
    "application_number",
    "ocsp_url",
    "crl_urls",
    "tsa_url",
    "short_code",
    "qr",
    "views",
    "artefacts",
    "counter",
}
CHANNELS = (
    "connect the phone",
    "connect a phone in the app",
    "change the number",
    "connect a number in the banks app",
    "connect the number at the counter",
)


@pytest.fixture(scope="session")
def made(platform_running: Platform, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of artefacts."""
    platform_running.wait_until_ready()
    platform_running.well()
    folder = tmp_path_factory.mktemp("demo")
    demonstrated = demo(folder, **doors_of(platform_running))
    assert demonstrated.returncode == 0, demonstrated.stdout + demonstrated.stderr
    return folder / "demo"


def doors_of(platform: Platform) -> dict[str, str]:
    """Where the demo finds this platform."""
    return {
        "SENIM_URL": platform.portal,
        "SENIM_DESK_URL": platform.desk,
        "SENIM_PARTNERS_URL": platform.partners,
        "SENIM_RESPONDERS_URL": platform.responders,
        "SENIM_SANDBOX_URL": platform.sandbox,
        "SENIM_PEOPLE": str(platform.home / "sandbox" / "people"),
    }


def demo(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """``make demo`` in this folder, as a stranger's shell would start it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SENIM_")}
    environment |= {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}", "TMPDIR": str(folder), **settings}
    return subprocess.run(
        [sys.executable, "-m", "tools.demo"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def openssl(folder: Path, *arguments: str) -> str:
    said = subprocess.run(
        ["openssl", *arguments], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    assert said.returncode == 0, said.stderr
    return said.stdout + said.stderr


@pytest.mark.timeout(900)  # more than the demo itself may take, which then says why
@pytest.mark.clause("CA-6.P11", "CA-6.C3", "CA-8.P3b", "PT-4.2", "DD-15", "DD-18b", "DD-19a", "DD-4b")
@pytest.mark.clause("PH-5.3", "PH-6.3", "PH-7a", "PH-7b", "PH-8", "P19-4", "P19-9a", "P19-F1")
def test_the_main_job_over_http_and_what_tools_of_other_hands_say_of_it(made, platform):
    """One test, so that the demo is carried out by one of xdist's workers and not waited for by another."""
    openssl_and_pkilint_accept_what_it_made(made, platform)
    every_channel_connected_a_number(made)
    a_system_saw_the_document_until_it_was_stopped(made)
    validators_agree_on_good_revoked_expired_and_forged(made)
    rfc3161_client_accepts_the_time_stamp(made)
    the_journal_is_whole(made, platform)


def openssl_and_pkilint_accept_what_it_made(made, platform):
    report = json.loads((made / "demo.json").read_text(encoding="utf-8"))
    assert report["ok"]
    assert all(step["ok"] for step in report["steps"])
    assert len(report["application_number"]) == 12
    assert len(report["short_code"]) == 6
    assert report["qr"].startswith(platform.portal.upper() + "/D/")
    assert min(map(len, report["views"].values())) >= 2
    assert set(report) >= NAMED

    chain = ["-CAfile", "root.pem", "-untrusted", "issuing.pem"]
    assert openssl(made, "verify", *chain, "sign.pem", "auth.pem").count(": OK") == 2
    status = ["ocsp", "-respin", "ocsp.der", "-issuer", "issuing.pem", "-cert", "sign.pem"]
    said = openssl(made, *status, "-CAfile", "root.pem", "-no_nonce")
    assert "Response verify OK" in said
    assert "sign.pem: good" in said
    lists = report["artefacts"]["crl"]
    for name in (lists["complete"], *lists["shards"], *report["artefacts"]["delta_crl"].values()):
        read = ("crl", "-inform", "DER", "-in", name, "-CAfile", "tsa_chain.pem", "-noout")
        assert "verify OK" in openssl(made, *read)
    stamp = ("ts", "-verify", "-in", "ts.tsr", "-data", "sign.pem", "-CAfile", "tsa_chain.pem")
    assert "Verification: OK" in openssl(made, *stamp)
    for name in ("sign", "auth", "issuing", "root"):
        lint = [str(Path(sys.executable).parent / "lint_pkix_cert"), "lint", "-s", "WARNING", f"{name}.pem"]
        found = subprocess.run(lint, cwd=made, capture_output=True, text=True, timeout=60, check=False)
        assert found.returncode == 0, found.stdout
        assert found.stdout.strip() == ""


def every_channel_connected_a_number(made):
    """Each step has looked at what the holder reads afterwards."""
    report = json.loads((made / "demo.json").read_text(encoding="utf-8"))
    assert {step["name"] for step in report["steps"]} >= set(CHANNELS)
    (page,) = PdfReader(made / report["counter"]["paper"]).pages
    number = report["counter"]["application_number"]
    assert len(number) == 12
    assert number in "".join(page.extract_text().split())


def a_system_saw_the_document_until_it_was_stopped(made):
    kept = json.loads((made / "system-view.json").read_text(encoding="utf-8"))
    assert "to view the document" in kept["owner_was_asked"]["asks"]
    assert kept["answer"]["document"]["surname"] == "Сәрсенова"
    assert kept["after_it_was_stopped"]["type"].endswith("view_stopped")
    key = (made / "journal-key.txt").read_text(encoding="utf-8").strip()
    proved = check((made / "view.tlog-proof").read_text(encoding="utf-8"), key=Verifier.read(key).key)
    assert proved.record["subject"] == f"view:{kept['answer']['view']}"


def validators_agree_on_good_revoked_expired_and_forged(made):
    agreed = {case: case for case in verdicts.CASES}
    lists = json.loads((made / "demo.json").read_text(encoding="utf-8"))["artefacts"]["crl"]
    assert verdicts.openssl(made, lists=(lists["complete"], lists["root"])) == agreed
    assert verdicts.openssl(made, lists=(*lists["shards"], lists["root"])) == agreed
    assert verdicts.gnutls(made) == agreed
    assert verdicts.gnutls_of_answers(made) == {**dict.fromkeys(agreed, "good"), "revoked": "revoked"}
    assert verdicts.java(made) == {"lists": agreed, "ocsp": agreed}
    assert verdicts.node(made) == agreed


def rfc3161_client_accepts_the_time_stamp(made):
    signer, issuing, root = x509.load_pem_x509_certificates((made / "tsa_chain.pem").read_bytes())
    builder = rfc3161_client.VerifierBuilder().tsa_certificate(signer)
    verifier = builder.add_intermediate_certificate(issuing).add_root_certificate(root).build()
    reply = rfc3161_client.decode_timestamp_response((made / "ts.tsr").read_bytes())
    assert verifier.verify_message(reply, (made / "sign.pem").read_bytes())


def the_journal_is_whole(made, platform):
    said = platform.senim("journal", "verify", "--json")
    verdict = json.loads(said.stdout)
    assert verdict["ok"], verdict["findings"]
    assert verdict["covered"] > 20
    assert (verdict["rows"] > 20, verdict["adopted"]) == (True, 0), "every verb named the rows it wrote"
    assert [(saw["size"] > 20, saw["problem"]) for saw in verdict["witnesses"]] == [(True, "")]


@pytest.mark.soak
@pytest.mark.parametrize("keys", ["files", "pkcs11"])
def test_without_an_instance_it_starts_one_of_its_own_and_leaves_nothing_behind(tmp_path, keys):
    demonstrated = demo(tmp_path, SENIM_KEYS=keys)
    report = json.loads((tmp_path / "demo" / "demo.json").read_text(encoding="utf-8"))
    assert demonstrated.returncode == 0, demonstrated.stdout + demonstrated.stderr
    assert report["ok"]
    assert not list(tmp_path.glob("senim-*")), "its home is gone"
    assert not [running.info["cmdline"] for running in started_in(tmp_path)]


def started_in(folder: Path) -> list[psutil.Process]:
    """Processes whose environment names this folder: those of the instance it started."""
    every = psutil.process_iter(["cmdline", "environ"], ad_value=None)
    return [one for one in every if (one.info["environ"] or {}).get("TMPDIR") == str(folder)]
