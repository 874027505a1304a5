from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms as other_cms
from asn1crypto import core
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from hypothesis import given, settings
from hypothesis import strategies as some
from tests.pki.chain import (
    AT,
    DAY,
    PERSON,
    Holder,
    chain_files,
    issue,
    issuing,
    openssl,
    openssl_ok,
    person,
    root,
)

from senim.pki import certificates, cms, der, signatures, signed_data
from senim.pki.cms import CmsInvalid, CmsProblem
from senim.pki.keys import KeyAlgorithm

CONTENT = "Мен, Сәрсенова Айгерім, сұраймын".encode()
ALGORITHMS = [KeyAlgorithm.P256, KeyAlgorithm.P384, KeyAlgorithm.RSA2048]


def signed(holder: Holder | None = None, *, detached: bool = True, at: datetime = AT) -> bytes:
    holder = holder or person()
    return cms.sign(CONTENT, key=holder.key, certificate=holder.der, at=at, detached=detached)


def problem_with(message: bytes, content: bytes | None = CONTENT) -> CmsProblem:
    with pytest.raises(CmsInvalid) as refused:
        cms.read(message).verify(content)
    return refused.value.problem


def changed(message: bytes, change: Callable[[Any], None]) -> bytes:
    """The message taken apart and put together again by another implementation."""
    info = other_cms.ContentInfo.load(message)
    change(info["content"])
    return bytes(info.dump(force=True))


# Made here


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("detached", [True, False])
def test_openssl_verifies_our_signature(tmp_path: Path, algorithm: KeyAlgorithm, detached: bool) -> None:
    message, content = tmp_path / "message.der", tmp_path / "content"
    message.write_bytes(signed(person(algorithm), detached=detached))
    content.write_bytes(CONTENT)
    trusted = tmp_path / "trusted.pem"
    trusted.write_bytes(b"".join(file.read_bytes() for file in chain_files(tmp_path)))
    given_content = ("-content", content) if detached else ()
    said = openssl_ok(
        *("cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", message, *given_content),
        *("-CAfile", trusted, "-purpose", "any", "-attime", int(AT.timestamp())),
    )
    assert CONTENT in said
    assert b"CAdES Verification successful" in said or b"CMS Verification successful" in said


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("detached", [True, False])
def test_our_signature_is_verified(algorithm: KeyAlgorithm, detached: bool) -> None:
    message = cms.read(signed(person(algorithm), detached=detached))
    message.verify(CONTENT)
    assert message.content == (None if detached else CONTENT)
    assert (message.signer_certificate, message.signing_time) == (person(algorithm).der, AT)


def test_attached_content_needs_not_be_given() -> None:
    cms.read(signed(detached=False)).verify()


def test_the_chain_is_carried_along() -> None:
    message = cms.sign(
        CONTENT, key=person().key, certificate=person().der, at=AT, chain=(issuing().der, root().der)
    )
    read = cms.read(message)
    read.verify(CONTENT)
    assert set(read.certificates) == {person().der, issuing().der, root().der}


# Made by OpenSSL


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("options", [("-md", "sha256"), ("-md", "sha512"), ("-keyid",), ("-nodetach",)])
def test_a_signature_of_openssl_is_verified(
    tmp_path: Path, algorithm: KeyAlgorithm, options: tuple[str, ...]
) -> None:
    message = signed_by_openssl(tmp_path, person(algorithm), *options)
    cms.read(message).verify(CONTENT)


def signed_by_openssl(folder: Path, holder: Holder, *options: str) -> bytes:
    certificate, key = holder.pem(folder, "signer"), holder.key_pem(folder, "signer")
    finished = openssl(
        *("cms", "-sign", "-cades", "-binary", "-outform", "DER", "-signer", certificate, "-inkey", key),
        *options,
        given=CONTENT,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


@pytest.mark.parametrize("md", ["sha256", "sha384"])
def test_an_rsa_pss_signature_of_openssl_is_verified(tmp_path: Path, md: str) -> None:
    options = ("-md", md, "-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:-1")
    cms.read(signed_by_openssl(tmp_path, person(KeyAlgorithm.RSA2048), *options)).verify(CONTENT)


def test_content_in_pieces_as_browsers_write_it_is_verified() -> None:
    def in_pieces(message: bytes) -> bytes:
        pieces = der.encode(0x24, der.octet_string(CONTENT[:9]), der.octet_string(CONTENT[9:]))
        outer = der.Fields(der.read(message))
        outer.take()
        fields = der.elements(der.read(outer.take().content).content)
        content = der.sequence(der.oid(signed_data.DATA), der.context(0, pieces))
        rebuilt = der.sequence(
            *(content if number == 2 else field.der for number, field in enumerate(fields))
        )
        return der.sequence(der.oid(signed_data.SIGNED_DATA), der.context(0, rebuilt))

    message = cms.read(in_pieces(signed(detached=False)))
    message.verify(CONTENT)
    assert message.content == CONTENT


def test_a_plain_signature_without_binding_to_its_certificate_is_refused(tmp_path: Path) -> None:
    certificate, key = person().pem(tmp_path, "signer"), person().key_pem(tmp_path, "signer")
    command = ("cms", "-sign", "-binary", "-outform", "DER", "-signer", certificate, "-inkey", key)
    assert problem_with(openssl(*command, given=CONTENT).stdout) is CmsProblem.CERTIFICATE_NOT_BOUND


def test_a_signature_without_signed_attributes_is_refused(tmp_path: Path) -> None:
    certificate, key = person().pem(tmp_path, "signer"), person().key_pem(tmp_path, "signer")
    command = ("cms", "-sign", "-noattr", "-binary", "-outform", "DER", "-signer", certificate, "-inkey", key)
    assert problem_with(openssl(*command, given=CONTENT).stdout) is CmsProblem.SIGNED_ATTRIBUTES_MISSING


def test_a_signature_that_carries_no_certificate_is_refused(tmp_path: Path) -> None:
    message = signed_by_openssl(tmp_path, person(), "-nocerts")
    assert problem_with(message) is CmsProblem.SIGNER_CERTIFICATE_MISSING


def test_two_signers_are_refused(tmp_path: Path) -> None:
    other = issue(subject=PERSON, issuer=issuing())
    options = ("-signer", str(other.pem(tmp_path, "other")), "-inkey", str(other.key_pem(tmp_path, "other")))
    message = signed_by_openssl(tmp_path, person(), *options)
    assert problem_with(message) is CmsProblem.NOT_ONE_SIGNER


def test_a_signature_with_sha_1_is_refused(tmp_path: Path) -> None:
    message = signed_by_openssl(tmp_path, person(KeyAlgorithm.RSA2048), "-md", "sha1")
    assert problem_with(message) is CmsProblem.UNSUPPORTED_ALGORITHM


def test_a_signature_by_a_weak_key_is_refused(tmp_path: Path) -> None:
    weak = weak_holder()
    assert problem_with(signed_by_openssl(tmp_path, weak)) is CmsProblem.UNSUPPORTED_ALGORITHM


def weak_holder() -> Holder:
    import datetime

    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    key = rsa.generate_private_key(65537, 1024)
    builder = x509.CertificateBuilder(PERSON, PERSON, key.public_key(), 5, *(AT.replace(tzinfo=None),) * 2)
    del datetime
    return Holder(key, builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER))


# Tampered with


@pytest.mark.parametrize("detached", [True, False])
def test_every_flipped_byte_that_matters_is_refused(detached: bool) -> None:
    """Bytes out of the signature's reach (versions, digest list) may change; the content still holds then."""
    message, accepted = signed(detached=detached), 0
    for position in range(len(message)):
        altered = bytearray(message)
        altered[position] ^= 0x01
        try:
            read = cms.read(bytes(altered))
            read.verify(CONTENT)
            accepted += 1
        except CmsInvalid:
            continue
        assert read.signer_certificate == person().der
        assert read.signing_time == AT
    assert accepted <= 24


def test_other_content_is_refused() -> None:
    assert problem_with(signed(), CONTENT + b" ") is CmsProblem.DIGEST_DIFFERS
    assert problem_with(signed(detached=False), CONTENT + b" ") is CmsProblem.CONTENT_DIFFERS
    assert problem_with(signed(), b"") is CmsProblem.DIGEST_DIFFERS
    assert problem_with(signed(), None) is CmsProblem.CONTENT_MISSING


def test_a_signature_by_another_key_is_refused() -> None:
    other = issue(subject=PERSON, issuer=issuing())
    message = cms.sign(CONTENT, key=other.key, certificate=person().der, at=AT)
    assert problem_with(message) is CmsProblem.SIGNATURE_WRONG


def test_a_changed_signing_time_is_refused() -> None:
    message = signed().replace(b"261121120000Z", b"261122120000Z")
    assert problem_with(message) is CmsProblem.SIGNATURE_WRONG


def test_the_same_key_under_another_certificate_is_refused() -> None:
    """Certificate substitution: same key, same issuer and serial number, other facts."""
    twin = issue(subject=PERSON, issuer=issuing(), key=person().key, not_after=AT + 9 * DAY)

    def swap(content: Any) -> None:
        from asn1crypto import x509

        content["certificates"] = [x509.Certificate.load(twin.der)]
        identifier = content["signer_infos"][0]["sid"].chosen
        identifier["serial_number"] = x509.Certificate.load(twin.der).serial_number

    assert problem_with(changed(signed(), swap)) is CmsProblem.CERTIFICATE_NOT_BOUND


@pytest.mark.parametrize(
    ("issuer", "further", "bound"),
    [(issuing, 0, True), (issuing, 1, False), (root, 0, False)],
    ids=["the certificate's own", "another serial number", "another issuer"],
)
def test_an_issuer_and_serial_number_beside_the_digest_must_both_be_the_certificates(
    issuer: Callable[[], Holder], further: int, bound: bool
) -> None:
    """RFC 5035, section 3: IssuerSerial is optional, and where it stands it must match."""
    own = certificates.parts_of(person().der)
    name = certificates.parts_of(issuer().der).subject
    digest = der.octet_string(signatures.digest(person().der, "sha256"))
    names = der.sequence(der.context(4, name))
    identifier = der.sequence(digest, der.sequence(names, der.integer(own.serial_number + further)))
    value = der.sequence(der.sequence(identifier))
    assert signed_data.binds(value, person().der) is bound


def test_a_digest_algorithm_that_is_not_the_signatures_is_refused() -> None:
    def other_digest(content: Any) -> None:
        content["signer_infos"][0]["digest_algorithm"]["algorithm"] = "sha512"

    assert problem_with(changed(signed(), other_digest)) in {
        CmsProblem.DIGEST_DIFFERS,
        CmsProblem.UNSUPPORTED_ALGORITHM,
    }


def test_an_attribute_that_occurs_twice_is_refused() -> None:
    def twice(content: Any) -> None:
        attributes = content["signer_infos"][0]["signed_attrs"]
        attributes.append(attributes[0].copy())

    assert problem_with(changed(signed(), twice)) is CmsProblem.NOT_CMS


def test_unsigned_attributes_and_revocation_lists_do_no_harm() -> None:
    def add(content: Any) -> None:
        attribute = other_cms.CMSAttribute({"type": "1.2.3", "values": [core.Null()]})
        content["signer_infos"][0]["unsigned_attrs"] = [attribute]

    cms.read(changed(signed(), add)).verify(CONTENT)


def test_a_pss_signature_with_two_hashes_or_a_short_salt_is_refused() -> None:
    holder = person(KeyAlgorithm.RSA2048)
    assert isinstance(holder.key, rsa.RSAPrivateKey)
    for mask_hash, salt in ((hashes.SHA1(), 32), (hashes.SHA256(), 8)):
        message = changed(signed(holder), _with_pss(holder.key, mask_hash, salt))
        assert problem_with(message) is CmsProblem.UNSUPPORTED_ALGORITHM


def _with_pss(key: rsa.RSAPrivateKey, mask_hash: hashes.HashAlgorithm, salt: int) -> Callable[[Any], None]:
    def change(content: Any) -> None:
        signer = content["signer_infos"][0]
        attributes = b"\x31" + signer["signed_attrs"].dump()[1:]
        signer["signature"] = key.sign(
            attributes, padding.PSS(padding.MGF1(mask_hash), salt), hashes.SHA256()
        )
        signer["signature_algorithm"] = {
            "algorithm": "rsassa_pss",
            "parameters": {
                "hash_algorithm": {"algorithm": "sha256"},
                "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": mask_hash.name}},
                "salt_length": salt,
            },
        }

    return change


# Hostile


def test_a_body_of_ten_megabytes_is_refused_unread() -> None:
    assert problem_with(bytes(10_000_000)) is CmsProblem.TOO_LARGE


@pytest.mark.parametrize("data", [b"", b"\x30\x00", b"-----BEGIN CMS-----", person().der, b"\x30\x80" * 1000])
def test_what_is_not_cms_is_refused(data: bytes) -> None:
    assert problem_with(data) is CmsProblem.NOT_CMS


ORIGINAL = signed()


@settings(max_examples=200, deadline=None)
@given(some.integers(0, len(ORIGINAL)), some.integers(0, 40), some.binary(max_size=40))
def test_hostile_messages_are_refused_by_their_name(start: int, length: int, piece: bytes) -> None:
    try:
        read = cms.read(ORIGINAL[:start] + piece + ORIGINAL[start + length :])
        read.verify(CONTENT)
    except CmsInvalid:
        return
    assert (read.signer_certificate, read.signing_time) == (person().der, AT)
