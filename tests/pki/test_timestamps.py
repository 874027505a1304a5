import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as some
from rfc3161_client import TimestampRequestBuilder, VerifierBuilder, decode_timestamp_response
from tests.pki.chain import AT, chain_files, issuing, openssl, openssl_ok, person, root, time_stamp_authority

from senim.pki import cms, der, timestamps
from senim.pki.cms import CmsInvalid, CmsProblem
from senim.pki.timestamps import PkiFailureInfo, TimeStampAuthority, TimeStampRefused, TimeStampRequest

POLICY = "1.2.398.3.3.2.6.1"
DATA = "Құжат".encode()


def authority(accuracy: timedelta = timedelta(seconds=1)) -> TimeStampAuthority:
    own = time_stamp_authority()
    return TimeStampAuthority(key=own.key, certificate=own.der, policy=POLICY, accuracy=accuracy)


def asked_by_openssl(folder: Path, *options: str) -> bytes:
    data, query = folder / "data", folder / "query.tsq"
    data.write_bytes(DATA)
    openssl_ok("ts", "-query", "-data", data, "-out", query, *options)
    return query.read_bytes()


def judged_by_openssl(folder: Path, response: bytes) -> str:
    (folder / "response.tsr").write_bytes(response)
    anchor, intermediate = chain_files(folder)
    certificate = time_stamp_authority().pem(folder, "tsa")
    untrusted = folder / "untrusted.pem"
    untrusted.write_bytes(intermediate.read_bytes() + certificate.read_bytes())
    finished = openssl(
        *("ts", "-verify", "-queryfile", folder / "query.tsq", "-in", folder / "response.tsr"),
        *("-CAfile", anchor, "-untrusted", untrusted, "-attime", int(AT.timestamp())),
    )
    return (finished.stdout + finished.stderr).decode()


@pytest.mark.parametrize(
    "options", [("-sha256", "-cert"), ("-sha384", "-no_nonce"), ("-sha512", "-tspolicy", POLICY)]
)
def test_openssl_verifies_the_token(tmp_path: Path, options: tuple[str, ...]) -> None:
    request = timestamps.read_request(asked_by_openssl(tmp_path, *options))
    assert request.hash_name == options[0].removeprefix("-")
    assert request.certificate_wanted is ("-cert" in options)
    assert (request.nonce is None) is ("-no_nonce" in options)
    response = authority().grant(request, serial_number=2**80, at=AT)
    assert "Verification: OK" in judged_by_openssl(tmp_path, response)


def test_openssl_reads_the_time_the_serial_number_and_the_accuracy(tmp_path: Path) -> None:
    request = timestamps.read_request(asked_by_openssl(tmp_path, "-sha256", "-cert"))
    file = tmp_path / "response.tsr"
    file.write_bytes(
        authority(timedelta(seconds=1, milliseconds=500)).grant(request, serial_number=0x2A, at=AT)
    )
    said = openssl_ok("ts", "-reply", "-in", file, "-text").decode()
    assert "Status: Granted." in said
    assert f"Policy OID: {POLICY}" in said
    assert "Serial number: 0x2A" in said
    assert "Time stamp: Nov 21 12:00:00 2026 GMT" in said
    assert "Accuracy: 0x01 seconds, 0x01F4 millis, unspecified micros" in said


def test_a_changed_token_is_refused_by_openssl(tmp_path: Path) -> None:
    request = timestamps.read_request(asked_by_openssl(tmp_path, "-sha256", "-cert"))
    response = authority().grant(request, serial_number=1, at=AT)
    assert "OK" not in judged_by_openssl(tmp_path, response.replace(b"20261121", b"20261120"))


def test_rfc3161_client_verifies_the_token() -> None:
    asked = TimestampRequestBuilder().data(DATA).nonce(nonce=True).cert_request(cert_request=True).build()
    request = timestamps.read_request(asked.as_bytes())
    response = decode_timestamp_response(authority().grant(request, serial_number=5, at=AT))
    verifier = (
        VerifierBuilder()
        .tsa_certificate(x509.load_der_x509_certificate(time_stamp_authority().der))
        .add_root_certificate(x509.load_der_x509_certificate(root().der))
        .add_intermediate_certificate(x509.load_der_x509_certificate(issuing().der))
        .nonce(asked.nonce)
        .build()
    )
    assert verifier.verify_message(response, DATA)
    assert response.tst_info.gen_time == AT


def test_our_own_verification_reads_what_was_granted() -> None:
    wanted = TimeStampRequest("sha256", hashlib.sha256(DATA).digest(), nonce=-7, certificate_wanted=True)
    response = authority().grant(
        timestamps.read_request(timestamps.build_request(wanted)), serial_number=9, at=AT
    )
    stamp = timestamps.verify(timestamps.token_of(response), data=DATA)
    assert (stamp.serial_number, stamp.gen_time, stamp.policy, stamp.nonce) == (9, AT, POLICY, -7)
    assert stamp.certificate == time_stamp_authority().der


def test_a_token_without_its_certificate_needs_it_given() -> None:
    request = TimeStampRequest("sha256", hashlib.sha256(DATA).digest())
    token = authority().token(request, serial_number=9, at=AT)
    with pytest.raises(CmsInvalid) as refused:
        timestamps.verify(token, data=DATA)
    assert refused.value.problem is CmsProblem.SIGNER_CERTIFICATE_MISSING
    assert timestamps.verify(token, data=DATA, certificate=time_stamp_authority().der).serial_number == 9


def test_a_token_over_other_data_is_refused() -> None:
    request = TimeStampRequest("sha256", hashlib.sha256(DATA).digest(), certificate_wanted=True)
    with pytest.raises(CmsInvalid) as refused:
        timestamps.verify(authority().token(request, serial_number=9, at=AT), data=DATA + b".")
    assert refused.value.problem is CmsProblem.DIGEST_DIFFERS


def test_a_document_signature_is_no_time_stamp_and_a_time_stamp_no_document_signature() -> None:
    signature = cms.sign(DATA, key=person().key, certificate=person().der, at=AT, detached=False)
    request = TimeStampRequest("sha256", hashlib.sha256(DATA).digest(), certificate_wanted=True)
    token = authority().token(request, serial_number=9, at=AT)
    with pytest.raises(CmsInvalid) as refused:
        timestamps.verify(signature, data=DATA)
    assert refused.value.problem is CmsProblem.CONTENT_TYPE_DIFFERS
    with pytest.raises(CmsInvalid) as refused:
        cms.read(token).verify()
    assert refused.value.problem is CmsProblem.CONTENT_TYPE_DIFFERS


def imprint(oid: str, length: int) -> bytes:
    return der.sequence(der.sequence(der.oid(oid), der.null()), der.octet_string(bytes(length)))


SHA256 = imprint("2.16.840.1.101.3.4.2.1", 32)
CRITICAL = der.context(0, der.sequence(der.oid("1.2.3"), der.boolean(True), der.octet_string(b"")))


@pytest.mark.parametrize(
    ("request_der", "failure"),
    [
        (der.sequence(der.integer(1), imprint("1.3.14.3.2.26", 20)), PkiFailureInfo.BAD_ALG),
        (der.sequence(der.integer(1), imprint("1.2.840.113549.2.5", 16)), PkiFailureInfo.BAD_ALG),
        (der.sequence(der.integer(1), imprint("2.16.840.1.101.3.4.2.1", 31)), PkiFailureInfo.BAD_DATA_FORMAT),
        (der.sequence(der.integer(2), SHA256), PkiFailureInfo.BAD_REQUEST),
        (der.sequence(der.integer(1), SHA256, der.integer(1 << 600)), PkiFailureInfo.BAD_REQUEST),
        (der.sequence(der.integer(1), SHA256, CRITICAL), PkiFailureInfo.UNACCEPTED_EXTENSION),
        (der.sequence(der.integer(1), SHA256, der.null()), PkiFailureInfo.BAD_DATA_FORMAT),
        (b"", PkiFailureInfo.BAD_DATA_FORMAT),
        (bytes(10_000_000), PkiFailureInfo.BAD_REQUEST),
    ],
    ids=["SHA-1", "MD5", "short", "version", "nonce", "extension", "field", "empty", "10 MB"],
)
def test_a_request_that_cannot_be_granted_names_its_failure(
    request_der: bytes, failure: PkiFailureInfo
) -> None:
    with pytest.raises(TimeStampRefused) as refused:
        timestamps.read_request(request_der)
    assert refused.value.failure is failure


def test_another_policy_is_not_granted() -> None:
    request = TimeStampRequest("sha256", bytes(32), policy="1.2.3.4")
    with pytest.raises(TimeStampRefused) as refused:
        authority().grant(request, serial_number=1, at=AT)
    assert refused.value.failure is PkiFailureInfo.UNACCEPTED_POLICY


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (PkiFailureInfo.BAD_ALG, "unrecognized or unsupported algorithm"),
        (PkiFailureInfo.BAD_REQUEST, "transaction not permitted"),
        (PkiFailureInfo.BAD_DATA_FORMAT, "the data submitted has the wrong format"),
        (PkiFailureInfo.TIME_NOT_AVAILABLE, "time source is not available"),
        (PkiFailureInfo.UNACCEPTED_POLICY, "policy is not supported"),
        (PkiFailureInfo.UNACCEPTED_EXTENSION, "extension is not supported"),
        (PkiFailureInfo.SYSTEM_FAILURE, "system failure"),
    ],
)
def test_openssl_reads_the_refusal(tmp_path: Path, failure: PkiFailureInfo, words: str) -> None:
    file = tmp_path / "refusal.tsr"
    file.write_bytes(timestamps.refuse(failure))
    said = openssl_ok("ts", "-reply", "-in", file, "-text").decode()
    assert "Status: Rejected." in said
    assert words in said
    with pytest.raises(ValueError, match="refused"):
        timestamps.token_of(timestamps.refuse(failure))


ORIGINAL = timestamps.build_request(
    TimeStampRequest("sha256", bytes(32), POLICY, 12345, certificate_wanted=True)
)


@settings(max_examples=200, deadline=None)
@given(some.integers(0, len(ORIGINAL)), some.integers(0, 20), some.binary(max_size=20))
def test_hostile_requests_are_read_or_refused_by_name(start: int, length: int, piece: bytes) -> None:
    changed = ORIGINAL[:start] + piece + ORIGINAL[start + length :]
    try:
        request = timestamps.read_request(changed)
    except TimeStampRefused:
        return
    assert timestamps.read_request(timestamps.build_request(request)) == request
