"""Certificates of the ceremony by their labels, the root's next list on record, and small refusals."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from tests.authority import ROOT_PASSPHRASE
from tests.certification.ordering import DANIYAR, DAUREN
from tests.certification.test_ceremony import home  # noqa: F401 (a fixture)
from tests.certification.test_issuance import SERVICE
from tests.certification.test_root import YEAR, compromised, issuing, performed  # noqa: F401 (a fixture)

from senim.certification import certificates
from senim.certification.ceremony import certify, root_key, root_list
from senim.certification.examination import profile_of
from senim.certification.facts import SubjectFacts
from senim.certification.lint import LintFound, lint
from senim.certification.models import Certificate, Revocation
from senim.journal.models import Entry
from senim.pki import crl
from senim.pki.certificates import parts_of
from senim.pki.keys import KeyAlgorithm, generate, public_der

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def certified(performed, ceremony_performed):  # noqa: F811
    """Certify a key for the service "clock", as the ceremony does."""
    log = certify.Log()

    def certified(key, at=NOW):
        der = certify.certify(
            ceremony_performed,
            label="clock",
            profile_name="tsa",
            facts=SERVICE,
            public_key=key.public_key(),
            at=at,
            log=log,
        )
        return der, log.made

    return certified


def row_of(der):
    return Certificate.objects.get(serial_number=f"{parts_of(der).serial_number:040x}")


def test_a_label_keeps_its_certificate_as_long_as_its_key(certified):
    key = generate(KeyAlgorithm.P256)
    first, made = certified(key)
    file = certify.certificate_path("clock")
    file.unlink()
    assert certified(key, at=NOW + timedelta(days=1)) == (first, made)
    assert made == ["certificate clock"]
    assert file.read_bytes() == first
    row = row_of(first)
    assert (row.label, row.profile, row.issuer) == ("clock", "tsa", "issuing")
    assert row.intended_at == row.issued_at == NOW


def test_another_key_under_a_label_takes_its_place_and_the_old_one_is_revoked(certified):
    first, _ = certified(generate(KeyAlgorithm.P256))
    key, later = generate(KeyAlgorithm.P256), NOW + timedelta(hours=1)
    second, made = certified(key, at=later)
    assert made == ["certificate clock"] * 2
    assert certify.certificate_path("clock").read_bytes() == second
    assert parts_of(second).public_key_info == public_der(key.public_key())
    old = row_of(first)
    assert (old.label, old.revocation.reason, old.revocation.revoked_at) == (None, "superseded", later)
    given_up = Entry.objects.get(verb="certification.abandon")
    assert given_up.subject == f"certificate:{old.serial_number}"


def test_a_key_of_somebody_else_is_not_certified_by_a_ceremony(authority):
    facts = {name: getattr(DANIYAR, name) for name in ("iin", "surname", "given_name")}
    theirs = authority.issue(**facts)
    with pytest.raises(ValueError, match="the key of dauren is somebody else's or compromised"):
        certify.certify(
            authority.authority,
            label="dauren",
            profile_name="operator_sign",
            facts=SubjectFacts(**DAUREN),
            public_key=theirs.key.public_key(),
            at=NOW,
            log=certify.Log(),
        )
    assert not Certificate.objects.filter(label="dauren").exists()


def test_a_file_is_written_whole_and_only_if_it_says_something_else(tmp_path):
    file = tmp_path / "deep" / "file"
    certify.write_whole(file, b"one", private=True)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    before = file.stat().st_ino
    certify.write_whole(file, b"one", private=True)
    assert file.stat().st_ino == before
    certify.write_whole(file, b"two")
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (b"two", 0o644)
    assert [one.name for one in file.parent.iterdir()] == ["file"]


def test_the_roots_next_list_is_on_record_with_what_it_revokes(performed):  # noqa: F811
    at = NOW + timedelta(seconds=1, microseconds=5)
    revoked_at, number = NOW - timedelta(hours=1), issuing().serial_number
    signed = root_list.sign(compromised(at=revoked_at), passphrase=ROOT_PASSPHRASE, at=at)
    whole = at.replace(microsecond=0)
    assert signed == root_list.Signed(2, whole, whole + YEAR, (number,))
    entry = Entry.objects.get(verb="ceremony.root_list")
    assert (entry.actor, entry.clause, entry.subject) == ("ceremony", "CA-8.P3b", "root-list:2")
    assert (entry.at, entry.facts) == (at, {"revoked": [f"{number:040x}"]})
    assert [one["table"] for one in entry.changed] == ["certification_revocation"]
    row = Revocation.objects.get()
    assert (row.reason, row.revoked_at, row.actor) == ("cACompromise", revoked_at, "ceremony")
    listed = crl.read(root_key.list_file().read_bytes(), issuer=certificates.certificate_file("root"))
    assert (listed.number, listed.this_update, listed.next_update) == (2, whole, whole + YEAR)
    root_list.sign(compromised(3, at=revoked_at), passphrase=ROOT_PASSPHRASE, at=at)
    assert Entry.objects.get(subject="root-list:3").changed == []
    assert Revocation.objects.count() == 1


def test_serial_numbers_of_a_list_may_be_written_with_colons(tmp_path):
    file = tmp_path / "list.toml"
    file.write_text(
        'number = 7\nvalid_days = 30\n[[revoked]]\nserial_number = "0F:a0"\n'
        'revoked_at = 2026-01-01T05:00:00.5+05:00\nreason = "cACompromise"\n'
    )
    plan = root_list.read(file)
    assert (plan.number, plan.valid_for) == (7, timedelta(days=30))
    midnight = datetime(2026, 1, 1, tzinfo=UTC)
    assert plan.revoked == (crl.Revocation(0x0FA0, midnight, crl.RevocationReason.CA_COMPROMISE),)


def test_what_is_no_certificate_is_a_finding_of_the_lint():
    for rubbish in (b"", b"rubbish", b"\x30\x00"):
        with pytest.raises(LintFound, match=r"^unreadable$") as found:
            lint(rubbish)
        assert found.value.findings == ("unreadable",)


def test_a_certificate_that_names_no_usages_is_of_no_profile(authority):
    assert profile_of(x509.load_der_x509_certificate(authority.root)) == ""
    operator = authority.issue("operator_sign", **DAUREN)
    assert profile_of(x509.load_der_x509_certificate(operator.certificate)) == "operator_sign"
