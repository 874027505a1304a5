"""Where a rule begins and ends: sizes, numbers, times, and what is said on the other side."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509 import ocsp as library
from tests.pki.chain import AT, DAY, PERSON, authority, issue, issuing, openssl_ok, person, responder, root
from tests.pki.test_requests import signed_by_nobody

from senim.countries.kz import subjects
from senim.pki import (
    certificates,
    cms,
    crl,
    der,
    keys,
    names,
    ocsp,
    paths,
    pkcs12,
    requests,
    signatures,
    timestamps,
)
from senim.pki.certificates import Extension
from senim.pki.crl import RevocationReason
from senim.pki.keys import KeyAlgorithm, generate, public_der

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("read", "at_most", "within", "beyond"),
    [
        (requests.read, 16_384, "not_a_request", "too_large"),
        (cms.read, 262_144, "not_cms", "too_large"),
        (timestamps.read_request, 4_096, "BAD_DATA_FORMAT", "BAD_REQUEST"),
        (lambda data: pkcs12.read(data, password="x"), 65_536, "not a PKCS#12 file", "too large"),
        (ocsp.read_request, 4_096, "bytes after the end", "too large"),
    ],
)
def test_what_is_too_large_is_refused_for_that_and_nothing_smaller_is(
    read: Callable[[bytes], object], at_most: int, within: str, beyond: str
) -> None:
    with pytest.raises(ValueError, match=beyond):
        read(bytes(at_most + 1))
    with pytest.raises(ValueError) as refused:
        read(bytes(at_most))
    assert within in str(refused.value)


@pytest.mark.parametrize(
    ("exponent", "problem"),
    [
        (65_535, "weak_key"),
        (65_537, "wrong_proof"),
        (2**32 - 1, "wrong_proof"),
        (2**32 + 1, "unsupported_key"),
    ],
)
def test_rsa_exponents_are_taken_from_65537_to_32_bits(exponent: int, problem: str) -> None:
    modulus = generate(KeyAlgorithm.RSA2048).public_key().public_numbers().n  # type: ignore[union-attr]
    info = public_der(rsa.RSAPublicNumbers(exponent, modulus).public_key())
    with pytest.raises(requests.RequestRefused, match=problem):
        requests.read(signed_by_nobody(info))


def test_only_a_public_key_is_one() -> None:
    key = generate(KeyAlgorithm.P256)
    assert keys.as_public(key.public_key()) == key.public_key()
    with pytest.raises(keys.UnsupportedKey, match="PrivateKey"):
        keys.as_public(key)


def built(leaf: bytes, *intermediates: bytes, at: datetime = AT) -> paths.Path:
    return paths.build(leaf, intermediates=intermediates, anchors=[root().der], at=at)


def test_a_certificate_is_valid_from_its_first_second_on() -> None:
    leaf = issue(subject=PERSON, issuer=issuing(), not_before=AT - DAY)
    assert built(leaf.der, issuing().der, at=AT - DAY).certificates[0] == leaf.der
    with pytest.raises(paths.PathInvalid, match=r"^not_yet_valid$") as refused:
        built(leaf.der, issuing().der, at=AT - DAY - SECOND)
    assert refused.value.certificate == leaf.der


def test_an_authority_that_says_nothing_of_its_key_usage_may_sign() -> None:
    constraints = Extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    silent = issue(subject=subjects.build_service("silent"), issuer=root(), extensions=(constraints,))
    leaf = issue(subject=PERSON, issuer=silent)
    assert len(built(leaf.der, silent.der).certificates) == 3


def test_authorities_below_one_are_counted_but_not_those_it_issued_to_itself() -> None:
    service = subjects.build_service
    top = issue(subject=service("top"), issuer=root(), extensions=authority(path_length=1))
    renewed = issue(subject=service("top"), issuer=top, extensions=authority(path_length=1))
    below = issue(subject=service("below"), issuer=renewed, extensions=authority())
    leaf = issue(subject=PERSON, issuer=below)
    chain = (below.der, renewed.der, top.der)
    assert len(built(leaf.der, *chain).certificates) == 5
    lower = issue(subject=service("lower"), issuer=below, extensions=authority())
    with pytest.raises(paths.PathInvalid, match="path_too_long"):
        built(issue(subject=PERSON, issuer=lower).der, lower.der, *chain)


def extension(kind: str, value: bytes, critical: bool | None = None) -> bytes:
    flag = b"" if critical is None else der.boolean(critical)
    return der.sequence(der.oid(kind), flag, der.octet_string(value))


NONCE = "1.3.6.1.5.5.7.48.1.2"


def asked_with(*extensions: bytes) -> ocsp.StatusRequest:
    cert_id = ocsp.read_request(ocsp.build_request([1], issuer=issuing().der)).cert_ids[0].der
    questions = der.sequence(der.sequence(cert_id))
    return ocsp.read_request(der.sequence(der.sequence(questions, der.context(2, der.sequence(*extensions)))))


def test_a_nonce_has_one_to_128_octets_wrapped_or_bare_in_whatever_company() -> None:
    for value in (b"n", b"n" * 128, der.octet_string(b"n"), der.octet_string(b"n" * 128)):
        assert asked_with(extension(NONCE, value)).nonce == value
        assert asked_with(extension(NONCE, value, True)).nonce == value
    for value in (b"", b"n" * 129, der.octet_string(b""), der.octet_string(b"n" * 129)):
        with pytest.raises(ocsp.MalformedRequest, match="one of wrong length"):
            asked_with(extension(NONCE, value))
    harmless = (extension("1.2.3", b"x"), extension("1.2.4", b"y", False))
    assert asked_with(*harmless).nonce is None
    assert asked_with(harmless[0], extension(NONCE, b"n"), harmless[1]).nonce == b"n"
    for more in (extension("1.2.3", b"x", True), extension(NONCE, b"n")):
        with pytest.raises(ocsp.MalformedRequest, match=r"two nonces.* or an unknown critical extension"):
            asked_with(extension(NONCE, b"n"), more)


SIGNER = ocsp.Responder(key=responder().key, certificate=responder().der)


@pytest.mark.parametrize("reason", [None, *RevocationReason])
def test_each_reason_is_answered_and_unspecified_left_out(reason: RevocationReason | None) -> None:
    (cert_id,) = ocsp.read_request(ocsp.build_request([7], issuer=issuing().der)).cert_ids
    answer = ocsp.Answer(cert_id, ocsp.CertStatus.REVOKED, AT, None, AT - DAY, reason)
    read = library.load_der_ocsp_response(SIGNER.respond([answer], nonce=None, at=AT + SECOND))
    said = read.revocation_reason
    assert (said.value if said else None) == (None if reason is RevocationReason.UNSPECIFIED else reason)
    assert (read.revocation_time_utc, read.this_update_utc) == (AT - DAY, AT)
    assert (read.next_update_utc, read.produced_at_utc) == (None, AT + SECOND)
    assert len(read.extensions) == 0


@pytest.mark.parametrize(
    ("failure", "bits"),
    [
        (timestamps.PkiFailureInfo.BAD_ALG, "03020780"),
        (timestamps.PkiFailureInfo.BAD_REQUEST, "03020520"),
        (timestamps.PkiFailureInfo.BAD_DATA_FORMAT, "03020204"),
        (timestamps.PkiFailureInfo.TIME_NOT_AVAILABLE, "0303010002"),
        (timestamps.PkiFailureInfo.UNACCEPTED_POLICY, "0303000001"),
        (timestamps.PkiFailureInfo.SYSTEM_FAILURE, "03050600000040"),
    ],
)
def test_a_refused_time_stamp_sets_the_bit_of_its_failure(
    failure: timestamps.PkiFailureInfo, bits: str
) -> None:
    status = bytes.fromhex("020102" + bits)
    assert timestamps.refuse(failure) == der.sequence(der.sequence(status))
    with pytest.raises(ValueError, match="refused with status 2"):
        timestamps.token_of(timestamps.refuse(failure))


@pytest.mark.parametrize(("status", "taken"), [(0, True), (1, True), (2, False), (3, False), (5, False)])
def test_a_token_is_taken_from_an_answer_that_grants_one(status: int, taken: bool) -> None:
    token = der.sequence(der.integer(9))
    response = der.sequence(der.sequence(der.integer(status)), token)
    if taken:
        assert timestamps.token_of(response) == token
    else:
        with pytest.raises(ValueError, match=f"refused with status {status}"):
            timestamps.token_of(response)


def test_a_token_says_what_it_was_asked_with() -> None:
    own = issue(subject=subjects.build_service("tsa"), issuer=issuing())
    tsa = timestamps.TimeStampAuthority(key=own.key, certificate=own.der, policy="1.2.3", accuracy=SECOND)
    for hash_name in ("sha256", "sha384", "sha512"):
        imprint = signatures.digest(b"data", hash_name)
        asked = timestamps.TimeStampRequest(hash_name, imprint, policy="1.2.3", certificate_wanted=True)
        said = timestamps.verify(tsa.token(asked, serial_number=2**70, at=AT), data=b"data")
        assert said == timestamps.TimeStamp(hash_name, imprint, "1.2.3", 2**70, AT, None, own.der)


def test_a_list_without_number_or_scope_is_read() -> None:
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuing().name)
    builder = builder.last_update(AT).next_update(AT + DAY)
    entry = x509.RevokedCertificateBuilder().serial_number(9).revocation_date(AT - DAY).build()
    signed = builder.add_revoked_certificate(entry).sign(issuing().key, hashes.SHA256())  # type: ignore[arg-type]
    read = crl.read(signed.public_bytes(serialization.Encoding.DER), issuer=issuing().der)
    assert (read.number, read.distribution_point) == (None, None)
    assert (read.this_update, read.next_update) == (AT, AT + DAY)
    assert list(read.revocations()) == [crl.Revocation(9, AT - DAY, RevocationReason.UNSPECIFIED)]


def test_a_certificate_says_something_or_is_not_made() -> None:
    template = certificates.Template(
        issuer=issuing().name,
        subject=PERSON,
        public_key=person().key.public_key(),
        serial_number=1,
        not_before=AT,
        not_after=AT,
        extensions=(),
    )
    with pytest.raises(ValueError, match="at least one"):
        certificates.build(template, key=issuing().key)
    basic = Extension(x509.BasicConstraints(ca=False, path_length=None))
    whole = replace(template, extensions=(basic,), serial_number=(1 << 159) - 1)
    assert certificates.parts_of(certificates.build(whole, key=issuing().key)).serial_number == (1 << 159) - 1


@pytest.mark.parametrize(
    ("year", "tag"), [(1949, der.GENERALIZED_TIME), (1950, der.UTC_TIME), (2049, der.UTC_TIME), (2050, 0x18)]
)
def test_years_are_written_with_two_digits_from_1950_to_2049(year: int, tag: int) -> None:
    at = datetime(year, 6, 1, 12, 30, 15, tzinfo=UTC)
    element = der.read(der.time(at))
    assert (element.tag, der.to_time(element)) == (tag, at)


@pytest.mark.parametrize("length", [0, 1, 127, 128, 255, 256, 65_535, 65_536])
def test_lengths_are_written_in_their_shortest_form_and_read_back(length: int) -> None:
    content = b"x" * length
    written = der.octet_string(content)
    assert der.read(written, der.OCTET_STRING).content == content
    size = 0 if length < 128 else (length.bit_length() + 7) // 8
    assert len(written) == 2 + size + length


@pytest.mark.parametrize(
    ("tag", "content", "text"),
    [
        (12, "Қ".encode(), "Қ"),
        (19, b"KZ", "KZ"),
        (20, b"\xe9", "é"),
        (22, b"a@b", "a@b"),
        (26, b"v", "v"),
        (28, "Қ".encode("utf-32-be"), "Қ"),
        (30, "Қ".encode("utf-16-be"), "Қ"),
        (18, b"12", "12"),
        (4, b"\xe9", "é"),
        (19, b"\xff", "\ufffd"),
    ],
)
def test_a_name_is_read_in_the_letters_of_its_string_type(tag: int, content: bytes, text: str) -> None:
    name = der.sequence(der.set_of([der.sequence(der.oid(names.COMMON_NAME), der.encode(tag, content))]))
    assert names.read(name) == ((names.COMMON_NAME, text),)


@pytest.mark.parametrize(
    ("kind", "longest"),
    [(names.COMMON_NAME, 64), (names.COUNTRY, 2), (names.ORGANISATION, 64), (names.LOCALITY, 128)],
)
def test_a_value_of_a_name_may_be_as_long_as_the_standard_lets_it(kind: str, longest: int) -> None:
    ((_, value),) = names.read(names.build([(kind, "Z" * longest)]).public_bytes())
    assert value == "Z" * longest
    with pytest.raises(ValueError, match=f"a value of {longest + 1} characters for {kind}"):
        names.build([(kind, "Z" * (longest + 1))])


def test_a_key_file_asks_for_a_hundred_thousand_rounds_and_shows_its_name(tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "file.p12"
    chain = (issuing().der, root().der)
    file.write_bytes(
        pkcs12.write(key=person().key, certificate=person().der, chain=chain, name="sign", password="x")
    )
    said = openssl_ok("pkcs12", "-in", file, "-passin", "pass:x", "-info", "-nodes").decode(
        "utf-8", "replace"
    )
    assert said.count("Iteration 100000") >= 2
    assert "friendlyName: sign" in said


def test_a_key_file_without_a_key_or_without_a_password_is_none() -> None:
    alone = serialization.pkcs12.serialize_key_and_certificates(
        None,
        None,
        None,
        [x509.load_der_x509_certificate(root().der)],
        serialization.BestAvailableEncryption(b"x"),
    )
    with pytest.raises(pkcs12.WrongPassword, match="no key with its certificate"):
        pkcs12.read(alone, password="x")
    with pytest.raises(pkcs12.WrongPassword, match="never given out without a password"):
        pkcs12.write(key=person().key, certificate=person().der, name="x", password="")
    with pytest.raises(pkcs12.WrongPassword, match="not its password"):
        pkcs12.read(alone, password="y")


def test_a_signature_over_nothing_at_all_is_one_over_nothing() -> None:
    for detached in (True, False):
        message = cms.sign(b"", key=person().key, certificate=person().der, at=AT, detached=detached)
        cms.read(message).verify(b"")
        with pytest.raises(cms.CmsInvalid):
            cms.read(message).verify(b"something")


@pytest.mark.parametrize(
    ("bits", "algorithm"),
    [(2_048, "RSA-2048"), (3_071, "RSA-2048"), (3_072, "RSA-3072"), (4_095, "RSA-3072"), (4_096, "RSA-4096")],
)
def test_an_rsa_key_counts_as_the_size_it_reaches(bits: int, algorithm: str) -> None:
    assert keys.algorithm_of(rsa_key_of(bits)) == algorithm


@pytest.mark.parametrize(("bits", "weak"), [(2_047, True), (4_097, False)])
def test_an_rsa_key_of_another_size_is_not_taken(bits: int, weak: bool) -> None:
    with pytest.raises(keys.UnsupportedKey, match=f"RSA of {bits} bits") as refused:
        keys.algorithm_of(rsa_key_of(bits))
    assert refused.value.weak is weak


def rsa_key_of(bits: int) -> rsa.RSAPublicKey:
    return rsa.RSAPublicNumbers(65_537, (1 << (bits - 1)) | 1).public_key()


def test_a_status_request_may_say_that_it_is_of_the_first_version_and_of_no_other() -> None:
    cert_id = ocsp.read_request(ocsp.build_request([1], issuer=issuing().der)).cert_ids[0].der
    questions = der.sequence(der.sequence(cert_id))
    for version, taken in ((0, True), (1, False)):
        asked = der.sequence(der.sequence(der.context(0, der.integer(version)), questions))
        if taken:
            assert len(ocsp.read_request(asked).cert_ids) == 1
        else:
            with pytest.raises(ocsp.MalformedRequest, match="not version 1"):
                ocsp.read_request(asked)
