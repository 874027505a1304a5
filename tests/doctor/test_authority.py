"""What the doctor says of certificates, statuses, lists and the root key, each broken for real."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest
from tests.authority import ROOT_PASSPHRASE

from senim.certification.models import Certificate, Revocation
from senim.settings import settings

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
OPERATOR = {"iin": "851102393201", "surname": "Оспанов", "given_name": "Дәурен"}
BODY = {"bin": "020940900141", "organisation": "Жеке басты куәландыратын құжаттар комитеті"}


def ids(found):
    return [(level, id_) for level, id_, _ in found]


def test_certificates_of_operators_and_state_bodies_about_to_end_are_named(authority, look):
    assert look("certificates") == []
    operator = authority.issue("operator_sign", not_after=NOW + 20 * DAY, **OPERATOR)
    [(level, id_, facts)] = look("certificates")
    assert (level, id_) == ("WARNING", "certificates.of_others_soon")
    assert facts["serial"] == f"{operator.serial_number:040x}"
    body = authority.issue("state_body", not_before=NOW - 3 * DAY, not_after=NOW - DAY, **BODY)
    assert (f"{body.serial_number:040x}", "WARNING", "certificates.of_others_ended") in [
        (facts["serial"], level, id_) for level, id_, facts in look("certificates")
    ]


def test_a_certificate_with_a_successor_or_taken_back_needs_no_mending(authority, look):
    authority.issue("operator_sign", not_after=NOW + 20 * DAY, **OPERATOR)
    authority.issue("operator_sign", **OPERATOR)
    authority.revoke(authority.issue("operator_auth", not_after=NOW + 20 * DAY, **OPERATOR))
    assert look("certificates") == []


def test_who_left_long_ago_is_forgotten_and_citizens_are_never_named(authority, look):
    authority.issue("operator_sign", not_before=NOW - 90 * DAY, not_after=NOW - 60 * DAY, **OPERATOR)
    authority.issue("individual_sign", not_after=NOW + DAY, **OPERATOR)
    assert look("certificates") == []


def test_the_authoritys_own_certificates_are_broken_once_ended(look):
    ocsp = Certificate.objects.get(label="ocsp")
    assert ids(look("certificates", at=ocsp.not_after - 10 * DAY)) == [("WARNING", "certificates.soon")]
    assert ids(look("certificates", at=ocsp.not_after + 300 * DAY)) == [("BROKEN", "certificates.ended")]


def test_statuses_that_age_are_told_before_and_after_they_are_stale(authority, look):
    assert ids(look("publication")) == [("BROKEN", "publication.unreadable")]
    authority.publish(NOW)
    assert look("publication") == []
    old = NOW + 4 * settings.status_renewed_every
    assert ids(look("publication", at=old)) == [("WARNING", "publication.old")]
    stale = NOW + settings.ocsp_next_update + timedelta(minutes=1)
    assert ids(look("publication", at=stale)) == [("BROKEN", "publication.stale")]
    gone = NOW + settings.crl_next_update + timedelta(minutes=1)
    assert ("BROKEN", "publication.list_stale") in ids(look("publication", at=gone))


def test_statuses_somebody_changed_are_told(authority, look):
    authority.publish(NOW)
    manifest = settings.home / "status" / "current" / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b"generation", b"Generation"))
    [(level, id_, facts)] = look("publication")
    assert (level, id_) == ("BROKEN", "publication.unreadable")
    assert "not signed" in facts["reason"]


def test_a_revocation_nobody_published_is_told_after_a_minute(authority, look):
    holder = authority.issue("individual_sign", **OPERATOR)
    authority.publish(NOW)
    authority.revoke(holder)
    assert look("unpublished") == []
    Revocation.objects.update(recorded_at=NOW - timedelta(minutes=2))
    [(level, id_, facts)] = look("unpublished")
    assert (level, id_, facts["number"]) == ("BROKEN", "unpublished.waiting", 1)
    authority.publish()
    assert look("unpublished") == []


def test_the_roots_list_is_told_a_month_before_it_ends(look):
    assert look("root_list") == []
    until = NOW + 335 * DAY  # the tests' ceremony was thirty days ago, its list holds a year
    assert ids(look("root_list", at=until - 10 * DAY)) == [("WARNING", "root_list.soon")]
    assert ids(look("root_list", at=until + 10 * DAY)) == [("BROKEN", "root_list.ended")]


def test_a_missing_or_foreign_list_of_the_root_is_broken(look):
    file = settings.home / "certificates" / "root.crl"
    kept = file.read_bytes()
    try:
        file.write_bytes(kept[:-5] + b"wrong")
        assert ids(look("root_list")) == [("BROKEN", "root_list.unreadable")]
        file.unlink()
        assert ids(look("root_list")) == [("BROKEN", "root_list.unreadable")]
    finally:
        file.write_bytes(kept)


def test_a_root_passphrase_left_beside_its_key_is_broken(look):
    assert look("root_key") == []
    file = settings.root / "passphrase"
    file.write_text(ROOT_PASSPHRASE)
    try:
        [(level, id_, facts)] = look("root_key", first_user_id=0)
    finally:
        file.unlink()
    assert (level, id_) == ("BROKEN", "root_key.open")
    assert "authority" in facts["services"]


@pytest.fixture(autouse=True)
def nothing_published():
    yield
    shutil.rmtree(settings.home / "status", ignore_errors=True)
