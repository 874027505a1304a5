import subprocess
from datetime import UTC, datetime

import pytest

from senim.certification.lint import lint
from senim.certification.status import status_of
from senim.pki import cms
from senim.pki.ocsp import CertStatus

AIGERIM = {"iin": "940308492147", "surname": "Сәрсенова", "given_name": "Айгерім", "patronymic": "Нұрланқызы"}
OWNER = {"organisation": "Комитет", "bin": "020940900141"}


def to_pem(der):
    import ssl

    return ssl.DER_cert_to_PEM_cert(der)


@pytest.mark.parametrize(
    ("profile", "facts"),
    [
        ("individual_sign", AIGERIM | {"email": "aigerim@mail.test"}),
        ("individual_auth", AIGERIM),
        ("operator_sign", AIGERIM),
        ("operator_auth", AIGERIM),
        ("official", AIGERIM | OWNER),
        ("authorised_body", AIGERIM | OWNER),
        ("state_body", OWNER),
    ],
)
def test_openssl_accepts_every_profile(authority, tmp_path, profile, facts):
    holder = authority.issue(profile, **facts)
    for name, der in (("root", authority.root), ("issuing", authority.issuing), ("leaf", holder.certificate)):
        (tmp_path / f"{name}.pem").write_text(to_pem(der))
    verified = subprocess.run(
        ["openssl", "verify", "-x509_strict", "-CAfile", "root.pem", "-untrusted", "issuing.pem", "leaf.pem"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert verified.stdout == "leaf.pem: OK\n", verified.stderr


def test_a_holder_signs_and_is_known(authority):
    holder = authority.issue(**AIGERIM)
    cms.read(holder.sign(b"text")).verify(b"text")
    now = datetime.now(UTC)
    assert status_of(issuer_key_id=None, serial_number=holder.serial_number, at=now).status is CertStatus.GOOD
    authority.revoke(holder, now)
    assert (
        status_of(issuer_key_id=None, serial_number=holder.serial_number, at=now).status is CertStatus.REVOKED
    )


def test_authorities_own_certificates_have_no_findings(authority):
    for der in authority.chain:
        lint(der)
