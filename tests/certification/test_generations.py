"""Generations of status files: what they say, when the next one is due, what is refused."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.certification.generations import said_of, shown

from senim.certification import publication, status_files
from senim.certification.certificates import key_id_of
from senim.certification.ledger import intend
from senim.certification.models import Certificate, Generation, Revocation
from senim.certification.revocation import revoke
from senim.certification.status import status_of
from senim.certification.status_files import GenerationRefused, Manifest, Scope, Shown, Statuses
from senim.pki import crl
from senim.pki.crl import RevocationReason
from senim.pki.keys import KeyAlgorithm, generate
from senim.pki.ocsp import CertStatus
from senim.settings import settings

AIGERIM = {"iin": "940308492147", "surname": "Сәрсенова", "given_name": "Айгерім"}
NOW = datetime.now(UTC).replace(microsecond=0)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
RENEWED = settings.status_renewed_every
LISTS = {"issuing.crl", "issuing-delta.crl", "issuing-0.crl", "issuing-0-delta.crl"}


def complete(authority):
    """The edition of the list of everything."""
    return shown(authority).manifest.scopes["issuing"].complete


def test_a_generation_says_what_it_holds_and_until_when(authority):
    authority.issue(**AIGERIM)
    authority.publish(NOW + timedelta(microseconds=5))
    manifest = shown(authority).manifest
    first = status_files.Edition(1, NOW)
    assert manifest.generation == 1
    assert manifest.scopes == dict.fromkeys(("issuing", "issuing-0"), Scope(first, first, first, first))
    assert manifest.issuer_key_id == key_id_of(authority.issuing).hex()
    assert manifest.this_update == NOW
    assert manifest.next_update == NOW + settings.ocsp_next_update
    assert manifest.certificates == Certificate.objects.filter(issuer="issuing").count()
    folder = publication.folder() / "1"
    said = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in manifest.files}
    assert said == manifest.files
    assert set(said) == {"base", "recent", *LISTS}


def test_a_generation_is_recorded_with_the_digest_of_its_manifest(authority):
    authority.publish(NOW)
    row = Generation.objects.get()
    text = (publication.folder() / "current" / "manifest.json").read_bytes()
    assert (row.number, row.written_at) == (1, NOW)
    assert bytes(row.manifest_digest) == hashlib.sha256(text).digest()
    assert row.certificates == Certificate.objects.filter(issuer="issuing").count()


def test_what_a_generation_holds_is_marked_with_its_number(authority):
    authority.publish(NOW)
    holder = authority.issue(**AIGERIM)
    authority.revoke(holder, NOW)
    authority.publish(NOW + SECOND)
    row = Certificate.objects.get(serial_number=f"{holder.serial_number:040x}")
    assert (row.published_in, row.revocation.published_in) == (2, 2)
    others = Certificate.objects.filter(issuer="issuing").exclude(pk=row.pk)
    assert set(others.values_list("published_in", flat=True)) == {1}


def test_what_was_issued_and_revoked_between_two_generations_is_never_shown_as_good(authority):
    holder = authority.issue(**AIGERIM)
    authority.revoke(holder, NOW, RevocationReason.PRIVILEGE_WITHDRAWN)
    authority.publish(NOW + SECOND)
    said = said_of(shown(authority).statuses, holder.serial_number)
    assert (said.status, said.revoked_at) == (CertStatus.REVOKED, NOW)
    assert said.reason is RevocationReason.PRIVILEGE_WITHDRAWN


def test_a_revocation_published_later_takes_the_place_of_good(authority):
    holder, other = authority.issue(**AIGERIM), authority.issue(**AIGERIM)
    authority.publish(NOW)
    assert said_of(shown(authority).statuses, holder.serial_number).status is CertStatus.GOOD
    authority.revoke(holder, NOW)
    assert authority.publish(NOW + SECOND) == 2
    statuses = shown(authority).statuses
    assert said_of(statuses, holder.serial_number).status is CertStatus.REVOKED
    assert said_of(statuses, other.serial_number).status is CertStatus.GOOD
    assert shown(authority).manifest.certificates == statuses.base.count


def test_statuses_are_renewed_to_the_second(authority):
    authority.publish(NOW)
    assert authority.publish(NOW + RENEWED - SECOND) is None
    assert authority.publish(NOW + RENEWED) == 2
    assert complete(authority).number == 2


def test_a_clock_that_was_turned_back_by_more_than_a_minute_renews_the_statuses(authority):
    authority.publish(NOW)
    assert authority.publish(NOW - MINUTE) is None
    assert authority.publish(NOW - MINUTE - SECOND) == 2
    assert complete(authority).at == NOW - MINUTE - SECOND


def test_lists_that_are_kept_stay_as_they_are_until_they_are_old(authority):
    authority.publish(NOW)
    first = shown(authority)
    authority.issue(**AIGERIM)
    authority.publish(NOW + RENEWED - SECOND)
    second = shown(authority)
    assert second.lists == first.lists
    assert complete(authority) == status_files.Edition(1, NOW)
    authority.issue(**AIGERIM)
    authority.publish(NOW + RENEWED)
    assert complete(authority) == status_files.Edition(3, NOW + RENEWED)


def test_an_entry_stays_on_the_list_for_one_list_longer_than_its_certificate(authority):
    holder = authority.issue(**AIGERIM, not_before=NOW - timedelta(days=2), not_after=NOW + timedelta(days=1))
    ends = Certificate.objects.get(serial_number=f"{holder.serial_number:040x}").not_after
    authority.revoke(holder, NOW)
    for at, listed in ((ends + settings.crl_next_update, 1), (ends + settings.crl_next_update + SECOND, 0)):
        Revocation.objects.update(published_in=None)
        authority.publish(at)
        found = crl.read(shown(authority).lists["issuing.crl"], issuer=authority.issuing)
        assert len(list(found.revocations())) == listed


def test_a_list_that_is_missing_for_a_new_part_is_made(authority, monkeypatch):
    authority.publish(NOW)
    several = replace(settings, crl_shards=2)
    monkeypatch.setattr("senim.certification.revocation_lists.settings", several)
    authority.issue(**AIGERIM)
    authority.publish(NOW + SECOND)
    assert set(shown(authority).lists) == {*LISTS, "issuing-1.crl", "issuing-1-delta.crl"}


def test_a_draft_left_by_a_worker_that_died_is_overwritten(authority):
    draft = publication.folder() / "1.draft"
    draft.mkdir(parents=True)
    (draft / "base").write_bytes(b"half")
    (publication.folder() / "current.new").symlink_to("nowhere")
    assert authority.publish(NOW) == 1
    assert shown(authority).number == 1
    assert sorted(file.name for file in publication.folder().iterdir()) == ["1", "current"]


def test_a_broken_generation_is_reported_by_its_number(authority, caplog):
    authority.publish(NOW)
    (publication.folder() / "1" / "recent").unlink()
    assert authority.publish(NOW + SECOND) == 2
    assert "status generation 1 is broken and is written anew" in caplog.text


def test_a_restored_database_is_told_both_numbers(authority):
    for second in range(3):
        authority.issue(**AIGERIM)
        authority.publish(NOW + second * SECOND)
    Generation.objects.filter(number=3).delete()
    with pytest.raises(publication.FilesAhead, match="generation 3 is shown, but the database knows 2 only"):
        publication.refuse_if_files_are_ahead()


def test_an_intent_that_nobody_revoked_is_in_no_generation(authority):
    from tests.certification.test_issuance import prepared

    row = intend(prepared(authority), at=NOW)
    authority.publish(NOW)
    number = int(row.serial_number, 16)
    assert said_of(shown(authority).statuses, number).status is CertStatus.UNKNOWN
    assert status_of(issuer_key_id=None, serial_number=number, at=NOW).status is CertStatus.UNKNOWN
    revoke(serial_number=number, reason=RevocationReason.SUPERSEDED, at=NOW, actor="test")
    authority.publish(NOW + SECOND)
    assert said_of(shown(authority).statuses, number).status is CertStatus.REVOKED
    assert status_of(issuer_key_id=None, serial_number=number, at=NOW).status is CertStatus.REVOKED


EDITION = status_files.Edition(5, NOW - MINUTE)
SCOPES = {"issuing": Scope(EDITION, EDITION, EDITION, EDITION)}
MANIFEST = Manifest(7, "ab", NOW, NOW + MINUTE, 3, {"b": "1", "a": "2"}, SCOPES)


def test_a_manifest_has_one_spelling_and_is_read_back():
    text = MANIFEST.spell()
    assert Manifest.read(text) == MANIFEST
    said = json.loads(text)
    assert list(said) == sorted(said)
    assert list(said["files"]) == ["a", "b"]
    assert said["this_update"] == NOW.isoformat()
    assert b" " not in text


def test_a_signature_over_a_manifest_is_none_over_the_bare_bytes(authority):
    """One key signs certificates, lists and manifests: none may be taken for another."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.hashes import SHA256

    text, key = MANIFEST.spell(), authority.authority.key
    signature = status_files.sign(text, key=key)
    status_files.verify(text, signature, issuing=authority.issuing)
    key.public_key().verify(signature, b"senim status generation 1\n" + text, ECDSA(SHA256()))
    with pytest.raises(InvalidSignature):
        key.public_key().verify(signature, text, ECDSA(SHA256()))


def test_a_manifest_that_somebody_else_signed_is_refused(authority):
    text = MANIFEST.spell()
    forged = status_files.sign(text, key=generate(KeyAlgorithm.P256))
    for signature in (forged, b"", b"\x30\x00"):
        with pytest.raises(GenerationRefused, match="not signed by the issuing authority"):
            status_files.verify(text, signature, issuing=authority.issuing)
    ours = status_files.sign(text, key=authority.authority.key)
    with pytest.raises(GenerationRefused):
        status_files.verify(text + b" ", ours, issuing=authority.issuing)


@pytest.mark.parametrize("data", [b"", b"SENIMST2", b"SENIMST1" + bytes(31), b"SENIMST1" + bytes(33)])
def test_what_is_no_statuses_file_is_refused(data):
    with pytest.raises(GenerationRefused, match="not a statuses file"):
        Statuses(data)


@pytest.mark.parametrize("number", [-1, 0, 2**160, 2**200])
def test_numbers_that_no_certificate_has_are_unknown(number):
    record = status_files.record_of(5, None, None)
    assert status_files.status_in(Statuses(b"SENIMST1" + record).record(number)).status is CertStatus.UNKNOWN


@pytest.mark.parametrize("number", [1, 2**160 - 1])
def test_the_smallest_and_the_largest_serial_number_are_found(number):
    records = [status_files.record_of(one, None, None) for one in (1, 7, 2**160 - 1)]
    statuses = Statuses(status_files.merge(status_files.EMPTY, records[::-1]))
    assert status_files.status_in(statuses.record(number)).status is CertStatus.GOOD
    assert [statuses.place_of(one[:20]) for one in records] == [(0, True), (1, True), (2, True)]
    assert statuses.place_of((8).to_bytes(20)) == (2, False)


def test_each_reason_is_published_as_itself():
    for reason in RevocationReason:
        data = status_files.merge(status_files.EMPTY, [status_files.record_of(9, NOW, reason)])
        assert len(data) == 8 + 32
        found = status_files.status_in(Statuses(data).record(9))
        assert found == status_files.Status(CertStatus.REVOKED, NOW, reason)


def test_the_layout_of_a_record_stays_as_it_is():
    """Responders of the version before read these files too, while an instance is being upgraded."""
    at = datetime(2026, 11, 22, tzinfo=UTC)
    good, revoked = (
        status_files.record_of(258, None, None),
        status_files.record_of(258, at, RevocationReason.KEY_COMPROMISE),
    )
    assert good.hex() == "00" * 18 + "0102" + "00" * 12
    assert revoked.hex() == "00" * 18 + "0102" + "01" + "01" + "0000" + f"{int(at.timestamp()):016x}"


def test_a_generation_is_fresh_up_to_its_next_update(authority):
    authority.publish(NOW)
    generation = shown(authority)
    assert generation.number == 1
    assert generation.is_fresh(generation.manifest.next_update - SECOND)
    assert not generation.is_fresh(generation.manifest.next_update)


def test_a_reader_notices_another_generation_once_and_never_goes_back(authority):
    reader = Shown(publication.folder(), issuing=[authority.issuing])
    assert not reader.refresh()
    authority.publish(NOW)
    assert (reader.refresh(), reader.refresh()) == (True, False)
    authority.issue(**AIGERIM)
    authority.publish(NOW + SECOND)
    assert (reader.refresh(), reader.generation.number) == (True, 2)
    publication._show(1)
    with pytest.raises(GenerationRefused, match="generation 1 is older than 2"):
        reader.refresh()
    (publication.folder() / "2").rename(publication.folder() / "5")
    publication._show(5)
    with pytest.raises(GenerationRefused, match="generation 5 says it is 2"):
        reader.refresh()
    assert reader.generation.number == 2


def test_a_changed_list_is_refused_by_its_name(authority):
    authority.publish(NOW)
    file = publication.folder() / "1" / "issuing-0.crl"
    file.write_bytes(file.read_bytes() + b"\x00")
    with pytest.raises(GenerationRefused, match=r"issuing-0\.crl is not what was signed"):
        shown(authority)


def test_a_status_folder_without_generations_shows_none(tmp_path):
    assert status_files.current_number(tmp_path) == 0
    (tmp_path / "current").symlink_to("draft")
    assert status_files.current_number(tmp_path) == 0
    (tmp_path / "current").unlink()
    (tmp_path / "current").symlink_to("12")
    assert status_files.current_number(tmp_path) == 12


def test_the_roots_certificates_are_known_under_its_own_key(authority):
    root, issuing = key_id_of(authority.root), key_id_of(authority.issuing)
    row = Certificate.objects.get(label="issuing")
    number = int(row.serial_number, 16)
    asked = {"serial_number": number, "at": NOW}
    assert status_of(issuer_key_id=root, **asked).status is CertStatus.GOOD
    assert status_of(issuer_key_id=issuing, **asked).status is CertStatus.UNKNOWN
    assert status_of(issuer_key_id=None, **asked).status is CertStatus.UNKNOWN
