"""What a process does that cannot open its key: one reason, and no second try where a PIN was refused."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from senim.pki.keys import FileKeyStore, KeyAlgorithm
from senim.runtime import soft_tokens, steps
from senim.runtime.isolation import belongings, secrets
from senim.runtime.isolation.root_guard import User, can_read
from senim.runtime.isolation.user_ids import UserIds
from senim.settings import KeyPlace, Mode, Settings
from tests.runtime.conftest import ROOT, environment_of
from tests.softhsm import MODULE, folder_of_tokens, make


def responders(home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "senim.runtime.supervision.child", "responders"],
        env=environment_of(home) | {"SENIM_PROCESS": "responders"} | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_wrong_passphrase_is_said_in_one_line_and_is_final(home: Path) -> None:
    secrets.make_missing(home)
    FileKeyStore(home / "keys").create("ocsp", algorithm=KeyAlgorithm.P256, passphrase="another one")
    said = responders(home)
    assert said.returncode == os.EX_CONFIG
    assert "responders cannot open its key" in said.stdout + said.stderr
    assert "Traceback" not in said.stdout + said.stderr


@pytest.mark.parametrize(("label", "code"), [("senim-responders", os.EX_CONFIG), ("another", 1)])
def test_a_refused_pin_is_final_and_a_token_that_is_away_is_waited_for(
    home: Path, label: str, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets.make_missing(home)
    with folder_of_tokens(home, monkeypatch) as folder:
        make(label, pin="not the secret")
    tokens = {"SENIM_KEYS": "pkcs11", "SENIM_PKCS11_MODULE": MODULE}
    said = responders(home, SOFTHSM2_CONF=str(folder / "softhsm2.conf"), **tokens)
    assert said.returncode == code
    assert "token senim-responders" in said.stdout + said.stderr
    assert (home / "secrets" / "passphrase-responders").read_text() not in said.stdout + said.stderr


def test_a_sandbox_finds_its_tokens_in_its_home_and_nobody_else_is_told(tmp_path: Path) -> None:
    ours = Settings(home=tmp_path, keys=KeyPlace.PKCS11)
    assert soft_tokens.environment(ours) == {
        "SENIM_PKCS11_MODULE": MODULE,
        "SOFTHSM2_CONF": str(tmp_path / "tokens" / "softhsm2.conf"),
    }
    others = (
        Settings(home=tmp_path),
        Settings(home=tmp_path, keys=KeyPlace.PKCS11, pkcs11_module="/opt/device.so"),
        Settings(home=tmp_path, keys=KeyPlace.PKCS11, mode=Mode.PRODUCTION),
    )
    assert [soft_tokens.environment(each) for each in others] == [{}, {}, {}]


@pytest.mark.parametrize(
    ("made_in", "now", "code"),
    [
        ("", KeyPlace.FILES, 0),  # made before there was a choice
        ("files", KeyPlace.PKCS11, os.EX_CONFIG),
        ("pkcs11", KeyPlace.FILES, os.EX_CONFIG),
        ("pkcs11", KeyPlace.PKCS11, 0),
    ],
)
def test_keys_stay_where_the_ceremony_made_them(
    home: Path, made_in: str, now: KeyPlace, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "run").mkdir()
    (home / "run" / "ceremony.done").write_text(made_in)
    monkeypatch.setattr(steps, "settings", Settings(home=home, keys=now))
    assert steps.ceremony() == code


def test_without_softhsm_a_sandbox_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soft_tokens, "MODULES", (str(tmp_path / "none.so"),))
    with pytest.raises(soft_tokens.SoftHsmMissing, match="apt-get install softhsm2"):
        soft_tokens.environment(Settings(home=tmp_path, keys=KeyPlace.PKCS11))


def test_a_token_is_readable_for_its_own_process_only(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.geteuid() != 0:
        pytest.skip("user ids are given by root: needs root")
    ids = UserIds(first=60600)
    users = {name: User(ids.of(name), frozenset({ids.of(name), ids.group})) for name in user_names()}
    with folder_of_tokens(home, monkeypatch) as folder:
        for holder in ("authority", "responders"):
            make(f"senim-{holder}")
            [made] = (each for each in folder.iterdir() if each.is_dir() and "-" in each.name)
            made.rename(folder / holder)
        belongings.settle(home, ids)
        readers = {
            holder: {name for name, user in users.items() if can_read(folder / holder / "token.object", user)}
            for holder in ("authority", "responders")
        }
        assert readers == {"authority": {"authority"}, "responders": {"responders"}}
        assert all(can_read(folder / "softhsm2.conf", user) for user in users.values())


def test_no_token_is_made_up_where_keys_are_in_files(home: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("user ids are given by root: needs root")
    belongings.settle(home, UserIds(first=60600))
    assert not (home / "tokens").exists()


def user_names() -> tuple[str, ...]:
    return ("authority", "responders", "portal", "desk", "sequencer", "sandbox")
