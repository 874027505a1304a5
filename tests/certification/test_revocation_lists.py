"""Revocation lists: complete and delta, whole and in shards; which are signed when, and what each holds."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from django.db.models import Q
from tests.certification.generations import shown

from senim.certification import publication, revocation_lists, status_files, templates
from senim.certification.models import Revocation
from senim.pki import crl
from senim.pki.crl import RevocationReason
from senim.settings import settings

AIGERIM = {"iin": "940308492147", "surname": "Сәрсенова", "given_name": "Айгерім"}
NOW = datetime.now(UTC).replace(microsecond=0)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def shards(monkeypatch):
    """Another number of shards from now on."""

    def cut(count):
        for module in (revocation_lists, templates):
            monkeypatch.setattr(module, "settings", replace(settings, crl_shards=count))

    return cut


def listed(authority, name):
    return crl.read(shown(authority).lists[name], issuer=authority.issuing)


def numbers(authority, name):
    return {entry.serial_number for entry in listed(authority, name).revocations()}


def revoked(authority, at=NOW):
    holder = authority.issue(**AIGERIM)
    authority.revoke(holder, at)
    return holder.serial_number


@pytest.mark.clause("CA-8.P3b", "CA-10.T9")
def test_every_list_names_serial_number_date_and_reason(authority):
    holder = authority.issue(**AIGERIM)
    authority.publish(NOW - MINUTE)
    authority.revoke(holder, NOW, RevocationReason.KEY_COMPROMISE)
    authority.publish(NOW)
    for name in ("issuing.crl", "issuing-delta.crl", "issuing-0.crl", "issuing-0-delta.crl"):
        assert list(listed(authority, name).revocations()) == [
            crl.Revocation(holder.serial_number, NOW, RevocationReason.KEY_COMPROMISE)
        ]


def test_a_delta_holds_what_was_revoked_since_its_base(authority):
    before = revoked(authority)
    authority.publish(NOW)
    after = revoked(authority)
    authority.publish(NOW + SECOND)
    for scope in ("issuing", "issuing-0"):
        delta, complete = listed(authority, f"{scope}-delta.crl"), listed(authority, f"{scope}.crl")
        assert (delta.base_number, delta.number, complete.number) == (1, 2, 2)
        assert numbers(authority, f"{scope}-delta.crl") == {after}
        assert numbers(authority, f"{scope}.crl") == {before, after}
        assert delta.distribution_point == complete.distribution_point, "of one scope"
        assert complete.freshest == f"{settings.responders_origin}/crl/{scope}-delta.crl"


def test_whoever_holds_a_complete_list_that_holds_can_use_every_delta(authority):
    """For three days, a revocation every seven hours; each complete list with each delta of its day."""
    complete = {}
    for hour in range(0, 72, 7):
        at = NOW + timedelta(hours=hour)
        revoked(authority, at)
        authority.publish(at)
        delta, now = listed(authority, "issuing-delta.crl"), numbers(authority, "issuing.crl")
        for number, (until, held) in complete.items():
            if at < until:
                assert delta.base_number <= number < delta.number
                assert held | numbers(authority, "issuing-delta.crl") == now
        complete[delta.number] = (at + settings.crl_next_update, now)
    assert delta.base_number > 1, "it does not grow for ever"


def test_only_shards_that_something_was_revoked_in_are_signed_anew(authority, shards):
    shards(3)
    authority.publish(NOW)
    number = revoked(authority)
    authority.publish(NOW + SECOND)
    complete = {name: scope.complete.number for name, scope in shown(authority).manifest.scopes.items()}
    touched = f"issuing-{number % 3}"
    assert complete == {f"issuing-{one}": 1 for one in range(3)} | {"issuing": 2, touched: 2}
    first, second = publication.folder() / "1", publication.folder() / "2"
    same = [file.name for file in second.iterdir() if file.stat().st_ino == (first / file.name).stat().st_ino]
    assert len(same) == 5, "what was kept is not written again"


def test_a_shard_holds_its_own_certificates_only(authority, shards):
    shards(3)
    revoked_ones = [revoked(authority) for _ in range(12)]
    authority.publish(NOW)
    for shard in range(3):
        name = f"issuing-{shard}.crl"
        assert numbers(authority, name) == {one for one in revoked_ones if one % 3 == shard}
        assert listed(authority, name).distribution_point == f"{settings.responders_origin}/crl/{name}"
    assert numbers(authority, "issuing.crl") == set(revoked_ones)


@pytest.mark.parametrize(("then", "now"), [(1, 4), (4, 1)])
def test_a_certificate_stays_in_the_shard_it_names_however_many_there_are(authority, shards, then, now):
    shards(then)
    holders = [authority.issue(**AIGERIM) for _ in range(8)]
    authority.publish(NOW)
    shards(now)
    for holder in holders:
        authority.revoke(holder, NOW)
    authority.publish(NOW + SECOND)
    for holder in holders:
        said = x509.load_der_x509_certificate(holder.certificate).extensions
        [point] = said.get_extension_for_class(x509.CRLDistributionPoints).value
        name = point.full_name[0].value.rpartition("/")[2]
        assert holder.serial_number in numbers(authority, name)
        assert listed(authority, name).distribution_point == point.full_name[0].value


def test_revocations_of_versions_before_are_completed_before_anything_is_signed(authority, shards):
    number = revoked(authority)
    Revocation.objects.update(shard=None, issuer=None, serial_number=None, expires_at=None)
    shards(5)
    authority.publish(NOW)
    assert numbers(authority, "issuing-0.crl") == {number}
    assert not Revocation.objects.filter(Q(shard=None) | Q(serial_number=None) | Q(expires_at=None)).exists()


def test_a_long_list_waits_and_its_delta_says_the_rest_at_once(authority, monkeypatch):
    monkeypatch.setattr(revocation_lists, "LONG_LIST_BYTES", 10)
    authority.publish(NOW)
    first = revoked(authority)
    authority.publish(NOW + SECOND)
    assert numbers(authority, "issuing.crl") == set()
    assert numbers(authority, "issuing-delta.crl") == {first}
    delta, complete = listed(authority, "issuing-delta.crl"), listed(authority, "issuing.crl")
    assert delta.base_number <= complete.number < delta.number
    assert authority.publish(NOW + 29 * SECOND) is None
    assert authority.publish(NOW + 30 * SECOND) == 3, "though nothing else happened"
    assert numbers(authority, "issuing.crl") == {first}
    assert authority.publish(NOW + 90 * SECOND) is None


def test_all_lists_are_signed_anew_on_demand_and_deltas_keep_their_base(authority):
    authority.publish(NOW)
    publication.publish(authority.authority, at=NOW + SECOND, anew=True)
    for scope in shown(authority).manifest.scopes.values():
        assert (scope.complete.number, scope.delta.number, scope.base.number) == (2, 2, 1)


def test_a_manifest_of_a_version_without_scopes_is_read_and_every_list_signed_anew(authority):
    authority.publish(NOW)
    old = shown(authority).manifest.spell()
    read = status_files.Manifest.read(old.replace(b'"scopes":', b'"crl_number":1,"of_old":'))
    assert read.scopes == {}
    assert read.generation == 1


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b'{"generation":"x"}', b"null", b"\xff"])
def test_what_is_no_manifest_is_refused_by_name(text):
    with pytest.raises(status_files.GenerationRefused):
        status_files.Manifest.read(text)
