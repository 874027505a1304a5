from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from tests.pki.chain import (
    AT,
    DAY,
    PERSON,
    SIGN,
    authority,
    chain_files,
    issue,
    issuing,
    key_usage,
    openssl_ok,
    pem_of,
    person,
    root,
)

from senim.countries.kz import subjects
from senim.pki import certificates, der, names
from senim.pki.certificates import Extension, Template
from senim.pki.keys import KeyAlgorithm, generate, hash_for, public_der

ALGORITHMS = [KeyAlgorithm.P256, KeyAlgorithm.P384, KeyAlgorithm.RSA2048]


def template(algorithm: KeyAlgorithm = KeyAlgorithm.P256) -> Template:
    key = generate(algorithm)
    identifier = Extension(x509.SubjectKeyIdentifier(certificates.key_id(key.public_key())))
    return Template(
        issuer=issuing().name,
        subject=PERSON,
        public_key=key.public_key(),
        serial_number=certificates.new_serial_number(),
        not_before=AT,
        not_after=AT + 365 * DAY,
        extensions=(key_usage(*SIGN), identifier),
    )


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_openssl_verifies_a_chain_of_each_algorithm(tmp_path: Path, algorithm: KeyAlgorithm) -> None:
    top = issue(subject=subjects.build_service("top"), algorithm=algorithm, extensions=authority())
    leaf = issue(subject=PERSON, issuer=top, algorithm=algorithm)
    files = top.pem(tmp_path, "top"), leaf.pem(tmp_path, "leaf")
    openssl_ok("verify", "-x509_strict", "-attime", int(AT.timestamp()), "-CAfile", *files)


def test_what_the_template_says_another_implementation_reads() -> None:
    wanted = template()
    read = x509.load_der_x509_certificate(certificates.build(wanted, key=issuing().key))
    assert (read.serial_number, read.subject, read.issuer) == (wanted.serial_number, PERSON, issuing().name)
    assert (read.not_valid_before_utc, read.not_valid_after_utc) == (wanted.not_before, wanted.not_after)
    assert [item.value for item in read.extensions] == [item.value for item in wanted.extensions]
    assert [item.critical for item in read.extensions] == [True, False]


def test_the_librarys_own_builder_makes_the_same_bytes() -> None:
    wanted = template()
    builder = x509.CertificateBuilder(
        wanted.issuer,
        wanted.subject,
        wanted.public_key,
        wanted.serial_number,
        wanted.not_before.replace(tzinfo=None),
        wanted.not_after.replace(tzinfo=None),
    )
    for extension in wanted.extensions:
        builder = builder.add_extension(extension.value, extension.critical)
    signed = builder.sign(issuing().key, hash_for(issuing().key))  # type: ignore[arg-type]
    ours = certificates.to_be_signed(wanted, key=issuing().key)
    assert signed.tbs_certificate_bytes == ours


def test_bytes_linted_under_a_throw_away_signature_are_the_bytes_signed() -> None:
    tbs = certificates.to_be_signed(template(), key=issuing().key)
    draft = certificates.under_no_signature(tbs, like=issuing().key)
    final = certificates.sign_tbs(tbs, key=issuing().key)
    assert certificates.tbs_of(draft) == certificates.tbs_of(final) == tbs
    issuer = x509.load_der_x509_certificate(issuing().der)
    x509.load_der_x509_certificate(final).verify_directly_issued_by(issuer)
    with pytest.raises(InvalidSignature):
        x509.load_der_x509_certificate(draft).verify_directly_issued_by(issuer)


def test_signing_the_same_bytes_again_gives_the_same_certificate() -> None:
    wanted = template()
    built = {certificates.build(wanted, key=issuing().key) for _ in range(3)}
    assert len(built) == 1


def test_bytes_that_name_another_algorithm_are_not_signed() -> None:
    tbs = certificates.to_be_signed(template(), key=root().key)
    with pytest.raises(ValueError, match="another signature algorithm"):
        certificates.sign_tbs(tbs, key=issuing().key)


def test_what_is_not_to_be_signed_is_not_signed() -> None:
    for rubbish in (b"", b"\x30\x00", person().der):
        with pytest.raises(der.NotDer):
            certificates.sign_tbs(rubbish, key=issuing().key)


@pytest.mark.parametrize("serial_number", [0, -1, 1 << 159])
def test_a_serial_number_out_of_bounds_is_refused(serial_number: int) -> None:
    with pytest.raises(ValueError, match="serial number"):
        certificates.build(replace(template(), serial_number=serial_number), key=issuing().key)


def test_a_certificate_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="end before"):
        certificates.build(replace(template(), not_after=AT - DAY), key=issuing().key)


def test_an_extension_said_twice_is_refused() -> None:
    twice = (key_usage(*SIGN), key_usage("crl_sign"))
    with pytest.raises(ValueError, match="once"):
        certificates.build(replace(template(), extensions=twice), key=issuing().key)


def test_serial_numbers_are_long_positive_and_never_the_same() -> None:
    drawn = {certificates.new_serial_number() for _ in range(1000)}
    assert len(drawn) == 1000
    assert {number.bit_length() for number in drawn} == {159}


def test_a_validity_beyond_2049_is_written_in_full_years() -> None:
    wanted = replace(template(), not_after=datetime(2055, 1, 1, tzinfo=UTC))
    read = x509.load_der_x509_certificate(certificates.build(wanted, key=issuing().key))
    assert read.not_valid_after_utc == wanted.not_after


def test_a_certificate_comes_apart_into_what_it_was_made_of() -> None:
    parts = certificates.parts_of(person().der)
    assert parts.subject == PERSON.public_bytes()
    assert parts.issuer == issuing().name.public_bytes()
    assert parts.public_key_info == public_der(person().key.public_key())
    assert parts.algorithms_agree
    assert certificates.subject_key_id(person().der) == certificates.key_id(person().key.public_key())
    assert certificates.subject_key_id(b"rubbish") is None


def test_names_are_encoded_in_order_with_the_string_types_of_the_profile(tmp_path: Path) -> None:
    text = openssl_ok("asn1parse", "-inform", "DER", given=PERSON.public_bytes()).decode()
    strings = [line.split(":")[-2].split()[-1] for line in text.splitlines() if "STRING" in line]
    assert strings == ["UTF8STRING", "UTF8STRING", "PRINTABLESTRING", "PRINTABLESTRING", "UTF8STRING"]
    assert names.read(PERSON.public_bytes()) == (
        ("2.5.4.3", "СӘРСЕНОВА АЙГЕРІМ"),
        ("2.5.4.4", "СӘРСЕНОВА"),
        ("2.5.4.5", "IIN123456789012"),
        ("2.5.4.6", "KZ"),
        ("2.5.4.42", "НҰРЛАНҚЫЗЫ"),
    )


def test_a_name_the_builders_would_refuse_is_read() -> None:
    def attribute(oid: str, tag: int, value: bytes) -> bytes:
        return der.set_of([der.sequence(der.oid(oid), der.encode(tag, value))])

    odd = der.sequence(
        attribute(names.COUNTRY, der.PRINTABLE_STRING, b"KAZ"),
        attribute(names.COMMON_NAME, 30, "Қ".encode("utf-16-be")),
        attribute(names.SURNAME, der.UTF8_STRING, b"\xff"),
        attribute(names.ORGANISATION, der.UTF8_STRING, b""),
    )
    assert [value for _, value in names.read(odd)] == ["KAZ", "Қ", "\ufffd", ""]


@pytest.mark.parametrize("value", ["", "A" * 65])
def test_a_common_name_that_is_empty_or_too_long_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="characters"):
        names.build([(names.COMMON_NAME, value)])


def test_pem_and_der_are_the_same_certificate(tmp_path: Path) -> None:
    root_file, issuing_file = chain_files(tmp_path)
    openssl_ok("verify", "-attime", int(AT.timestamp()), "-CAfile", root_file, issuing_file)
    read = x509.load_pem_x509_certificate(pem_of(issuing().der))
    assert read.public_bytes(serialization.Encoding.DER) == issuing().der
