"""The journal's name, key and checkpoint file; and what exactly a digest of a row is of."""

import hashlib
import uuid
from dataclasses import replace

import pytest
from django.db import connection
from tests.journal.conftest import AT

from senim.accounts.models import Account
from senim.certification.models import CertifiedKey
from senim.journal import identity, note, record
from senim.journal.models import Entry
from senim.journal.rows import tables_of_record
from senim.settings import settings


def test_a_journal_is_named_after_the_portal_unless_it_has_a_name_of_its_own(monkeypatch):
    assert identity.origin() == f"{settings.portal_host}/senim/journal"
    monkeypatch.setattr(identity, "settings", replace(settings, journal_origin="journal.example"))
    assert identity.origin() == "journal.example"


def test_the_published_key_is_the_public_half_of_the_key_that_signs(ceremony_performed):
    key = identity.signing_key(settings.secret("passphrase-sequencer"))
    head = note.TreeHead(identity.origin(), 1, bytes(32))
    assert note.verify(note.sign(head, key), identity.public_key()) == head
    with pytest.raises(ValueError):
        identity.signing_key("guessed")


def test_a_checkpoint_is_written_whole_into_a_folder_of_its_owner(monkeypatch, tmp_path):
    monkeypatch.setattr(identity, "settings", replace(settings, home=tmp_path))
    file = tmp_path / "journal" / "checkpoint"
    assert identity.checkpoint_file() == file
    for text in ("first, the longer one — қағаз", "second"):
        identity.write_checkpoint(text)
        assert file.read_text(encoding="utf-8") == text
    assert [one.name for one in file.parent.iterdir()] == ["checkpoint"]
    assert file.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.django_db
def test_a_digest_of_a_row_is_of_salt_and_the_rows_one_spelling():
    key = CertifiedKey.objects.create(digest=b"\x01\xff", holder="Сенім")
    entry = Entry.objects.get(pk=record(verb="t", clause="", subject="x", at=AT, changed=[key]))
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(t)::text FROM certification_certifiedkey t")
        ((text,),) = cursor.fetchall()
    (said,) = entry.changed
    expected = hashlib.sha256(bytes.fromhex(said["salt"]) + text.encode()).hexdigest()
    assert (said["table"], said["row"]) == ("certification_certifiedkey", "\\x01ff")
    assert (said["edition"], said["digest"], len(said["salt"])) == (1, expected, 32)


@pytest.mark.django_db
def test_rows_stand_in_a_record_in_the_order_they_were_named_each_with_its_own_salt():
    ids = [uuid.UUID(int=number) for number in (9, 1, 5)]
    rows = [
        Account.objects.create(id=one, iin=f"94030849214{place}", created_at=AT)
        for place, one in enumerate(ids)
    ]
    entry = Entry.objects.get(pk=record(verb="t", clause="", subject="x", at=AT, changed=rows))
    assert [said["row"] for said in entry.changed] == [str(one) for one in ids]
    assert (
        len({said["salt"] for said in entry.changed}) == len({said["digest"] for said in entry.changed}) == 3
    )


def test_every_room_whose_rows_are_on_record_is_verified():
    tables = tables_of_record()
    assert list(tables) == sorted(tables)
    assert {"accounts_account", "certification_certificate", "documents_view"} <= set(tables)
    assert all(model._meta.db_table == name for name, model in tables.items())
