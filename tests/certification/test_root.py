"""The root key leaves the machine, and its lists come from a ceremony of their own."""

import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from tests.authority import ROOT_PASSPHRASE, plan_without_people
from tests.certification.test_ceremony import home  # noqa: F401 (a fixture)

from senim.certification import ceremony, certificates
from senim.certification.ceremony import root_key, root_list
from senim.certification.ceremony.root_list import ListPlan, ListRefused
from senim.certification.models import Certificate
from senim.certification.sandbox_mark import marked
from senim.certification.status import status_of
from senim.pki import crl
from senim.pki.crl import RevocationReason
from senim.pki.keys import WrongPassphrase
from senim.pki.ocsp import CertStatus
from senim.runtime.isolation import secrets
from senim.settings import settings

NOW = datetime.now(UTC).replace(microsecond=0)
YEAR = timedelta(days=365)


@pytest.fixture
def performed(home, ceremony_performed):  # noqa: F811
    """After a ceremony whose root passphrase somebody typed: a copy of the session's."""
    for folder in ("certificates", "keys", "root", "secrets"):
        shutil.copytree(settings.home / folder, home / folder, dirs_exist_ok=True)
    ceremony.adopt(plan_without_people())
    return home


def issuing():
    return x509.load_der_x509_certificate(certificates.certificate_file("issuing"))


def compromised(number=2, at=NOW):
    entry = crl.Revocation(issuing().serial_number, at, RevocationReason.CA_COMPROMISE)
    return ListPlan(number, YEAR, (entry,))


def test_a_typed_passphrase_is_never_written(performed):
    for file in performed.rglob("*"):
        assert not (file.is_file() and ROOT_PASSPHRASE.encode() in file.read_bytes()), file


def test_a_made_passphrase_is_handed_over_once_and_forgotten(home):  # noqa: F811
    ceremony.perform(plan_without_people(), at=NOW)
    said = ceremony.hand_over()
    assert root_list.sign(ListPlan(2, YEAR, ()), passphrase=said, at=NOW).number == 2
    assert ceremony.hand_over() is None
    for file in home.rglob("*"):
        assert not (file.is_file() and said.encode() in file.read_bytes()), file


def test_a_passphrase_is_not_handed_over_before_the_root_has_done_its_work(home):  # noqa: F811
    root_key.passphrase(None)
    assert ceremony.hand_over() is None
    assert root_key.passphrase_file().exists()


def test_a_later_ceremony_needs_no_root_key(performed):
    root_key.key_file().unlink()
    (performed / "certificates" / "tsa.cer").unlink()
    Certificate.objects.filter(label="tsa").delete()
    assert "certificate tsa" in ceremony.perform(plan_without_people(), at=NOW).made


def test_a_root_whose_key_was_carried_away_is_not_replaced(performed):
    root_key.key_file().unlink()
    root_key.list_file().unlink()
    root = certificates.certificate_file("root")
    with pytest.raises(ceremony.RootKeyNeeded, match="bring it"):
        ceremony.perform(plan_without_people(), at=NOW, root_passphrase=ROOT_PASSPHRASE)
    assert certificates.certificate_file("root") == root


def test_the_root_key_opens_with_its_passphrase_only(performed):
    with pytest.raises(ceremony.RootKeyNeeded, match="--type-passphrase"):
        root_list.sign(ListPlan(2, YEAR, ()), passphrase=None, at=NOW)
    with pytest.raises(WrongPassphrase):
        root_list.sign(ListPlan(2, YEAR, ()), passphrase="guessed", at=NOW)


def test_the_folder_of_the_root_may_lie_elsewhere(home, monkeypatch, tmp_path_factory):  # noqa: F811
    medium = tmp_path_factory.mktemp("medium")
    for module in ("authorities", "root_key", "root_list"):
        changed = replace(settings, home=home, root_folder=str(medium))
        monkeypatch.setattr(f"senim.certification.ceremony.{module}.settings", changed)
    ceremony.perform(plan_without_people(), at=NOW)
    assert (medium / "root.key").exists()
    assert not (home / "root").exists()


def test_everything_under_a_sandboxs_root_carries_its_mark(performed):
    for label in ("root", "issuing", "ocsp", "tsa"):
        assert marked(certificates.certificate_file(label)), label


def test_without_the_switch_in_the_plan_nothing_carries_the_mark(home):  # noqa: F811
    ceremony.perform(replace(plan_without_people(), sandbox=False), at=NOW)
    assert not [
        label for label in ("root", "issuing", "ocsp", "tsa") if marked(certificates.certificate_file(label))
    ]


def test_openssl_accepts_the_next_list_and_finds_the_authority_revoked(performed):
    at = NOW + timedelta(seconds=1)
    root_list.sign(compromised(at=NOW), passphrase=ROOT_PASSPHRASE, at=at)
    for name in ("root", "issuing"):
        openssl(performed, "x509", "-inform", "DER", "-in", f"{name}.cer", "-out", f"{name}.pem")
    listed = openssl(
        performed, "crl", "-inform", "DER", "-in", "root.crl", "-CAfile", "root.pem", "-text", "-noout"
    )
    assert "verify OK" in listed.stderr
    for said in (f"{issuing().serial_number:X}", "CA Compromise", "X509v3 CRL Number: \n                2"):
        assert said in listed.stdout
    openssl(performed, "crl", "-inform", "DER", "-in", "root.crl", "-out", "list.pem")
    checked = openssl(
        performed, "verify", "-crl_check", "-CAfile", "root.pem", "-CRLfile", "list.pem", "issuing.pem"
    )
    assert checked.returncode != 0
    assert "certificate revoked" in checked.stderr


def openssl(home, *typed):  # noqa: F811
    return subprocess.run(["openssl", *typed], cwd=home / "certificates", capture_output=True, text=True)


def test_what_the_root_revokes_our_own_verbs_learn_too(performed):
    root_list.sign(compromised(), passphrase=ROOT_PASSPHRASE, at=NOW)
    key_id = x509.load_der_x509_certificate(certificates.certificate_file("root")).extensions
    root_id = key_id.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    said = status_of(issuer_key_id=root_id, serial_number=issuing().serial_number, at=NOW)
    assert (said.status, said.reason) == (CertStatus.REVOKED, RevocationReason.CA_COMPROMISE)


def test_a_list_that_was_cut_off_before_it_was_written_is_carried_out_once_more(performed, monkeypatch):
    with monkeypatch.context() as cut:
        cut.setattr(root_list, "write_whole", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            root_list.sign(compromised(), passphrase=ROOT_PASSPHRASE, at=NOW)
    assert root_list.sign(compromised(), passphrase=ROOT_PASSPHRASE, at=NOW).number == 2


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        (lambda: ListPlan(2, YEAR, ()), "would follow list 2"),
        (lambda: ListPlan(3, YEAR, ()), "the list before also names"),
        (lambda: compromised(3, NOW - timedelta(days=1)), "in these very words"),
        (lambda: compromised(3, NOW + timedelta(days=1)), "the list before also names"),
    ],
)
def test_a_list_never_says_less_than_the_one_before(performed, plan, why):
    root_list.sign(compromised(), passphrase=ROOT_PASSPHRASE, at=NOW)
    with pytest.raises(ListRefused, match=why):
        root_list.sign(plan(), passphrase=ROOT_PASSPHRASE, at=NOW)
    assert root_list.sign(compromised(3), passphrase=ROOT_PASSPHRASE, at=NOW).revoked == (
        issuing().serial_number,
    )


def test_a_list_of_what_the_root_never_issued_or_of_tomorrow_is_refused(performed):
    stranger = ListPlan(2, YEAR, (crl.Revocation(77, NOW, RevocationReason.SUPERSEDED),))
    with pytest.raises(ListRefused, match="issued no authority"):
        root_list.sign(stranger, passphrase=ROOT_PASSPHRASE, at=NOW)
    with pytest.raises(ListRefused, match="future"):
        root_list.sign(compromised(at=NOW + timedelta(hours=1)), passphrase=ROOT_PASSPHRASE, at=NOW)
    with pytest.raises(ListRefused, match="clock"):
        root_list.sign(ListPlan(2, YEAR, ()), passphrase=ROOT_PASSPHRASE, at=NOW - timedelta(days=40))


ENTRY = """
number = 2
valid_days = 1
[[revoked]]
serial_number = "0f"
revoked_at = 2026-01-01T00:00:00Z
reason = "superseded"
"""


def test_a_file_that_is_a_list_is_read(tmp_path):
    (tmp_path / "list.toml").write_text(ENTRY)
    [entry] = root_list.read(tmp_path / "list.toml").revoked
    assert entry == crl.Revocation(15, datetime(2026, 1, 1, tzinfo=UTC), RevocationReason.SUPERSEDED)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not toml [",
        "number = 0\nvalid_days = 1",
        "number = 2\nvalid_days = 0",
        ENTRY.replace("0f", "xyz"),
        ENTRY.replace("00Z", "00"),
        ENTRY.replace("superseded", "certificateHold"),
    ],
)
def test_a_file_that_is_no_list_is_refused(tmp_path, text):
    (tmp_path / "list.toml").write_text(text)
    with pytest.raises(ceremony.PlanWrong):
        root_list.read(tmp_path / "list.toml")


def test_the_file_shipped_as_an_example_can_be_read():
    from tests.authority import PLAN_FILE

    assert root_list.read(PLAN_FILE.with_name("root-crl.toml")) == ListPlan(2, YEAR, ())


def test_secrets_of_services_do_not_open_the_root(performed):
    for name in secrets.SECRETS:
        said = (performed / "secrets" / name).read_text().strip()
        with pytest.raises(WrongPassphrase):
            root_list.sign(ListPlan(2, YEAR, ()), passphrase=said, at=NOW)
