from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from hypothesis import given, settings
from hypothesis import strategies as some
from tests.pki.chain import openssl, openssl_ok

from senim.pki import der, requests
from senim.pki.keys import KeyAlgorithm, generate, public_der
from senim.pki.requests import AT_MOST_BYTES, RequestProblem, RequestRefused

NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "ТЕСТ")])


def request_by(key: object, hash_algorithm: hashes.HashAlgorithm | None = None) -> bytes:
    builder = x509.CertificateSigningRequestBuilder().subject_name(NAME)
    chosen = None if isinstance(key, ed25519.Ed25519PrivateKey) else hash_algorithm or hashes.SHA256()
    return builder.sign(key, chosen).public_bytes(serialization.Encoding.DER)  # type: ignore[arg-type]


def problem_with(data: bytes) -> RequestProblem:
    with pytest.raises(RequestRefused) as refused:
        requests.read(data)
    return refused.value.problem


def by_openssl(*arguments: str) -> bytes:
    made = openssl(
        "req", "-new", "-nodes", "-keyout", "/dev/null", "-subj", "/CN=a", "-outform", "DER", *arguments
    )
    assert made.returncode == 0, made.stderr
    return made.stdout


@pytest.mark.parametrize(
    ("key_of", "algorithm"),
    [
        (("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"), KeyAlgorithm.P256),
        (("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384", "-sha384"), KeyAlgorithm.P384),
        (("-newkey", "rsa:2048"), KeyAlgorithm.RSA2048),
        (
            ("-newkey", "rsa:2048", "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:-1"),
            KeyAlgorithm.RSA2048,
        ),
    ],
)
def test_a_request_made_by_openssl_is_read(key_of: tuple[str, ...], algorithm: KeyAlgorithm) -> None:
    data = by_openssl(*key_of)
    request = requests.read(data)
    assert request.algorithm is algorithm
    assert request.subject == (("2.5.4.3", "a"),)
    assert (request.der, len(request.digest)) == (data, 32)


def test_the_key_read_is_the_key_of_the_request() -> None:
    key = generate(KeyAlgorithm.P256)
    assert public_der(requests.read(request_by(key)).public_key) == public_der(key.public_key())


def test_a_weak_key_is_refused() -> None:
    assert problem_with(request_by(rsa.generate_private_key(65537, 1024))) is RequestProblem.WEAK_KEY
    assert problem_with(request_by(rsa.generate_private_key(3, 2048))) is RequestProblem.WEAK_KEY
    assert problem_with(request_by(ec.generate_private_key(ec.SECP224R1()))) is RequestProblem.WEAK_KEY


def test_a_key_of_another_kind_or_curve_is_refused() -> None:
    unsupported = RequestProblem.UNSUPPORTED_KEY
    assert problem_with(request_by(ec.generate_private_key(ec.SECP256K1()))) is unsupported
    assert problem_with(request_by(ec.generate_private_key(ec.SECP521R1()))) is unsupported
    assert problem_with(request_by(ed25519.Ed25519PrivateKey.generate())) is unsupported


def test_a_curve_given_by_its_parameters_is_refused() -> None:
    explicit = by_openssl(
        "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit"
    )
    assert problem_with(explicit) is RequestProblem.UNSUPPORTED_KEY


def test_a_point_that_is_not_on_the_curve_is_refused() -> None:
    data = request_by(generate(KeyAlgorithm.P256))
    at = data.index(b"\x03\x42\x00\x04") + 10
    assert problem_with(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]) is RequestProblem.UNSUPPORTED_KEY


def test_an_rsa_key_that_would_slow_every_check_is_refused() -> None:
    numbers = generate(KeyAlgorithm.RSA2048).public_key().public_numbers()
    assert isinstance(numbers, rsa.RSAPublicNumbers)
    for exponent in (2**32 + 1, numbers.n - 2):
        info = public_der(rsa.RSAPublicNumbers(exponent, numbers.n).public_key())
        assert problem_with(signed_by_nobody(info)) is RequestProblem.UNSUPPORTED_KEY
    large = public_der(rsa.RSAPublicNumbers(65537, numbers.n**4).public_key())
    assert problem_with(signed_by_nobody(large)) is RequestProblem.UNSUPPORTED_KEY


def signed_by_nobody(public_key_info: bytes) -> bytes:
    information = der.sequence(der.integer(0), NAME.public_bytes(), public_key_info, der.context(0))
    algorithm = der.sequence(der.oid("1.2.840.113549.1.1.11"), der.null())
    return der.sequence(information, algorithm, der.bit_string(bytes(256)))


def test_sha_1_and_md5_are_refused() -> None:
    key = generate(KeyAlgorithm.RSA2048)
    for oid, weak in (("1.2.840.113549.1.1.5", hashes.SHA1()), ("1.2.840.113549.1.1.4", hashes.MD5())):
        information = der.sequence(
            der.integer(0), NAME.public_bytes(), public_der(key.public_key()), der.context(0)
        )
        signature = key.sign(information, padding.PKCS1v15(), weak)  # type: ignore[union-attr, call-arg, arg-type]
        algorithm = der.sequence(der.oid(oid), der.null())
        data = der.sequence(information, algorithm, der.bit_string(signature))
        assert problem_with(data) is RequestProblem.WEAK_HASH


def test_a_request_signed_by_another_key_is_refused() -> None:
    one, other = generate(KeyAlgorithm.P256), generate(KeyAlgorithm.P256)
    data = request_by(one)
    swapped = data.replace(public_der(one.public_key()), public_der(other.public_key()))
    assert problem_with(swapped) is RequestProblem.WRONG_PROOF_OF_POSSESSION


def test_every_flipped_byte_is_refused(tmp_path: Path) -> None:
    data = request_by(generate(KeyAlgorithm.P256))
    for position in range(len(data)):
        changed = bytearray(data)
        changed[position] ^= 0x01
        with pytest.raises(RequestRefused):
            requests.read(bytes(changed))


def test_a_body_of_ten_megabytes_is_refused_unread() -> None:
    assert problem_with(b"\x30\x83\x98\x96\x80" + bytes(10_000_000)) is RequestProblem.TOO_LARGE


def test_nesting_as_deep_as_the_limit_allows_is_refused_quickly() -> None:
    assert problem_with(b"\x30\x80" * (AT_MOST_BYTES // 2)) is RequestProblem.NOT_A_REQUEST
    nested = b""
    while len(nested) < AT_MOST_BYTES - 8:
        nested = der.sequence(nested)
    assert problem_with(nested) is RequestProblem.NOT_A_REQUEST


@pytest.mark.parametrize("data", [b"", b"\x30\x00", b"-----BEGIN CERTIFICATE REQUEST-----", bytes(100)])
def test_what_is_not_a_request_is_refused(data: bytes) -> None:
    assert problem_with(data) is RequestProblem.NOT_A_REQUEST


def test_bytes_after_the_request_are_refused() -> None:
    assert problem_with(request_by(generate(KeyAlgorithm.P256)) + b"\x00") is RequestProblem.NOT_A_REQUEST


@settings(max_examples=150, deadline=None)
@given(some.binary(max_size=400))
def test_hostile_bytes_are_refused_by_their_name(data: bytes) -> None:
    with pytest.raises(RequestRefused):
        requests.read(data)


ORIGINAL = request_by(generate(KeyAlgorithm.P256))


@settings(max_examples=150, deadline=None)
@given(some.integers(0, len(ORIGINAL)), some.integers(0, 20), some.binary(max_size=20))
def test_a_request_with_a_piece_replaced_is_refused(start: int, length: int, piece: bytes) -> None:
    changed = ORIGINAL[:start] + piece + ORIGINAL[start + length :]
    if changed != ORIGINAL:
        with pytest.raises(RequestRefused):
            requests.read(changed)


def test_openssl_confirms_that_the_request_we_read_holds(tmp_path: Path) -> None:
    file = tmp_path / "request.der"
    file.write_bytes(ORIGINAL)
    openssl_ok("req", "-inform", "DER", "-in", file, "-verify", "-noout")
    assert requests.read(ORIGINAL).der == ORIGINAL
