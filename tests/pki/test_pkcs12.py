from pathlib import Path

import pytest
from tests.pki.chain import issuing, openssl_ok, person, root

from senim.pki import pkcs12
from senim.pki.keys import KeyAlgorithm, public_der
from senim.pki.pkcs12 import WrongPassword

PASSWORD = "Құпия 12"


def written(algorithm: KeyAlgorithm = KeyAlgorithm.P256) -> bytes:
    holder = person(algorithm)
    chain = (issuing().der, root().der)
    return pkcs12.write(
        key=holder.key, certificate=holder.der, chain=chain, name="Сәрсенова", password=PASSWORD
    )


@pytest.mark.parametrize("algorithm", [KeyAlgorithm.P256, KeyAlgorithm.RSA2048])
def test_a_file_is_read_back(algorithm: KeyAlgorithm) -> None:
    bundle = pkcs12.read(written(algorithm), password=PASSWORD)
    assert public_der(bundle.key.public_key()) == public_der(person(algorithm).key.public_key())
    assert bundle.certificate == person(algorithm).der
    assert set(bundle.chain) == {issuing().der, root().der}


def test_openssl_opens_it_without_legacy_algorithms(tmp_path: Path) -> None:
    file = tmp_path / "person.p12"
    file.write_bytes(written())
    said = openssl_ok("pkcs12", "-in", file, "-passin", f"pass:{PASSWORD}", "-info", "-nodes").decode(
        "utf-8", "replace"
    )
    assert "PBES2, PBKDF2, AES-256-CBC" in said
    assert "MAC: sha256" in said


@pytest.mark.parametrize("password", ["Құпия 13", ""])
def test_another_password_opens_nothing(password: str) -> None:
    with pytest.raises(WrongPassword):
        pkcs12.read(written(), password=password)


@pytest.mark.parametrize("content", [b"", b"\x30\x00", bytes(10_000_000), person().der])
def test_what_is_not_such_a_file_is_refused(content: bytes) -> None:
    with pytest.raises(WrongPassword):
        pkcs12.read(content, password=PASSWORD)


def test_no_file_is_written_without_a_password() -> None:
    with pytest.raises(WrongPassword):
        pkcs12.write(key=person().key, certificate=person().der, name="x", password="")
