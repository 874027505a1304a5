"""Which signature algorithms are taken, by their identifiers: with which parameters, and which hash."""

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from senim.pki import der, signatures
from senim.pki.keys import KeyAlgorithm, generate

RSA_KEY = generate(KeyAlgorithm.RSA2048)
RSA_ENCRYPTION, RSA_SHA256, PSS = (f"1.2.840.113549.1.1.{number}" for number in (1, 11, 10))
EC_SHA256 = "1.2.840.10045.4.3.2"


def named(oid: str, *parameters: bytes) -> der.Element:
    return der.read(der.sequence(der.oid(oid), *parameters))


def check(algorithm: der.Element, hash_name: str | None = None, *, scheme: object = None) -> None:
    way = scheme or padding.PKCS1v15()
    signature = RSA_KEY.sign(b"data", way, hashes.SHA256())  # type: ignore[union-attr, call-arg, arg-type]
    public = RSA_KEY.public_key()
    signatures.verify(signature, b"data", key=public, algorithm=algorithm, hash_name=hash_name)


def test_an_rsa_algorithm_names_its_hash_or_the_signer_does() -> None:
    check(named(RSA_SHA256, der.null()))
    check(named(RSA_SHA256))
    check(named(RSA_SHA256, der.null()), "sha256")
    check(named(RSA_ENCRYPTION, der.null()), "sha256")
    for algorithm, hash_name in (
        (named(RSA_ENCRYPTION, der.null()), None),
        (named(RSA_SHA256, der.null()), "sha384"),
        (named(RSA_SHA256, der.integer(1)), None),
        (named(EC_SHA256), None),
    ):
        with pytest.raises(signatures.UnsupportedAlgorithm):
            check(algorithm, hash_name)


def pss(*, hash_oid: str, mask_oid: str, salt: int, mask: str = "1.2.840.113549.1.1.8") -> list[bytes]:
    mask_hash = der.sequence(der.oid(mask_oid))
    return [
        der.context(0, der.sequence(der.oid(hash_oid))),
        der.context(1, der.sequence(der.oid(mask), mask_hash)),
        der.context(2, der.integer(salt)),
    ]


SHA256, SHA384 = "2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.2"


def test_pss_is_taken_with_one_hash_and_a_salt_of_its_length() -> None:
    scheme = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    good = pss(hash_oid=SHA256, mask_oid=SHA256, salt=32)
    for hash_name in (None, "sha256"):
        check(named(PSS, der.sequence(*good)), hash_name, scheme=scheme)
    others = [
        pss(hash_oid=SHA256, mask_oid=SHA384, salt=32),
        pss(hash_oid=SHA256, mask_oid=SHA256, salt=20),
        pss(hash_oid=SHA256, mask_oid=SHA256, salt=32, mask="1.2.3"),
        *([part for part in good if part is not left] for left in good),
    ]
    for parameters in others:
        with pytest.raises(signatures.UnsupportedAlgorithm):
            check(named(PSS, der.sequence(*parameters)), scheme=scheme)
    with pytest.raises(signatures.UnsupportedAlgorithm):
        check(named(PSS, der.sequence(*good)), "sha384", scheme=scheme)


def test_an_elliptic_signature_has_no_parameters_and_the_hash_the_signer_named() -> None:
    key = generate(KeyAlgorithm.P256)
    signature = signatures.sign(b"data", key=key)

    def check_ec(algorithm: der.Element, hash_name: str | None = None, data: bytes = b"data") -> None:
        signatures.verify(signature, data, key=key.public_key(), algorithm=algorithm, hash_name=hash_name)

    check_ec(named(EC_SHA256))
    check_ec(named(EC_SHA256), "sha256")
    with pytest.raises(signatures.SignatureWrong):
        check_ec(named(EC_SHA256), data=b"other")
    for algorithm, hash_name in (
        (named(EC_SHA256, der.null()), None),
        (named(EC_SHA256), "sha384"),
        (named(RSA_SHA256), None),
    ):
        with pytest.raises(signatures.UnsupportedAlgorithm):
            check_ec(algorithm, hash_name)


def test_a_hash_is_named_with_or_without_null_parameters() -> None:
    for oid, name in ((SHA256, "sha256"), (SHA384, "sha384"), ("2.16.840.1.101.3.4.2.3", "sha512")):
        assert signatures.hash_named_by(named(oid)) == name
        assert signatures.hash_named_by(named(oid, der.null())) == name
        assert signatures.hash_identifier(name) == der.sequence(der.oid(oid))
    for wrong in (named(SHA256, der.integer(1)), named("1.3.14.3.2.26"), named("1.2.398.3.10.1.3.3")):
        with pytest.raises(signatures.UnsupportedAlgorithm):
            signatures.hash_named_by(wrong)
    with pytest.raises(der.NotDer, match="not an algorithm identifier"):
        signatures.hash_named_by(der.read(der.set_of([der.oid(SHA256)])))


@pytest.mark.parametrize(
    ("algorithm", "oid", "parameters"),
    [
        (KeyAlgorithm.P256, EC_SHA256, b""),
        (KeyAlgorithm.P384, "1.2.840.10045.4.3.3", b""),
        (KeyAlgorithm.RSA2048, RSA_SHA256, b"\x05\x00"),
    ],
)
def test_what_we_sign_names_its_algorithm(algorithm: KeyAlgorithm, oid: str, parameters: bytes) -> None:
    key = generate(algorithm)
    said = der.sequence(der.oid(oid), parameters)
    assert signatures.identifier_for(key) == signatures.identifier_for(key.public_key()) == said
    signature = signatures.sign(b"data", key=key)
    signatures.verify(signature, b"data", key=key.public_key(), algorithm=der.read(said))
    with pytest.raises(signatures.SignatureWrong):
        signatures.verify(signature, b"Data", key=key.public_key(), algorithm=der.read(said))


def test_only_a_deterministic_signature_is_the_same_again() -> None:
    key = generate(KeyAlgorithm.P256)
    assert len({signatures.sign(b"data", key=key, deterministic=True) for _ in range(3)}) == 1
    assert len({signatures.sign(b"data", key=key) for _ in range(3)}) == 3
