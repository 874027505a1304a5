from pathlib import Path

from senim.runtime.isolation import secrets


def test_secrets_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    assert secrets.make_missing(tmp_path) == list(secrets.SECRETS)
    files = sorted((tmp_path / "secrets").iterdir())
    before = {file: file.read_bytes() for file in files}
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    assert secrets.make_missing(tmp_path) == []
    assert {file: file.read_bytes() for file in files} == before


def test_no_two_secrets_are_alike_and_each_has_256_bits(tmp_path: Path) -> None:
    secrets.make_missing(tmp_path)
    folder = tmp_path / "secrets"
    values = {name: bytes.fromhex((folder / name).read_text()) for name in secrets.SECRETS}
    assert len(set(values.values())) == len(secrets.SECRETS)
    for name in ("smsc", "smsc-second"):
        assert len(values.pop(name)) == 4, "the most the SMPP protocol has room for"
    assert {len(value) for value in values.values()} == {32}


def test_a_secret_put_there_by_its_owner_is_kept(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "otp").write_text("mine")
    secrets.make_missing(tmp_path)
    assert (tmp_path / "secrets" / "otp").read_text() == "mine"


def test_it_is_known_which_secrets_were_made_here_until_they_are_replaced(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "otp").write_text("mine")
    secrets.make_missing(tmp_path)
    assert secrets.generated(tmp_path) == {*secrets.SECRETS} - {"otp"}
    (tmp_path / "secrets" / "django").write_text("given later")
    assert secrets.generated(tmp_path) == {*secrets.SECRETS} - {"otp", "django"}
