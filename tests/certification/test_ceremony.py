"""The key ceremony: once, resumable, and nothing of the root outside its own folder."""

import json
import stat
import subprocess
import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12
from tests.authority import PLAN_FILE, plan_without_people

from senim.certification import ceremony, publication
from senim.certification.ceremony import certify
from senim.certification.lint import lint
from senim.certification.models import Certificate
from senim.certification.status import status_of
from senim.pki.ocsp import CertStatus
from senim.runtime.isolation import secrets
from senim.settings import settings

NOW = datetime.now(UTC)
PEOPLE = Path(__file__).parents[2] / "src" / "senim_sandbox" / "people.toml"


READERS_OF_SETTINGS = (
    "senim.certification.certificates",
    "senim.certification.issuers",
    "senim.certification.publication",
    "senim.certification.ceremony.certify",
    "senim.certification.ceremony.authorities",
    "senim.certification.ceremony.root_key",
    "senim.certification.ceremony.root_list",
    "senim.certification.ceremony.holders",
    "senim.certification.ceremony.succession",
)


@pytest.fixture
def home(tmp_path, monkeypatch, db):
    """A fresh instance's home."""
    secrets.make_missing(tmp_path)
    changed = replace(settings, home=tmp_path)
    for module in READERS_OF_SETTINGS:
        monkeypatch.setattr(f"{module}.settings", changed)
    return tmp_path


@pytest.fixture
def plan():
    """Everything of the reviewed file, of its people an operator and an official."""
    whole = ceremony.read(PLAN_FILE)
    wanted = {"owner", "dauren", "gulnar"}
    return replace(whole, holders=tuple(one for one in whole.holders if one.slug in wanted))


def contents(folder):
    """What must not change at a second run: everything but the published statuses."""
    files = [file for file in sorted(folder.rglob("*")) if file.is_file() and "status" not in file.parts]
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


def test_carried_out_twice_the_ceremony_changes_nothing(home, plan):
    first = ceremony.perform(plan, at=NOW)
    before, known = contents(home), Certificate.objects.count()
    second = ceremony.perform(plan, at=NOW + timedelta(minutes=1))
    assert (second.made, second.passwords) == ((), first.passwords)
    assert contents(home) == before
    assert Certificate.objects.count() == known


def test_the_ceremony_makes_what_the_reviewed_file_names(home, plan):
    ceremony.perform(plan, at=NOW)
    assert sorted(file.name for file in (home / "keys").iterdir()) == [
        "issuing.key",
        "journal.key",
        "ocsp.key",
        "tsa.key",
    ]
    for name in ("root.cer", "root.crl", "issuing.cer", "ocsp.cer", "tsa.cer", "journal.pub"):
        assert (home / "certificates" / name).exists()
    assert (home / "sandbox" / "owner.p12").exists()
    assert (home / "sandbox" / "people" / "dauren.p12").exists()


def test_every_certificate_of_the_ceremony_is_good_and_without_findings(home, plan):
    ceremony.perform(plan, at=NOW)
    rows = list(Certificate.objects.all())
    assert len(rows) == 4 + 1 + 2 + 2
    for row in rows:
        lint(bytes(row.der))
        if row.issuer == "issuing":
            number = int(row.serial_number, 16)
            assert status_of(issuer_key_id=None, serial_number=number, at=NOW).status is CertStatus.GOOD


def test_keys_at_rest_are_encrypted_and_private(home, plan):
    ceremony.perform(plan, at=NOW)
    for file in [*(home / "keys").iterdir(), home / "root" / "root.key"]:
        assert b"ENCRYPTED PRIVATE KEY" in file.read_bytes()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for file in (home / "sandbox" / "people").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_roots_passphrase_is_in_its_own_folder_only(home, plan):
    ceremony.perform(plan, at=NOW)
    passphrase = (home / "root" / "passphrase").read_bytes()
    assert len(passphrase) >= 32
    elsewhere = {name: said for name, said in contents(home).items() if name != "root/passphrase"}
    assert not [name for name, said in elsewhere.items() if passphrase in said]


class PowerCut(BaseException):
    """Unlike an error, nothing catches it."""


def test_cut_off_after_every_single_file_the_ceremony_is_finished_by_the_next_run(home, plan, monkeypatch):
    """Each run is cut off after the first file it adds, until one has nothing to add."""
    real, runs = certify.write_whole, 0

    def write_then_cut(file, content, *, private=False):
        fresh = not file.exists()
        real(file, content, private=private)
        if fresh:
            raise PowerCut

    for module in ("certify", "authorities", "holders", "root_key", "root_list"):
        monkeypatch.setattr(f"senim.certification.ceremony.{module}.write_whole", write_then_cut)
    while True:
        runs += 1
        try:
            ceremony.perform(plan, at=NOW + timedelta(seconds=runs))
        except PowerCut:
            continue
        break
    assert runs > 10
    for holder, password in ceremony.perform(plan, at=NOW).passwords.items():
        opened = pkcs12.load_pkcs12(
            (home / "sandbox" / "people" / f"{holder}.p12").read_bytes(), password.encode()
        )
        number = opened.cert.certificate.serial_number
        assert status_of(issuer_key_id=None, serial_number=number, at=NOW).status is CertStatus.GOOD
    for row in Certificate.objects.filter(label__isnull=False):
        assert certify.certificate_path(row.label).read_bytes() == bytes(row.der)
    for row in Certificate.objects.filter(label__isnull=True):
        assert hasattr(row, "revocation"), "a certificate whose key was lost stays good"


def test_the_ceremony_refuses_beside_a_restored_database(home, plan):
    ceremony.perform(plan, at=NOW)
    from senim.certification.models import Generation

    Generation.objects.all().delete()
    with pytest.raises(publication.FilesAhead):
        ceremony.perform(plan, at=NOW)


def test_a_person_opens_the_key_file_with_the_printed_password(home, plan, tmp_path):
    performed = ceremony.perform(plan, at=NOW)
    said = json.loads((home / "sandbox" / "people" / "passwords.json").read_text())["dauren"]
    assert said["password"] == performed.passwords["dauren"]
    listed = subprocess.run(
        ["openssl", "pkcs12", "-in", "dauren.p12", "-passin", f"pass:{said['password']}", "-nodes"],
        cwd=home / "sandbox" / "people",
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert listed.count("BEGIN PRIVATE KEY") == 2
    assert listed.count("BEGIN CERTIFICATE") == 4
    assert {"friendlyName: sign", "friendlyName: auth"} <= {line.strip() for line in listed.splitlines()}


def test_openssl_refuses_a_key_file_with_a_wrong_password(home, plan):
    ceremony.perform(plan, at=NOW)
    refused = subprocess.run(
        ["openssl", "pkcs12", "-in", "dauren.p12", "-passin", "pass:wrong", "-nodes"],
        cwd=home / "sandbox" / "people",
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode != 0
    assert "Mac verify error" in refused.stderr


def test_the_ceremony_names_the_people_of_the_sandbox():
    people = {one["id"]: one for one in tomllib.loads(PEOPLE.read_text(encoding="utf-8"))["people"]}
    named = [holder for holder in ceremony.read(PLAN_FILE).holders if holder.folder == "people"]
    assert {"aigerim", "daniyar", "dauren", "ainur", "gulnar", "erlan"} <= {holder.slug for holder in named}
    for holder in named:
        person = people[holder.slug]
        for field in ("iin", "surname", "given_name", "patronymic", "email"):
            assert getattr(holder.facts, field) == person.get(field, ""), (holder.slug, field)


def test_the_ceremony_names_the_bodies_of_the_sandbox():
    bodies = tomllib.loads(PEOPLE.read_text(encoding="utf-8"))["legal_entities"]
    names = {one["bin"]: one["kk"] for one in bodies}
    for holder in ceremony.read(PLAN_FILE).holders:
        if holder.facts.bin:
            assert names[holder.facts.bin] == holder.facts.organisation


@pytest.mark.parametrize("text", ["", "[root]", "not toml at all [", "[root]\ncommon_name = 1"])
def test_a_file_that_cannot_be_carried_out_is_refused(tmp_path, text):
    (tmp_path / "plan.toml").write_text(text)
    with pytest.raises(ceremony.PlanWrong):
        ceremony.read(tmp_path / "plan.toml")


def test_the_root_signs_the_issuing_authority_and_an_empty_list(home, tmp_path):
    ceremony.perform(plan_without_people(), at=NOW)
    root = x509.load_der_x509_certificate((home / "certificates" / "root.cer").read_bytes())
    issuing = x509.load_der_x509_certificate((home / "certificates" / "issuing.cer").read_bytes())
    root.verify_directly_issued_by(root)
    issuing.verify_directly_issued_by(root)
    listed = x509.load_der_x509_crl((home / "certificates" / "root.crl").read_bytes())
    assert listed.is_signature_valid(root.public_key())
    assert len(listed) == 0
