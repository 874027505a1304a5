"""Keys in a PKCS#11 token: made there, signing from there, and what happens when it goes away."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pkcs11
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding
from pkcs11 import Attribute, KeyType, ObjectClass, TokenFlag
from tests.pki.chain import AT, DAY, issuing, openssl_ok, pem_of
from tests.softhsm import MODULE, PIN, folder_of_tokens, lose_session, make, pulled_out

from senim.pki import certificates, der, keys, signatures, token_keys, tokens
from senim.pki.keys import (
    FileKeyStore,
    KeyAlgorithm,
    KeyAway,
    KeyExists,
    KeyMissing,
    PrivateKey,
    UnsupportedKey,
    WrongPassphrase,
    algorithm_of,
    hash_for,
)
from senim.pki.tokens import TokenKeyStore

DATA = "құжат".encode() * 10_000


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with folder_of_tokens(tmp_path, monkeypatch) as folder:
        make("ours")
        yield folder


@pytest.fixture
def store(folder: Path) -> TokenKeyStore:
    return TokenKeyStore(MODULE, "ours")


@pytest.fixture
def key(store: TokenKeyStore) -> PrivateKey:
    return store.create("issuing", algorithm=KeyAlgorithm.P256, passphrase=PIN)


def check(key: PrivateKey, other: PrivateKey | None = None) -> None:
    """What it signs now its public key accepts, or that of another one."""
    algorithm = der.read(signatures.identifier_for(key))
    public = (other or key).public_key()
    signatures.verify(signatures.sign(DATA, key=key), DATA, key=public, algorithm=algorithm)


@pytest.mark.parametrize("algorithm", [KeyAlgorithm.P256, KeyAlgorithm.P384, KeyAlgorithm.RSA2048])
def test_a_key_is_made_inside_and_signs_from_there(
    store: TokenKeyStore, algorithm: KeyAlgorithm, tmp_path: Path
) -> None:
    made = store.create("issuing", algorithm=algorithm, passphrase=PIN)
    opened = store.open("issuing", passphrase=PIN)
    assert algorithm_of(made) is algorithm
    check(made, opened)
    check(opened, made)
    (tmp_path / "data").write_bytes(DATA)
    (tmp_path / "signature").write_bytes(signatures.sign(DATA, key=opened))
    public = made.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    (tmp_path / "public.pem").write_bytes(public)
    how = (
        f"-{hash_for(made).name}",
        "-verify",
        tmp_path / "public.pem",
        "-signature",
        tmp_path / "signature",
    )
    assert b"Verified OK" in openssl_ok("dgst", *how, tmp_path / "data")


def test_a_key_is_never_overwritten(store: TokenKeyStore, key: PrivateKey) -> None:
    with pytest.raises(KeyExists):
        store.create("issuing", algorithm=KeyAlgorithm.P256, passphrase=PIN)
    check(store.open("issuing", passphrase=PIN), key)


def test_a_missing_key_is_missing(store: TokenKeyStore) -> None:
    with pytest.raises(KeyMissing):
        store.open("issuing", passphrase=PIN)


def test_the_key_cannot_be_taken_out(store: TokenKeyStore, key: PrivateKey, tmp_path: Path) -> None:
    with pytest.raises(UnsupportedKey):
        FileKeyStore(tmp_path).keep("stolen", key, passphrase="x")
    with pytest.raises(UnsupportedKey):
        key.private_numbers()
    [inside] = _inside(ObjectClass.PRIVATE_KEY)
    with pytest.raises(pkcs11.AttributeSensitive):
        inside[Attribute.VALUE]
    with pytest.raises(pkcs11.PKCS11Error):
        inside[Attribute.EXTRACTABLE] = True
    assert not (tmp_path / "stolen.key").exists()


def _inside(kind: ObjectClass) -> list[Any]:
    session = tokens._tokens[MODULE, "ours"]._session
    assert session is not None
    return list(session.get_objects({Attribute.CLASS: kind}))


def test_a_key_that_could_be_taken_out_is_not_used(store: TokenKeyStore) -> None:
    with pytest.raises(KeyMissing):
        store.open("loose", passphrase=PIN)
    session = tokens._tokens[MODULE, "ours"]._session
    assert session is not None
    with session.token.open(rw=True) as writing:
        loose = {Attribute.EXTRACTABLE: True, Attribute.SENSITIVE: False}
        writing.generate_keypair(KeyType.RSA, 2048, label="loose", store=True, private_template=loose)
    with pytest.raises(UnsupportedKey, match="could be taken out"):
        store.open("loose", passphrase=PIN)


def test_it_signs_and_nothing_else(store: TokenKeyStore, key: PrivateKey) -> None:
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    with pytest.raises(UnsupportedKey):
        key.exchange(ec.ECDH(), key.public_key())
    rsa = store.create("rsa", algorithm=KeyAlgorithm.RSA2048, passphrase=PIN)
    pss = padding.PSS(padding.MGF1(hash_for(rsa)), 32)
    with pytest.raises(UnsupportedKey):
        rsa.sign(DATA, pss, hash_for(rsa))  # type: ignore[call-arg, arg-type, union-attr]
    with pytest.raises(UnsupportedKey):
        rsa.decrypt(b"", padding.PKCS1v15())  # type: ignore[union-attr]


def test_openssl_accepts_a_certificate_it_signed(key: PrivateKey, tmp_path: Path) -> None:
    root = certificates.build(_template(key, issuing().name), key=key)
    (tmp_path / "root.pem").write_bytes(pem_of(root))
    checked = openssl_ok("verify", "-check_ss_sig", "-CAfile", tmp_path / "root.pem", tmp_path / "root.pem")
    assert b": OK" in checked


def _template(key: PrivateKey, name: Any) -> certificates.Template:
    authority = certificates.Extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    own_id = certificates.Extension(x509.SubjectKeyIdentifier(certificates.key_id(key.public_key())))
    number = certificates.new_serial_number()
    return certificates.Template(
        name, name, key.public_key(), number, AT - 365 * DAY, AT + 3650 * DAY, (authority, own_id)
    )


# The PIN


def attempts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The PINs that the token is asked from now on."""
    tried: list[str] = []

    class Watched:
        def __init__(self, library: Any) -> None:
            self.library = library

        def get_token(self, **which: Any) -> Any:
            token = self.library.get_token(**which)
            return type(
                "Token", (), {"flags": token.flags, "open": lambda _, user_pin: opened(token, user_pin)}
            )()

    def opened(token: Any, pin: str) -> Any:
        tried.append(pin)
        return token.open(user_pin=pin)

    real = tokens.library
    monkeypatch.setattr(tokens, "library", lambda module, afresh: Watched(real(module, afresh=afresh)))
    return tried


def test_a_wrong_pin_is_refused_and_not_tried_again(
    folder: Path, store: TokenKeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = attempts(monkeypatch)
    with pytest.raises(WrongPassphrase, match="ours does not take this PIN"):
        store.open("issuing", passphrase="0000")
    for _ in range(3):
        with pytest.raises(WrongPassphrase):
            store._token.look("issuing")
    assert tried == ["0000"]


def test_another_pin_than_the_one_it_was_opened_with_is_not_even_tried(
    store: TokenKeyStore, key: PrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = attempts(monkeypatch)
    with pytest.raises(WrongPassphrase):
        store.open("issuing", passphrase="0000")
    assert tried == []


@pytest.mark.parametrize("flag", tokens.DO_NOT_TRY)
def test_the_last_try_is_left_to_a_person(
    store: TokenKeyStore, flag: TokenFlag, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SoftHSM2 tells of one wrong PIN only; here that is taken for the token's last word."""
    with pytest.raises(WrongPassphrase):
        store.open("issuing", passphrase="0000")
    why = {TokenFlag.USER_PIN_COUNT_LOW: tokens.DO_NOT_TRY[flag]}
    monkeypatch.setattr(tokens, "DO_NOT_TRY", why)
    tried = attempts(monkeypatch)
    with pytest.raises(WrongPassphrase, match="PIN"):
        store.open("issuing", passphrase=PIN)
    assert tried == []


# The token goes away and comes back


def test_a_lost_session_is_opened_again(key: PrivateKey, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        lose_session()
        check(key)
    assert caplog.text.count("was lost") == 3


def test_while_the_token_is_away_nothing_is_signed_and_afterwards_it_is(
    folder: Path, key: PrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pulled_out(folder):
        with pytest.raises(KeyAway, match="token ours is away"):
            signatures.sign(DATA, key=key)
        tried = attempts(monkeypatch)
        with pytest.raises(KeyAway):
            signatures.sign(DATA, key=key)
        with pytest.raises(KeyAway):
            keys.look(key)
        assert tried == []
    keys.look(key)
    check(key)
    assert tried == [PIN]


def test_under_its_label_must_be_the_same_key(folder: Path, key: PrivateKey) -> None:
    with pulled_out(folder):
        make("ours")
        with pkcs11.lib(MODULE).get_token(token_label="ours").open(rw=True, user_pin=PIN) as session:
            token_keys.make(session, "issuing", KeyAlgorithm.P256)
        with pytest.raises(KeyMissing, match="another key"):
            signatures.sign(DATA, key=key)


def test_a_library_that_is_not_there_is_a_token_that_is_away(tmp_path: Path) -> None:
    try:
        with pytest.raises(KeyAway, match="nowhere"):
            TokenKeyStore(str(tmp_path / "nowhere.so"), "ours").open("issuing", passphrase=PIN)
    finally:
        tokens._tokens.clear()


def test_a_restart_for_one_token_mixes_no_keys_of_another(folder: Path, store: TokenKeyStore) -> None:
    make("theirs", pin="1111")
    theirs = TokenKeyStore(MODULE, "theirs")
    ours, other = (
        each.create("signing", algorithm=KeyAlgorithm.P256, passphrase=pin)
        for each, pin in ((store, PIN), (theirs, "1111"))
    )
    for first, second in ((ours, other), (other, ours)):
        lose_session()
        check(first)
        check(second)
        with pytest.raises(signatures.SignatureWrong):
            check(first, second)


def test_threads_may_sign_at_once(key: PrivateKey) -> None:
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda _: check(key), range(60))) == [None] * 60


def test_a_key_out_of_a_file_is_always_there() -> None:
    keys.look(keys.generate(KeyAlgorithm.P256))
