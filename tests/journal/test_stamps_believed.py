"""Which time-stamps are believed: their purpose, their anchor, their note; and how one is asked for."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from tests.pki import chain

from senim.countries.kz import subjects
from senim.journal import stamping
from senim.journal.models import Checkpoint, TimeStamp
from senim.journal.stamping import StampingFailed, StampInvalid
from senim.pki import timestamps
from senim.pki.certificates import Extension
from senim.settings import settings

NOTE = "log\n3\nroot\n\nsigned\n"
STAMPING, MAIL = ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.EMAIL_PROTECTION
PURPOSE = Extension(x509.ExtendedKeyUsage([STAMPING]), critical=True)


@pytest.fixture
def foreign(tmp_path, settings_of_the_journal):
    """Somebody else's root is the anchor; tokens of an authority right below it."""
    anchors = tmp_path / "anchors"
    anchors.write_bytes(chain.pem_of(chain.person().der) + chain.pem_of(chain.root().der))
    settings_of_the_journal(journal_tsa_anchors=str(anchors))

    def token(*extensions, note=NOTE, at=chain.AT):
        own = chain.issue(
            subject=subjects.build_service("TSA"),
            issuer=chain.root(),
            extensions=(chain.key_usage("digital_signature"), *extensions),
        )
        authority = timestamps.TimeStampAuthority(
            key=own.key, certificate=own.der, policy="1.2.3", accuracy=timedelta(seconds=1)
        )
        digest = stamping.signatures.digest(note.encode(), "sha256")
        asked = timestamps.TimeStampRequest("sha256", digest, certificate_wanted=True)
        return authority.token(asked, serial_number=7, at=at)

    return token


def test_an_authority_for_time_stamping_alone_is_believed_by_its_own_anchor(foreign):
    said = stamping.verify(foreign(PURPOSE), note=NOTE)
    assert (said.gen_time, said.serial_number, said.policy) == (chain.AT, 7, "1.2.3")


@pytest.mark.parametrize(
    ("extensions", "why"),
    [
        ((), "names no purpose"),
        ((Extension(x509.ExtendedKeyUsage([STAMPING])),), "not for time-stamping alone"),
        ((Extension(x509.ExtendedKeyUsage([STAMPING, MAIL]), critical=True),), "not for time-stamping alone"),
        ((Extension(x509.ExtendedKeyUsage([MAIL]), critical=True),), "not for time-stamping alone"),
    ],
    ids=["none", "not critical", "one more", "another"],
)
def test_a_signer_with_another_purpose_is_not_believed(foreign, extensions, why):
    with pytest.raises(StampInvalid, match=why):
        stamping.verify(foreign(*extensions), note=NOTE)


def test_a_stamp_over_another_note_or_out_of_its_certificates_time_is_not_believed(foreign):
    with pytest.raises(StampInvalid, match="CmsInvalid: digest_differs"):
        stamping.verify(foreign(PURPOSE), note=NOTE + "more")
    with pytest.raises(StampInvalid, match="PathInvalid: expired"):
        stamping.verify(foreign(PURPOSE, at=chain.AT + timedelta(days=1000)), note=NOTE)


@pytest.mark.parametrize("rubbish", [b"", b"rubbish", b"\x30\x00"])
def test_what_is_no_token_is_not_believed(foreign, rubbish):
    with pytest.raises(StampInvalid, match="CmsInvalid"):
        stamping.verify(rubbish, note=NOTE)


def test_anchors_that_cannot_be_read_are_no_reason_to_believe(foreign, settings_of_the_journal):
    settings_of_the_journal(journal_tsa_anchors="/nowhere")
    with pytest.raises(StampInvalid, match="FileNotFoundError"):
        stamping.verify(foreign(PURPOSE), note=NOTE)


@pytest.fixture
def head(db):
    at = datetime(2026, 11, 22, tzinfo=UTC)
    return Checkpoint.objects.create(size=3, root=bytes(32), edge=[], note=NOTE, at=at)


def test_a_stamp_is_asked_for_as_the_standard_says_and_never_through_a_proxy(head, monkeypatch):
    asked = []

    def post(url, **how):
        asked.append((url, how))
        return httpx.Response(503, request=httpx.Request("POST", url))

    monkeypatch.setattr("senim.journal.stamping.httpx.post", post)
    for _ in range(2):
        with pytest.raises(StampingFailed, match="HTTPStatusError"):
            stamping.stamp(head)
    for url, how in asked:
        assert url == f"{settings.responders_origin}/tsa"
        assert how["headers"] == {"content-type": "application/timestamp-query"}
        assert (how["timeout"], how["trust_env"]) == (10.0, False)
    first, second = (timestamps.read_request(how["content"]) for _, how in asked)
    assert first.hash_name == "sha256"
    assert first.message_imprint == stamping.signatures.digest(NOTE.encode(), "sha256")
    assert (first.policy, first.certificate_wanted) == (None, True)
    assert 0 <= first.nonce < 1 << 64
    assert first.nonce != second.nonce


def test_a_token_that_was_kept_stays(head, tsa):
    kept = stamping.stamp(head)
    tsa.at += timedelta(seconds=5)
    again = stamping.stamp(head)
    assert (again.gen_time_at, bytes(again.token)) == (kept.gen_time_at, bytes(kept.token))
    assert TimeStamp.objects.count() == 1


def test_the_answer_to_another_request_is_named_so(head, tsa, witness):
    grant = witness.stamp

    def other(request):
        read = timestamps.read_request(request)
        changed = timestamps.TimeStampRequest(
            read.hash_name, read.message_imprint, nonce=(read.nonce or 0) + 1, certificate_wanted=True
        )
        return grant(timestamps.build_request(changed))

    witness.stamp = other
    with pytest.raises(StampingFailed, match="the answer is to another request"):
        stamping.stamp(head)
