"""Generations of status files: what is in them, and what happens when files and database disagree."""

import os
import shutil
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as some
from tests.certification.generations import said_of, shown

from senim.certification import publication, revocation, status_files
from senim.certification.models import Certificate, Generation
from senim.certification.revocation import AlreadyRevoked, NoSuchCertificate, ReasonNotAllowed, revoke
from senim.certification.status import status_of
from senim.pki import crl
from senim.pki.crl import RevocationReason
from senim.pki.ocsp import CertStatus
from senim.settings import settings

AIGERIM = {"iin": "940308492147", "surname": "Сәрсенова", "given_name": "Айгерім"}
NOW = datetime.now(UTC).replace(microsecond=0)


def test_nothing_is_published_while_nothing_changed(authority):
    assert authority.publish(NOW) == 1
    assert authority.publish(NOW + timedelta(seconds=5)) is None
    authority.issue(**AIGERIM)
    assert authority.publish(NOW + timedelta(seconds=6)) == 2


def test_statuses_are_signed_anew_in_time_though_nothing_changed(authority):
    authority.publish(NOW)
    assert authority.publish(NOW + settings.status_renewed_every) == 2
    assert shown(authority).manifest.this_update == NOW + settings.status_renewed_every


def test_lists_are_signed_anew_only_when_something_was_revoked(authority):
    authority.publish(NOW)
    holder = authority.issue(**AIGERIM)
    authority.publish(NOW + timedelta(seconds=1))
    assert shown(authority).manifest.scopes["issuing"].complete.number == 1
    authority.revoke(holder, NOW)
    authority.publish(NOW + timedelta(seconds=2))
    assert shown(authority).manifest.scopes["issuing"].complete.number == 3


def test_a_list_names_serial_number_time_and_reason(authority):
    holder = authority.issue(**AIGERIM)
    authority.revoke(holder, NOW, RevocationReason.KEY_COMPROMISE)
    authority.publish(NOW)
    for name in ("issuing.crl", "issuing-0.crl"):
        listed = crl.read(shown(authority).lists[name], issuer=authority.issuing)
        wanted = crl.Revocation(holder.serial_number, NOW, RevocationReason.KEY_COMPROMISE)
        assert wanted in listed.revocations()
        assert listed.next_update - listed.this_update == settings.crl_next_update


def test_an_expired_certificate_leaves_the_list_but_not_the_statuses(authority):
    short = authority.issue(**AIGERIM, not_before=NOW - timedelta(days=5), not_after=NOW + timedelta(days=1))
    authority.revoke(short, NOW)
    authority.publish(NOW)
    later = NOW + timedelta(days=1) + settings.crl_next_update + timedelta(minutes=1)
    authority.publish(later)
    listed = x509.load_der_x509_crl(shown(authority).lists["issuing.crl"])
    assert listed.get_revoked_certificate_by_serial_number(short.serial_number) is None
    assert said_of(shown(authority).statuses, short.serial_number).status is CertStatus.REVOKED


def test_files_ahead_of_the_database_stop_publication(authority):
    authority.publish(NOW)
    Generation.objects.all().delete()
    authority.issue(**AIGERIM)
    with pytest.raises(publication.FilesAhead):
        authority.publish(NOW)


@pytest.mark.parametrize("spoil", ["changed", "gone", "everything gone"])
def test_broken_files_are_written_anew_from_the_database(authority, spoil):
    good, taken_back = authority.issue(**AIGERIM), authority.issue(**AIGERIM)
    authority.revoke(taken_back, NOW)
    authority.publish(NOW)
    folder = publication.folder()
    statuses = folder / str(status_files.current_number(folder)) / "base"
    if spoil == "changed":
        statuses.write_bytes(statuses.read_bytes()[:-32])
    elif spoil == "gone":
        statuses.unlink()
    else:
        shutil.rmtree(folder)
    authority.publish(NOW + timedelta(seconds=1))
    generation = shown(authority)
    statuses = generation.statuses
    assert said_of(statuses, good.serial_number).status is CertStatus.GOOD
    assert said_of(statuses, taken_back.serial_number).status is CertStatus.REVOKED
    assert generation.manifest.certificates == Certificate.objects.filter(issuer="issuing").count()


def test_after_files_that_went_back_a_generation_nothing_that_was_in_it_is_lost(authority):
    taken_back = authority.issue(**AIGERIM)
    before = authority.publish(NOW)
    authority.revoke(taken_back, NOW)
    fresh = authority.issue(**AIGERIM)
    authority.publish(NOW + timedelta(seconds=1))
    publication._show(before)
    authority.publish(NOW + timedelta(seconds=2))
    statuses = shown(authority).statuses
    assert said_of(statuses, taken_back.serial_number).status is CertStatus.REVOKED
    assert said_of(statuses, fresh.serial_number).status is CertStatus.GOOD
    assert authority.publish(NOW + timedelta(seconds=3)) is None, "once is enough"


def test_a_file_that_breaks_while_nothing_changes_is_noticed_at_the_next_look(authority):
    """Even one of the same length and time: the file system knows that it was written to."""
    authority.issue(**AIGERIM)
    authority.publish(NOW)
    assert authority.publish(NOW) is None, "looked at, and whole"
    base = publication.folder() / "1" / "base"
    said, spoilt = base.stat(), bytearray(base.read_bytes())
    spoilt[-1] ^= 1
    base.write_bytes(spoilt)
    os.utime(base, ns=(said.st_atime_ns, said.st_mtime_ns))
    assert authority.publish(NOW) == 2
    assert shown(authority).number == 2


def test_files_are_read_whole_now_and_then_whatever_the_file_system_says(authority, monkeypatch):
    authority.publish(NOW)
    folder, issuing, whole = publication.folder() / "1", [authority.issuing], []
    read = status_files.read
    monkeypatch.setattr(status_files, "read", lambda *said, **how: whole.append(1) or read(*said, **how))
    watch = status_files.Watch()
    for seconds in (0, 1, 599, 600, 601):
        watch.look(folder, issuing=issuing, at=NOW + timedelta(seconds=seconds))
    assert len(whole) == 2


@pytest.mark.parametrize("certificates", [1, 5])
def test_recent_statuses_become_part_of_the_base_once_there_are_many(authority, monkeypatch, certificates):
    monkeypatch.setattr(status_files, "RECENT_AT_LEAST", 4)
    authority.publish(NOW)
    before = shown(authority).statuses.base.count
    made = [authority.issue(**AIGERIM) for _ in range(certificates)]
    authority.publish(NOW + timedelta(seconds=1))
    generation = shown(authority)
    in_base = generation.statuses.base.count - before
    assert (in_base, generation.statuses.recent.count) == ((0, 1) if certificates == 1 else (5, 0))
    assert generation.manifest.certificates == before + certificates
    for one in made:
        assert said_of(generation.statuses, one.serial_number).status is CertStatus.GOOD


def test_old_generations_are_cleared_away(authority):
    for second in range(6):
        authority.issue(**AIGERIM)
        authority.publish(NOW + timedelta(seconds=second))
    assert sorted(file.name for file in publication.folder().iterdir()) == ["4", "5", "6", "current"]


def test_a_revocation_is_for_good(authority):
    holder = authority.issue(**AIGERIM)
    before, at, after = NOW - timedelta(seconds=1), NOW, NOW + timedelta(days=1000)
    arguments = {"serial_number": holder.serial_number, "at": at, "actor": "test"}
    revoke(reason=RevocationReason.SUPERSEDED, **arguments)
    with pytest.raises(AlreadyRevoked):
        revoke(reason=RevocationReason.KEY_COMPROMISE, **arguments)
    asked = {"issuer_key_id": None, "serial_number": holder.serial_number}
    assert status_of(**asked, at=before).status is CertStatus.GOOD
    for moment in (at, after):
        status = status_of(**asked, at=moment)
        assert (status.status, status.revoked_at) == (CertStatus.REVOKED, at)
        assert status.reason is RevocationReason.SUPERSEDED


def test_a_revocation_dated_by_a_clock_that_was_ahead_holds_at_once(authority):
    holder = authority.issue(**AIGERIM)
    authority.revoke(holder, NOW + timedelta(days=40))
    status = status_of(issuer_key_id=None, serial_number=holder.serial_number, at=datetime.now(UTC))
    assert status.status is CertStatus.REVOKED


def test_a_certificate_is_not_put_on_hold(authority):
    holder = authority.issue(**AIGERIM)
    with pytest.raises(ReasonNotAllowed):
        revoke(
            serial_number=holder.serial_number,
            reason=RevocationReason.CERTIFICATE_HOLD,
            at=NOW,
            actor="test",
        )


@pytest.mark.parametrize("serial_number", [-1, 0, 5, 2**160, 2**200])
def test_what_was_never_issued_is_not_revoked_and_is_unknown(authority, serial_number):
    with pytest.raises(NoSuchCertificate):
        revoke(serial_number=serial_number, reason=RevocationReason.SUPERSEDED, at=NOW, actor="test")
    status = status_of(issuer_key_id=None, serial_number=serial_number, at=NOW)
    assert status.status is CertStatus.UNKNOWN


def test_a_serial_number_of_another_issuer_is_unknown(authority):
    holder = authority.issue(**AIGERIM)
    for key_id in (b"another issuer", b""):
        status = status_of(issuer_key_id=key_id, serial_number=holder.serial_number, at=NOW)
        assert status.status is CertStatus.UNKNOWN


def test_refusals_of_this_room_have_words():
    for refusal in (AlreadyRevoked, NoSuchCertificate, ReasonNotAllowed):
        assert str(refusal().reason)
        assert str(refusal().next_step)
    assert revocation.CLAUSE == "CA-8.P3b"


NUMBERS = some.integers(min_value=1, max_value=2**160 - 1)
REASONS = some.sampled_from([None, *RevocationReason])


@given(some.dictionaries(NUMBERS, REASONS, max_size=30), some.dictionaries(NUMBERS, REASONS, max_size=30))
def test_merged_statuses_are_those_of_the_newer_over_the_older(older, newer):
    def records(said):
        return [status_files.record_of(n, NOW if r else None, r) for n, r in said.items()]

    base = status_files.Statuses(status_files.merge(status_files.EMPTY, records(older)))
    merged = status_files.Statuses(status_files.merge(base, records(newer)))
    expected = {**older, **newer}
    assert merged.count == len(expected)
    for number, reason in expected.items():
        status = status_files.status_in(merged.record(number))
        assert status.reason is reason
        assert status.status is (CertStatus.REVOKED if reason else CertStatus.GOOD)
        if number + 1 not in expected:
            assert merged.record(number + 1) == b""
