"""What a record is made of: its one spelling, its seal, what of it may be deleted."""

import hashlib
import hmac
import json
import sys
import uuid
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from tests.journal.conftest import AT, LATER

from senim.journal import record
from senim.journal.models import Entry, Unsequenced
from senim.journal.record import Record, canonical, digest_of_personal
from senim.journal.rows import Statement
from senim.journal.sequencing import as_record, is_genuine
from senim.settings import MissingSecret, settings

ALMATY = timezone(timedelta(hours=5))
SAID = Record(
    at=datetime(2026, 11, 21, 17, 0, 0, 250, tzinfo=ALMATY),
    verb="documents.view",
    clause="DD-18b",
    subject="view:1",
    actor="account:2",
    facts={"word": "қағаз", "number": 1},
    personal_digest=bytes(32),
    id=uuid.UUID(int=7),
)


def test_a_record_has_the_spelling_it_always_had():
    """Leaves of all records there are, and proofs people took home, hash these very bytes."""
    assert SAID.leaf_bytes().decode() == (
        '{"actor":"account:2","at":"2026-11-21T12:00:00.000250+00:00","clause":"DD-18b",'
        '"facts":{"number":1,"word":"қағаз"},"id":"00000000-0000-0000-0000-000000000007",'
        f'"personal":"{"00" * 32}","subject":"view:1","verb":"documents.view"}}'
    )


def test_a_record_without_personal_facts_says_so():
    assert json.loads(replace(SAID, personal_digest=None).leaf_bytes())["personal"] is None


def test_a_record_names_the_rows_it_changed_without_their_salts():
    stated = Statement(table="accounts_account", row="1", edition=2, digest="ab", salt="secret")
    said = json.loads(replace(SAID, changed=(stated,)).leaf_bytes())
    assert said["changed"] == [{"table": "accounts_account", "row": "1", "edition": 2, "digest": "ab"}]
    assert stated.stored() == {**said["changed"][0], "salt": "secret"}


def test_a_record_is_sealed_with_the_instances_secret():
    secret = bytes.fromhex(settings.secret("journal-mac"))
    assert SAID.mac() == hmac.digest(secret, SAID.leaf_bytes(), "sha256")


def test_a_process_that_was_not_handed_the_secret_seals_nothing(monkeypatch, tmp_path):
    module = sys.modules["senim.journal.record"]
    monkeypatch.setattr(module, "settings", replace(settings, home=tmp_path))
    module._mac_key.cache_clear()
    (tmp_path / "secrets").mkdir()
    try:
        with pytest.raises(MissingSecret):
            SAID.mac()
    finally:
        module._mac_key.cache_clear()


def test_one_value_has_one_spelling():
    said = canonical({"b": [1, {"d": None, "c": "ә"}], "a": True})
    assert said.decode() == '{"a":true,"b":[1,{"c":"ә","d":null}]}'


@pytest.mark.django_db
def test_what_was_recorded_stands_in_its_columns_and_waits_for_its_place():
    said = record(
        verb="test.write",
        clause="PT-3.1",
        subject="thing:1",
        at=AT,
        actor="account:2",
        facts={"number": 1},
        personal={"iin": "061211600012"},
    )
    entry = Entry.objects.get(pk=said)
    assert (entry.at, entry.verb, entry.clause) == (AT, "test.write", "PT-3.1")
    assert (entry.subject, entry.actor) == ("thing:1", "account:2")
    assert (entry.facts, entry.personal, entry.changed) == ({"number": 1}, {"iin": "061211600012"}, [])
    assert is_genuine(entry)
    waiting = Unsequenced.objects.get()
    assert (waiting.entry_id, waiting.set_aside_at) == (said, None)


@pytest.mark.django_db
def test_personal_facts_are_committed_to_by_a_digest_with_a_salt_of_their_own():
    facts = {"iin": "061211600012"}
    one, other = (
        Entry.objects.get(pk=record(verb="t", clause="", subject="x", at=AT, personal=facts))
        for _ in range(2)
    )
    for entry in (one, other):
        assert len(entry.salt) == 32
        expected = hashlib.sha256(bytes(entry.salt) + b'{"iin":"061211600012"}').digest()
        assert bytes(entry.personal_digest) == expected == digest_of_personal(facts, bytes(entry.salt))
        assert as_record(entry).personal_digest == expected
    assert bytes(one.salt) != bytes(other.salt)


@pytest.mark.django_db
@pytest.mark.parametrize("nothing", [None, {}])
def test_without_personal_facts_there_is_neither_salt_nor_digest(nothing):
    entry = Entry.objects.get(pk=record(verb="t", clause="", subject="x", at=AT, personal=nothing))
    assert (entry.personal, entry.salt, entry.personal_digest) == (None, None, None)
    assert (entry.actor, entry.facts) == ("", {})


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"at": LATER},
        {"verb": "other"},
        {"clause": "DD-15"},
        {"subject": "y"},
        {"actor": "z"},
        {"facts": {"a": 1}},
        {"personal_digest": bytes(32)},
        {"mac": bytes(32)},
        {"changed": [{"table": "t", "row": "1", "edition": 1, "digest": "", "salt": ""}]},
        {"changed": [{"row": "1"}]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_record_with_anything_changed_has_lost_its_seal(change):
    said = record(verb="t", clause="", subject="x", at=AT, facts={"a": 0}, personal={"b": 1})
    assert is_genuine(Entry.objects.get(pk=said))
    Entry.objects.filter(pk=said).update(**change)
    assert not is_genuine(Entry.objects.get(pk=said))
