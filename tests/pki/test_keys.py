from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from tests.pki.chain import openssl, openssl_ok

from senim.pki.keys import (
    FileKeyStore,
    KeyAlgorithm,
    KeyExists,
    KeyMissing,
    PrivateKey,
    UnsupportedKey,
    WrongPassphrase,
    algorithm_of,
    generate,
    hash_for,
    public_der,
)


@pytest.fixture
def store(tmp_path: Path) -> FileKeyStore:
    return FileKeyStore(tmp_path / "keys")


def same(one: PrivateKey, other: PrivateKey) -> bool:
    return public_der(one.public_key()) == public_der(other.public_key())


@pytest.mark.parametrize("algorithm", [KeyAlgorithm.P256, KeyAlgorithm.P384, KeyAlgorithm.RSA2048])
def test_a_key_is_kept_and_opened_again(store: FileKeyStore, algorithm: KeyAlgorithm) -> None:
    made = store.create("issuing", algorithm=algorithm, passphrase="кілт 1")
    assert same(store.open("issuing", passphrase="кілт 1"), made)
    assert algorithm_of(made) is algorithm
    assert store.labels() == ["issuing"]


def test_openssl_opens_the_file_with_the_same_passphrase_only(store: FileKeyStore) -> None:
    store.create("issuing", algorithm=KeyAlgorithm.P256, passphrase="open sesame")
    file = store.folder / "issuing.key"
    openssl_ok("pkey", "-in", file, "-passin", "pass:open sesame", "-noout", "-check")
    assert openssl("pkey", "-in", file, "-passin", "pass:open", "-noout").returncode != 0
    assert b"scrypt" in openssl_ok("asn1parse", "-in", file)


def test_only_the_owner_may_read_the_file_and_enter_the_folder(store: FileKeyStore) -> None:
    store.folder.mkdir(mode=0o755)
    store.create("issuing", algorithm=KeyAlgorithm.P256, passphrase="x")
    assert (store.folder / "issuing.key").stat().st_mode & 0o777 == 0o600
    assert store.folder.stat().st_mode & 0o777 == 0o700


def test_a_key_is_never_overwritten_and_nothing_else_is_left_behind(store: FileKeyStore) -> None:
    first = store.create("issuing", algorithm=KeyAlgorithm.P256, passphrase="x")
    with pytest.raises(KeyExists):
        store.create("issuing", algorithm=KeyAlgorithm.P256, passphrase="x")
    assert same(store.open("issuing", passphrase="x"), first)
    assert [file.name for file in store.folder.iterdir()] == ["issuing.key"]


def test_a_wrong_passphrase_opens_nothing(store: FileKeyStore) -> None:
    store.create("issuing", algorithm=KeyAlgorithm.P256, passphrase="x")
    with pytest.raises(WrongPassphrase):
        store.open("issuing", passphrase="y")


def test_a_key_is_never_kept_without_a_passphrase(store: FileKeyStore) -> None:
    with pytest.raises(WrongPassphrase):
        store.create("issuing", algorithm=KeyAlgorithm.P256, passphrase="")
    assert store.labels() == []


def test_a_missing_key_is_missing(store: FileKeyStore) -> None:
    with pytest.raises(KeyMissing):
        store.open("issuing", passphrase="x")


@pytest.mark.parametrize("label", ["../issuing", "", ".hidden", "a/b", "A" * 3, "x" * 65])
def test_a_label_cannot_leave_the_folder(store: FileKeyStore, label: str) -> None:
    with pytest.raises(ValueError, match="label"):
        store.open(label, passphrase="x")


def test_a_damaged_file_opens_nothing(store: FileKeyStore) -> None:
    store.create("issuing", algorithm=KeyAlgorithm.P256, passphrase="x")
    file = store.folder / "issuing.key"
    file.write_bytes(file.read_bytes()[:-60])
    with pytest.raises(WrongPassphrase):
        store.open("issuing", passphrase="x")


@pytest.mark.parametrize("weak", [True, False])
def test_other_keys_are_refused_and_weak_ones_are_called_weak(weak: bool) -> None:
    key = ec.generate_private_key(ec.SECP192R1()) if weak else ec.generate_private_key(ec.SECP256K1())
    with pytest.raises(UnsupportedKey) as refused:
        algorithm_of(key)
    assert refused.value.weak is weak


def test_keys_of_other_kinds_are_refused() -> None:
    with pytest.raises(UnsupportedKey):
        algorithm_of(ed25519.Ed25519PrivateKey.generate())
    with pytest.raises(UnsupportedKey) as refused:
        algorithm_of(rsa.generate_private_key(65537, 1024))
    assert refused.value.weak


def test_the_hash_is_sha_256_and_sha_384_for_p_384() -> None:
    assert hash_for(generate(KeyAlgorithm.P256)).name == "sha256"
    assert hash_for(generate(KeyAlgorithm.P384)).name == "sha384"
    assert hash_for(generate(KeyAlgorithm.RSA2048)).name == "sha256"
