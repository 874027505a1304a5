"""The public page of revoked certificates, and the page where a key reports itself."""

import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.db import connection
from tests.ordering import request_for, text_of

from senim.certification import compromise, revoked
from senim.certification.models import CertifiedKey, Revocation
from senim.pki.crl import RevocationReason
from senim.pki.keys import KeyAlgorithm, generate

AIGERIM = {"iin": "940308492147", "surname": "Сәрсенова", "given_name": "Айгерім"}
NOON = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)  # in Astana


def spelled(holder):
    """As the cabinet spells it, so that a holder can compare."""
    digits = f"{holder.serial_number:040X}"
    return " ".join(digits[at : at + 2] for at in range(0, 40, 2))


@pytest.fixture
def page(client):
    def ask(**query):
        return text_of(client.get("/en/revoked/", query))

    return ask


@pytest.mark.clause("CA-8.P3b", "CA-10.T9")
def test_everybody_reads_serial_number_date_and_reason_and_nothing_of_the_holder(authority, page):
    holder = authority.issue(**AIGERIM)
    authority.revoke(holder, NOON, RevocationReason.KEY_COMPROMISE)
    said = page()
    assert f"{spelled(holder)} 20 November 2026" in said
    assert "12:00" in said
    assert "The key is lost, or somebody may have copied it" in said
    for personal in AIGERIM.values():
        assert personal not in said
        assert personal.upper() not in said


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_page_speaks_three_languages(authority, client, language):
    authority.revoke(authority.issue(**AIGERIM), NOON, RevocationReason.SUPERSEDED)
    words = {
        "kk": "Орнына жаңа сертификат алынды",
        "ru": "Вместо него получен новый сертификат",
        "en": "A new certificate has taken its place",
    }
    assert words[language] in text_of(client.get(f"/{language}/revoked/"))


@pytest.fixture
def three(authority):
    """Revoked the day before, at noon, and the day after, each for another reason."""
    reasons = (RevocationReason.SUPERSEDED, RevocationReason.KEY_COMPROMISE, RevocationReason.UNSPECIFIED)
    holders = [authority.issue(**AIGERIM) for _ in reasons]
    for days, (holder, reason) in enumerate(zip(holders, reasons, strict=True), start=-1):
        authority.revoke(holder, NOON + timedelta(days=days), reason)
    return [spelled(holder) for holder in holders]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [0, 1, 2]),
        ({"day": "2026-11-20"}, [1]),
        ({"day": "20.11.2026"}, [1]),
        ({"day": "2020-01-01"}, []),
        ({"day": "9999-12-31"}, []),
        ({"day": "0001-01-01"}, []),
        ({"reason": "superseded"}, [0]),
        ({"reason": "key_compromise", "day": "2026-11-21"}, []),
        ({"page": "2"}, []),
        ({"page": "-1"}, [0, 1, 2]),
        ({"page": "9" * 40}, [0, 1, 2]),
    ],
)
def test_the_page_is_searched_by_day_and_reason(three, page, query, found):
    said = page(**query)
    assert [number for number, serial in enumerate(three) if serial in said] == found
    assert ("There are no such certificates" in said) is (not found)


def test_the_page_is_searched_by_serial_number_however_it_is_written(three, page):
    whole = three[1].replace(" ", "")
    for written in (
        whole,
        whole.upper(),
        three[1],
        whole[:12],
        ":".join(whole[i : i + 2] for i in range(0, 40, 2)),
    ):
        said = page(serial=written)
        assert three[1] in said
        assert three[0] not in said


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"serial": "0x12"}, "only the digits"),
        ({"serial": "f" * 41}, "only the digits"),
        ({"day": "yesterday"}, "Enter the date like this"),
    ],
)
def test_what_cannot_be_searched_for_is_said_and_kept(three, page, client, query, words):
    assert words in page(**query)
    assert next(iter(query.values())) in client.get("/en/revoked/", query).content.decode()


def test_many_are_shown_in_pages(authority, page, monkeypatch):
    monkeypatch.setattr(revoked, "PAGE", 2)
    holders = [authority.issue(**AIGERIM) for _ in range(5)]
    for minutes, holder in enumerate(holders):
        authority.revoke(holder, NOON + timedelta(minutes=minutes))
    newest_first = [spelled(holder) for holder in reversed(holders)]
    for number in range(3):
        said = page(page=number + 1)
        assert [one for one in newest_first if one in said] == newest_first[2 * number : 2 * number + 2]
        assert ("Next page" in said) is (number < 2)
        assert ("Previous page" in said) is (number > 0)


# A key that reports itself


def statement(key, name=compromise.STATEMENT, **more):
    names = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    names += [x509.NameAttribute(getattr(NameOID, kind), value) for kind, value in more.items()]
    made = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(names)).sign(key, hashes.SHA256())
    return made.public_bytes(Encoding.PEM).decode()


@pytest.fixture
def report(client):
    return lambda text: client.post("/en/compromised-key/", {"statement": text})


def test_whoever_can_sign_with_a_key_takes_its_certificates_back_without_an_account(
    authority, client, report
):
    holder = authority.issue(**AIGERIM)
    answer = report(statement(holder.key))
    assert answer.status_code == 302
    said = text_of(client.get(answer["Location"]))
    assert spelled(holder) in said
    assert "The key is lost, or somebody may have copied it" in said
    assert CertifiedKey.objects.get(compromised_at__isnull=False).holder == AIGERIM["iin"]


def test_the_same_statement_a_second_time_changes_nothing(authority, report):
    holder = authority.issue(**AIGERIM)
    said = statement(holder.key)
    assert report(said).status_code == 302
    [before] = Revocation.objects.values()
    assert report(said).status_code == 302
    assert list(Revocation.objects.values()) == [before]


def test_a_certificate_taken_back_for_another_reason_keeps_it_and_its_key_is_marked(authority, report):
    holder = authority.issue(**AIGERIM)
    authority.revoke(holder, reason=RevocationReason.SUPERSEDED)
    assert report(statement(holder.key)).status_code == 302
    assert Revocation.objects.get().reason == "superseded"
    assert CertifiedKey.objects.filter(compromised_at__isnull=False).count() == 1


def test_a_request_for_a_certificate_is_no_statement(authority, report):
    """Requests are shown to browsers and operators; whoever keeps one must not be able to use it here."""
    holder = authority.issue(**AIGERIM)
    for said in (
        statement(holder.key, name="anybody"),
        statement(holder.key, ORGANIZATION_NAME="more than was asked"),
    ):
        answer = report(said)
        assert answer.status_code == 200
        assert "does not say that its key is compromised" in text_of(answer)
    assert not Revocation.objects.exists()


def test_another_key_revokes_nothing(authority, report):
    authority.issue(**AIGERIM)
    assert "issued no certificate for this key" in text_of(report(statement(generate(KeyAlgorithm.P256))))
    assert not Revocation.objects.exists()


def _of_another_signature(holder):
    lines = statement(holder.key).splitlines()
    lines[-2] = ("A" if lines[-2][0] != "A" else "B") + lines[-2][1:]
    return "\n".join(lines)


@pytest.mark.parametrize(
    "made",
    [
        lambda _: "",
        lambda _: "junk",
        lambda _: "-----BEGIN CERTIFICATE REQUEST-----\n!!!\n-----END CERTIFICATE REQUEST-----",
        lambda _: "A" * 40_000,
        lambda _: "-----BEGIN CERTIFICATE REQUEST-----" + "MIID" * 7_000,
        _of_another_signature,
        lambda holder: request_for(holder.key).hex(),
    ],
    ids=["nothing", "junk", "no base64", "40 kB", "28 kB", "changed", "not PEM"],
)
def test_what_is_no_statement_is_refused_with_what_to_do(authority, report, made):
    answer = report(made(authority.issue(**AIGERIM)))
    assert answer.status_code == 200
    assert "There is a problem" in text_of(answer) or "error" in answer.content.decode()
    assert not Revocation.objects.exists()


def test_the_page_shows_the_command_and_reads_what_openssl_makes_of_it(authority, client, report, tmp_path):
    holder = authority.issue(**AIGERIM)
    assert compromise.STATEMENT in text_of(client.get("/en/compromised-key/"))
    key = holder.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "key.pem").write_bytes(key)
    command = ["openssl", "req", "-new", "-key", "key.pem", "-subj", f"/CN={compromise.STATEMENT}"]
    made = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60)
    assert report(made.stdout).status_code == 302


def test_a_statement_is_recorded_with_the_rows_it_changed(authority, report):
    report(statement(authority.issue(**AIGERIM).key))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT actor, jsonb_array_length(changed) FROM journal_entry "
            "WHERE verb = 'certification.report_compromised'"
        )
        assert cursor.fetchall() == [("key:itself", 2)]
