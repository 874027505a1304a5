"""The trust set of this instance: a real ceremony, certificates recorded in the database."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from tests.pki.chain import AT, person

from senim.pki import certificates, cms
from senim.validation import SubIndication, check, check_certificate

if TYPE_CHECKING:
    from tests.holders import TestAuthority

CONTENT = "Өтініш".encode()
FACTS = {"iin": "940101400001", "surname": "Сәрсенова", "given_name": "Айгерім"}


@pytest.mark.parametrize("profile", ["individual_sign", "individual_auth", "operator_sign"])
def test_a_signature_by_a_certificate_of_ours_passes_and_names_its_profile(
    authority: "TestAuthority", profile: str
) -> None:
    holder, now = authority.issue(profile, **FACTS), datetime.now(UTC)
    report = check(cms=holder.sign(CONTENT), content=CONTENT, at=now)
    assert report.passed, report
    assert report.signer is not None
    assert (report.signer.profile, report.signer.iin) == (profile, FACTS["iin"])


def test_once_revoked_it_fails_and_before_that_moment_it_had_passed(authority: "TestAuthority") -> None:
    holder, now = authority.issue(**FACTS), datetime.now(UTC)
    authority.revoke(holder, at=now)
    message = holder.sign(CONTENT)
    assert check(cms=message, content=CONTENT, at=now).sub_indication is SubIndication.REVOKED
    assert check(cms=message, content=CONTENT, at=now - timedelta(seconds=1)).passed


def test_a_certificate_signed_by_our_key_but_not_recorded_is_not_trusted(authority: "TestAuthority") -> None:
    known = authority.issue(**FACTS)
    said = x509.load_der_x509_certificate(known.certificate)
    template = certificates.Template(
        issuer=said.issuer,
        subject=said.subject,
        public_key=known.key.public_key(),
        serial_number=certificates.new_serial_number(),
        not_before=said.not_valid_before_utc,
        not_after=said.not_valid_after_utc,
        extensions=tuple(certificates.Extension(one.value, one.critical) for one in said.extensions),
    )
    unrecorded = certificates.build(template, key=authority.authority.key)
    report = check_certificate(unrecorded, at=datetime.now(UTC))
    assert report.sub_indication is SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE


def test_a_certificate_of_another_authority_has_no_chain(authority: "TestAuthority") -> None:
    message = cms.sign(CONTENT, key=person().key, certificate=person().der, at=AT)
    report = check(cms=message, content=CONTENT, at=AT)
    assert report.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND
    assert report.signer is None
