from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp as library
from hypothesis import given, settings
from hypothesis import strategies as some
from tests.pki.chain import AT, chain_files, issuing, openssl, openssl_ok, person, responder, root

from senim.pki import certificates, der, ocsp
from senim.pki.crl import RevocationReason
from senim.pki.ocsp import Answer, CertId, CertStatus, MalformedRequest, Responder

SERIAL_NUMBER = certificates.parts_of(person().der).serial_number
NEXT = AT + timedelta(hours=12)
SIGNER = Responder(key=responder().key, certificate=responder().der)


def asked_by_openssl(folder: Path, *options: str) -> bytes:
    file = folder / "request.der"
    issuer, leaf = issuing().pem(folder, "issuing"), person().pem(folder, "leaf")
    openssl_ok("ocsp", *options, "-issuer", issuer, "-cert", leaf, "-reqout", file)
    return file.read_bytes()


def answer(
    cert_id: CertId, status: CertStatus = CertStatus.GOOD, reason: RevocationReason | None = None
) -> Answer:
    revoked_at = AT - timedelta(days=1) if status is CertStatus.REVOKED else None
    return Answer(cert_id, status, AT, NEXT, revoked_at, reason)


@pytest.mark.parametrize("hash_name", ["sha1", "sha256", "sha384", "sha512"])
@pytest.mark.parametrize("nonce", ["-nonce", "-no_nonce"])
def test_a_question_of_openssl_is_read(tmp_path: Path, hash_name: str, nonce: str) -> None:
    request = ocsp.read_request(asked_by_openssl(tmp_path, nonce, f"-{hash_name}"))
    (cert_id,) = request.cert_ids
    name_hash, key_hash = ocsp.issuer_hashes(issuing().der)[hash_name]
    assert (cert_id.hash_name, cert_id.serial_number) == (hash_name, SERIAL_NUMBER)
    assert (cert_id.issuer_name_hash, cert_id.issuer_key_hash) == (name_hash, key_hash)
    assert (request.nonce is not None) is (nonce == "-nonce")


@pytest.mark.parametrize(
    ("status", "reason", "words"),
    [
        (CertStatus.GOOD, None, ["leaf.pem: good"]),
        (CertStatus.REVOKED, RevocationReason.KEY_COMPROMISE, ["leaf.pem: revoked", "Reason: keyCompromise"]),
        (CertStatus.REVOKED, None, ["leaf.pem: revoked", "Revocation Time"]),
        (CertStatus.UNKNOWN, None, ["leaf.pem: unknown"]),
    ],
)
def test_openssl_takes_the_answer(
    tmp_path: Path, status: CertStatus, reason: RevocationReason | None, words: list[str]
) -> None:
    request = ocsp.read_request(asked_by_openssl(tmp_path, "-nonce", "-sha256"))
    said = judged_by_openssl(
        tmp_path, SIGNER.respond(respond_to(request, status, reason), nonce=request.nonce, at=AT)
    )
    assert "Response verify OK" in said
    assert all(word in said for word in words)


def respond_to(
    request: ocsp.StatusRequest, status: CertStatus, reason: RevocationReason | None = None
) -> list[Answer]:
    return [answer(cert_id, status, reason) for cert_id in request.cert_ids]


def judged_by_openssl(folder: Path, response: bytes, *, with_request: bool = False) -> str:
    """What OpenSSL says of the response: of the nonce ``with_request``, else of the status."""
    (folder / "response.der").write_bytes(response)
    anchor, issuer = chain_files(folder)
    about = (
        ("-reqin", folder / "request.der")
        if with_request
        else ("-sha256", "-issuer", issuer, "-cert", folder / "leaf.pem")
    )
    finished = openssl(
        *("ocsp", "-respin", folder / "response.der", *about),
        *("-CAfile", anchor, "-verify_other", issuer),
        *("-no_nonce", "-attime", int(AT.timestamp()), "-validity_period", 10**9),
    )
    return (finished.stdout + finished.stderr).decode()


def test_an_answer_that_was_changed_is_refused_by_openssl(tmp_path: Path) -> None:
    request = ocsp.read_request(asked_by_openssl(tmp_path, "-nonce", "-sha256"))
    response = SIGNER.respond(respond_to(request, CertStatus.REVOKED), nonce=request.nonce, at=AT)
    at = response.index(b"\x18\x0f", response.index(request.cert_ids[0].der)) + 3
    changed = response[:at] + bytes([response[at] ^ 1]) + response[at + 1 :]
    assert "Response Verify Failure" in judged_by_openssl(tmp_path, changed)


def test_an_answer_to_another_nonce_is_noticed_by_openssl(tmp_path: Path) -> None:
    request = ocsp.read_request(asked_by_openssl(tmp_path, "-nonce", "-sha256"))
    for nonce, words in ((request.nonce, "Response verify OK"), (b"\x04\x02ab", "Nonce Verify error")):
        response = SIGNER.respond(respond_to(request, CertStatus.GOOD), nonce=nonce, at=AT)
        assert words in judged_by_openssl(tmp_path, response, with_request=True)


def test_the_library_reads_the_answer_too() -> None:
    request = ocsp.read_request(ocsp.build_request([SERIAL_NUMBER], issuer=issuing().der, nonce=b"n" * 32))
    revoked = respond_to(request, CertStatus.REVOKED, RevocationReason.SUPERSEDED)
    read = library.load_der_ocsp_response(SIGNER.respond(revoked, nonce=request.nonce, at=AT))
    assert read.certificate_status is library.OCSPCertStatus.REVOKED
    assert read.revocation_reason is x509.ReasonFlags.superseded
    assert (read.this_update_utc, read.next_update_utc, read.produced_at_utc) == (AT, NEXT, AT)
    assert read.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == b"n" * 32
    assert read.responder_key_hash == certificates.subject_key_id(responder().der)


def test_several_questions_get_as_many_answers() -> None:
    request = ocsp.read_request(ocsp.build_request(range(1, 21), issuer=issuing().der, hash_name="sha1"))
    read = library.load_der_ocsp_response(
        SIGNER.respond([answer(cert_id) for cert_id in request.cert_ids], nonce=None, at=AT)
    )
    assert [single.serial_number for single in read.responses] == list(range(1, 21))


def test_a_question_of_the_library_is_read() -> None:
    leaf, issuer = (x509.load_der_x509_certificate(holder.der) for holder in (person(), issuing()))
    builder = library.OCSPRequestBuilder().add_certificate(leaf, issuer, hashes.SHA1())
    asked = builder.add_extension(x509.OCSPNonce(b"12345678"), critical=False).build()
    request = ocsp.read_request(asked.public_bytes(Encoding.DER))
    assert request.nonce == b"\x04\x0812345678"
    assert request.cert_ids[0].serial_number == SERIAL_NUMBER


def test_a_hash_we_do_not_know_is_read_and_has_no_name() -> None:
    cert_id = der.sequence(
        der.sequence(der.oid("1.2.398.3.10.1.3.3")),
        der.octet_string(b"n"),
        der.octet_string(b"k"),
        der.integer(5),
    )
    request = ocsp.read_request(der.sequence(der.sequence(der.sequence(der.sequence(cert_id)))))
    assert (request.cert_ids[0].hash_name, request.cert_ids[0].der) == ("", cert_id)


def test_issuers_have_different_hashes() -> None:
    assert ocsp.issuer_hashes(issuing().der) != ocsp.issuer_hashes(root().der)


def test_failures_are_what_openssl_expects(tmp_path: Path) -> None:
    asked_by_openssl(tmp_path)
    for response, words in (
        (ocsp.MALFORMED_REQUEST, "malformedrequest (1)"),
        (ocsp.INTERNAL_ERROR, "internalerror (2)"),
        (ocsp.TRY_LATER, "trylater (3)"),
        (ocsp.UNAUTHORIZED, "unauthorized (6)"),
    ):
        assert words in judged_by_openssl(tmp_path, response)


def test_a_revoked_answer_without_its_time_is_never_made() -> None:
    (cert_id,) = ocsp.read_request(ocsp.build_request([7], issuer=issuing().der)).cert_ids
    with pytest.raises(ValueError, match="time of revocation"):
        SIGNER.respond([Answer(cert_id, CertStatus.REVOKED, AT, NEXT)], nonce=None, at=AT)


def request_with(*, questions: int = 1, nonce: bytes = b"", nonces: int = 1, critical: str = "") -> bytes:
    cert_id = ocsp.read_request(ocsp.build_request([1], issuer=issuing().der)).cert_ids[0].der
    extensions = b""
    if nonce:
        extensions = nonces * der.sequence(der.oid("1.3.6.1.5.5.7.48.1.2"), der.octet_string(nonce))
    if critical:
        extensions += der.sequence(der.oid(critical), der.boolean(True), der.octet_string(b""))
    wrapped = der.context(2, der.sequence(extensions)) if extensions else b""
    return der.sequence(der.sequence(der.sequence(*[der.sequence(cert_id)] * questions), wrapped))


@pytest.mark.parametrize(
    "request_der",
    [
        b"",
        b"\x30\x00",
        request_with(questions=0),
        request_with(questions=21),
        request_with(nonce=der.octet_string(b"n" * 129)),
        request_with(nonce=b"n" * 129),
        request_with(nonce=der.octet_string(b"")),
        request_with(nonce=b"n" * 32, nonces=2),
        request_with(critical="1.2.3"),
        request_with() + b"\x00",
        b"\x30\x83\x98\x96\x80" + bytes(10_000_000),
    ],
    ids=[
        "empty",
        "nothing",
        "no question",
        "21",
        "long nonce",
        "long bare nonce",
        "empty nonce",
        "two nonces",
        "critical",
        "after the end",
        "10 MB",
    ],
)
def test_a_malformed_request_is_refused(request_der: bytes) -> None:
    with pytest.raises(MalformedRequest):
        ocsp.read_request(request_der)


@pytest.mark.parametrize("nonce", [b"n", b"n" * 32, b"n" * 127, b"n" * 128])
def test_a_nonce_of_1_to_128_octets_is_given_back_as_it_was(nonce: bytes) -> None:
    for value in (der.octet_string(nonce), nonce):
        assert ocsp.read_request(request_with(nonce=value)).nonce == value


ORIGINAL = ocsp.build_request([SERIAL_NUMBER], issuer=issuing().der, nonce=b"n" * 16)


@settings(max_examples=200, deadline=None)
@given(some.integers(0, len(ORIGINAL)), some.integers(0, 20), some.binary(max_size=20))
def test_hostile_requests_are_read_or_refused_by_name(start: int, length: int, piece: bytes) -> None:
    try:
        request = ocsp.read_request(ORIGINAL[:start] + piece + ORIGINAL[start + length :])
    except MalformedRequest:
        return
    response = SIGNER.respond(respond_to(request, CertStatus.UNKNOWN), nonce=request.nonce, at=AT)
    assert der.read(response).tag == der.SEQUENCE


@settings(max_examples=200, deadline=None)
@given(some.binary(max_size=200))
def test_random_bytes_are_refused_by_name(data: bytes) -> None:
    with pytest.raises(MalformedRequest):
        ocsp.read_request(data)
