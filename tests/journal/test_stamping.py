"""Checkpoints are stamped once an hour, when there is something new, by an authority we believe."""

from datetime import timedelta

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from tests.journal.conftest import LATER

from senim.journal import stamping
from senim.journal.models import Checkpoint, TimeStamp
from senim.journal.sequencing import sequence
from senim.journal.stamping import StampingFailed, StampInvalid
from senim.pki import timestamps
from senim.settings import settings

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def journal(journal_key, write):
    write(3)
    sequence(key=journal_key, at=LATER)
    return journal_key


def test_the_newest_checkpoint_is_stamped_once_an_hour(journal, write, tsa):
    kept = stamping.stamp(stamping.due(at=tsa.at))
    assert (kept.size, kept.gen_time_at) == (3, tsa.at)
    assert stamping.due(at=tsa.at + 2 * HOUR) is None  # nothing new
    write(2, 3)
    sequence(key=journal, at=LATER)
    assert stamping.due(at=tsa.at + HOUR - timedelta(seconds=1)) is None
    assert stamping.due(at=tsa.at + HOUR).size == 5


def test_nothing_is_stamped_before_anything_is_signed(journal_key, tsa):
    assert stamping.due(at=tsa.at) is None


def test_an_authority_that_is_away_leaves_the_journal_unstamped(journal, witness):
    with pytest.raises(StampingFailed, match="ConnectError"):
        stamping.stamp(Checkpoint.objects.get())
    assert not TimeStamp.objects.exists()


@pytest.mark.parametrize("spoil", ["refusal", "rubbish", "another request", "another note"])
def test_an_answer_that_is_no_time_stamp_of_ours_is_not_kept(journal, tsa, witness, spoil):
    head, grant = Checkpoint.objects.get(), witness.stamp
    asked = timestamps.TimeStampRequest("sha256", bytes(32), nonce=1, certificate_wanted=True)
    witness.stamp = {
        "refusal": lambda _: timestamps.refuse(timestamps.PkiFailureInfo.SYSTEM_FAILURE),
        "rubbish": lambda _: b"<html>",
        "another request": lambda request: grant(_with_nonce(request, 5)),
        "another note": lambda _: grant(timestamps.build_request(asked)),
    }[spoil]
    with pytest.raises(StampingFailed):
        stamping.stamp(head)
    assert not TimeStamp.objects.exists()


def _with_nonce(request, nonce):
    read = timestamps.read_request(request)
    other = timestamps.TimeStampRequest(
        read.hash_name, read.message_imprint, nonce=nonce, certificate_wanted=True
    )
    return timestamps.build_request(other)


def test_a_foreign_authority_is_believed_by_its_own_anchors_only(
    journal, tsa, tmp_path, settings_of_the_journal
):
    kept, head = stamping.stamp(stamping.due(at=tsa.at)), Checkpoint.objects.get()
    certificates = settings.home / "certificates"
    for label, believed in (("ocsp", False), ("root", True)):
        anchor = x509.load_der_x509_certificate((certificates / f"{label}.cer").read_bytes())
        (tmp_path / label).write_bytes(anchor.public_bytes(Encoding.PEM))
        settings_of_the_journal(journal_tsa_anchors=str(tmp_path / label))
        if believed:
            assert stamping.verify(bytes(kept.token), note=head.note).gen_time == tsa.at
        else:
            with pytest.raises(StampInvalid, match="PathInvalid"):
                stamping.verify(bytes(kept.token), note=head.note)


def test_another_address_is_asked_where_one_is_set(journal, settings_of_the_journal, monkeypatch):
    asked = []

    def post(url, **_):
        asked.append(url)
        raise httpx.ConnectError("refused")

    monkeypatch.setattr("senim.journal.stamping.httpx.post", post)
    settings_of_the_journal(journal_tsa_url="http://tsa.example/")
    with pytest.raises(StampingFailed):
        stamping.stamp(Checkpoint.objects.get())
    assert asked == ["http://tsa.example/"]
