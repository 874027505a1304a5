"""The responders through their door, with other people's clients."""

import base64
import secrets
import subprocess
import time
import urllib.request
import uuid
from datetime import UTC, datetime, timedelta
from ssl import DER_cert_to_PEM_cert
from urllib.parse import quote

import pytest
import rfc3161_client
from cryptography import x509
from cryptography.x509 import ocsp as library
from tests.responders.processes import start, until

from senim.certification.models import Certificate
from senim.pki import ocsp
from senim.pki.certificates import new_serial_number
from senim.settings import settings

AIGERIM = {"iin": "940308492147", "surname": "Сәрсенова", "given_name": "Айгерім"}

pytestmark = pytest.mark.usefixtures("transactional_db")


def openssl(folder, *arguments):
    ended = subprocess.run(
        ["openssl", *arguments], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )
    return ended.stdout + ended.stderr


def write_chain(folder, authority, **leaves):
    for name, der in {"root": authority.root, "issuing": authority.issuing, **leaves}.items():
        (folder / f"{name}.pem").write_text(DER_cert_to_PEM_cert(der))


def ask(folder, url, *more):
    common = ("ocsp", "-issuer", "issuing.pem", "-url", f"{url}/ocsp", "-CAfile", "root.pem")
    return openssl(folder, *common, "-verify_other", "issuing.pem", *more)


@pytest.mark.clause("CA-8.P3b")
def test_openssl_reads_good_revoked_and_unknown_and_a_revocation_shows_within_five_seconds(
    authority, responders_process, tmp_path
):
    one, other = (authority.issue("individual_sign", **AIGERIM) for _ in range(2))
    authority.publish()
    write_chain(tmp_path, authority, one=one.certificate, other=other.certificate)
    time.sleep(1)
    said = ask(tmp_path, responders_process, "-cert", "one.pem", "-cert", "other.pem")
    assert "Response verify OK" in said
    assert "one.pem: good" in said
    assert "other.pem: good" in said
    authority.revoke(one)
    authority.publish()
    until = time.monotonic() + 5
    while "one.pem: revoked" not in (
        said := ask(tmp_path, responders_process, "-cert", "one.pem", "-no_nonce")
    ):
        assert time.monotonic() < until, said
    assert "Response verify OK" in said
    assert "Reason: cessationOfOperation" in said
    assert "0x1234: unknown" in ask(tmp_path, responders_process, "-serial", "0x1234")

    urllib.request.urlretrieve(f"{responders_process}/crl/issuing-0.crl", tmp_path / "list.der")
    assert "verify OK" in openssl(
        tmp_path, "crl", "-inform", "DER", "-in", "list.der", "-CAfile", "issuing.pem"
    )
    openssl(tmp_path, "crl", "-inform", "DER", "-in", "list.der", "-out", "list.pem")
    urllib.request.urlretrieve(f"{responders_process}/crl/root.crl", tmp_path / "root.crl.der")
    openssl(tmp_path, "crl", "-inform", "DER", "-in", "root.crl.der", "-out", "root.crl.pem")
    checked = ("verify", "-crl_check_all", "-CAfile", "root.pem", "-untrusted", "issuing.pem")
    lists = ("-CRLfile", "list.pem", "-CRLfile", "root.crl.pem")
    assert "certificate revoked" in openssl(tmp_path, *checked, *lists, "one.pem")
    assert "other.pem: OK" in openssl(tmp_path, *checked, *lists, "other.pem")


def test_a_get_is_understood_however_a_client_or_proxy_writes_it(authority, responders_process):
    asked = ocsp.build_request([5], issuer=authority.issuing, hash_name="sha1")
    while not {b"+", b"/", b"="} <= {bytes((byte,)) for byte in base64.b64encode(asked)}:
        number = secrets.randbits(secrets.choice((130, 140, 150)))
        asked = ocsp.build_request([number], issuer=authority.issuing, hash_name="sha1")
    encoded = base64.b64encode(asked).decode()
    for written in (
        encoded,
        quote(encoded, safe=""),
        encoded.rstrip("="),
        f"/{encoded}",
        f"%2F{quote(encoded, safe='')}",
        f"{encoded}?from=a%20proxy",
        f"?{encoded}",
    ):
        with urllib.request.urlopen(f"{responders_process}/ocsp/{written}") as answer:
            said = library.load_der_ocsp_response(answer.read())
            wanted = "MALFORMED_REQUEST" if written.startswith("?") else "SUCCESSFUL"
            assert said.response_status.name == wanted
            assert answer.headers["date"]


@pytest.fixture(params=[2, pytest.param(100_000, marks=pytest.mark.soak)])
def issued(authority, request):
    """So many certificates are published: one that is good, one that is revoked, and others."""
    good, taken_back = (authority.issue("individual_sign", **AIGERIM) for _ in range(2))
    template = Certificate.objects.get(serial_number=f"{good.serial_number:040x}")
    kept = {field.name: getattr(template, field.name) for field in Certificate._meta.concrete_fields}
    others = (
        Certificate(**{**kept, "id": uuid.uuid4(), "serial_number": f"{new_serial_number():040x}"})
        for _ in range(request.param - 2)
    )
    Certificate.objects.bulk_create(others, batch_size=5_000)
    authority.revoke(taken_back)
    authority.publish()
    return {"GOOD": good.serial_number, "REVOKED": taken_back.serial_number, "UNKNOWN": 5}


@pytest.mark.clause("CA-8.P3b")
@pytest.mark.parametrize(("hours", "holds"), [(11, True), (13, False)])
def test_without_its_database_the_process_answers_for_twelve_hours_and_then_refuses(
    authority, issued, monkeypatch, hours, holds
):
    monkeypatch.setenv("SENIM_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none?connect_timeout=2")
    process = start(hours_ahead=hours)
    try:
        until(process, 200 if holds else 503)
        for status, serial_number in issued.items():
            asked = ocsp.build_request([serial_number], issuer=authority.issuing)
            said = library.load_der_ocsp_response(_post(f"{settings.responders_origin}/ocsp", asked))
            told = said.certificate_status.name if holds else said.response_status.name
            assert told == (status if holds else "TRY_LATER")
    finally:
        process.terminate()
        process.wait(30)


def test_certificates_of_the_authorities_are_served_as_they_are(authority, responders_process):
    for label, der in (("issuing", authority.issuing), ("root", authority.root)):
        with urllib.request.urlopen(f"{responders_process}/ca/{label}.cer") as answer:
            assert answer.read() == der
            assert answer.headers["content-type"] == "application/pkix-cert"


def test_every_address_in_a_certificate_is_served(authority, responders_process):
    said = x509.load_der_x509_certificate(authority.issue("individual_sign", **AIGERIM).certificate)
    points = said.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    access = said.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    places = [points[0].full_name[0].value]
    places += [one.access_location.value for one in access]
    assert len(places) == 3
    for place in places:
        with urllib.request.urlopen(place) as answer:
            assert answer.status == 200


def test_openssl_accepts_a_time_stamp(authority, responders_process, tmp_path):
    write_chain(tmp_path, authority)
    (tmp_path / "data").write_bytes(b"to be stamped")
    openssl(tmp_path, "ts", "-query", "-data", "data", "-sha256", "-cert", "-out", "query.tsq")
    answer = _post(f"{responders_process}/tsa", (tmp_path / "query.tsq").read_bytes())
    (tmp_path / "reply.tsr").write_bytes(answer)
    verified = openssl(
        tmp_path, "ts", "-verify", "-in", "reply.tsr", "-queryfile", "query.tsq", *_trust_in_openssl()
    )
    assert "Verification: OK" in verified
    openssl(tmp_path, "ts", "-query", "-data", "data", "-sha1", "-out", "weak.tsq")
    (tmp_path / "weak.tsr").write_bytes(
        _post(f"{responders_process}/tsa", (tmp_path / "weak.tsq").read_bytes())
    )
    assert "unrecognized or unsupported algorithm" in openssl(
        tmp_path, "ts", "-reply", "-in", "weak.tsr", "-text"
    )


def _trust_in_openssl():
    return ("-CAfile", "root.pem", "-untrusted", "issuing.pem")


def test_rfc3161_client_accepts_a_time_stamp(authority, responders_process):
    request = rfc3161_client.TimestampRequestBuilder().data(b"to be stamped").nonce(nonce=True).build()
    response = rfc3161_client.decode_timestamp_response(
        _post(f"{responders_process}/tsa", request.as_bytes())
    )
    builder = rfc3161_client.VerifierBuilder.from_request(request)
    builder = builder.add_root_certificate(x509.load_der_x509_certificate(authority.root))
    builder = builder.add_intermediate_certificate(x509.load_der_x509_certificate(authority.issuing))
    tsa = (settings.home / "certificates" / "tsa.cer").read_bytes()
    verifier = builder.tsa_certificate(x509.load_der_x509_certificate(tsa)).build()
    assert verifier.verify_message(response, b"to be stamped")
    assert abs(response.tst_info.gen_time - datetime.now(UTC)) < timedelta(seconds=30)
    with pytest.raises(rfc3161_client.VerificationError):
        verifier.verify_message(response, b"something else")


def _post(url, content):
    with urllib.request.urlopen(urllib.request.Request(url, content), timeout=30) as answer:
        return answer.read()
