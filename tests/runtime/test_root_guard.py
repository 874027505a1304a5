import os
import subprocess
import sys
from pathlib import Path

import pytest

from senim.runtime.isolation.root_guard import (
    RootOpen,
    User,
    can_read,
    refuse_open_root,
    users_of,
    who_can_open_root,
)
from senim.runtime.isolation.user_ids import UserIds
from senim.runtime.supervision.processes import POSTGRES
from senim.settings import Settings
from tests.runtime.conftest import ROOT, environment_of

OWNER, SERVICE = User(1001, frozenset({1001})), User(1002, frozenset({1002}))


@pytest.fixture
def root(home: Path) -> Path:
    """After a ceremony that forgot to take the passphrase away."""
    folder = home / "root"
    folder.mkdir(mode=0o700)
    for name in ("root.key", "passphrase"):
        (folder / name).write_text("secret")
        (folder / name).chmod(0o600)
    (home / "run").mkdir()
    (home / "run" / "ceremony.done").touch()
    return folder


def who(home: Path) -> list[str]:
    return who_can_open_root(Settings(home=home), {"portal": SERVICE, "desk": OWNER})


def test_a_passphrase_beside_the_key_opens_it_to_every_service_of_the_same_user(root: Path) -> None:
    assert {"portal", "desk", "authority", "responders"} <= set(who_can_open_root(Settings(home=root.parent)))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives services users of their own")
def test_services_under_ids_of_their_own_cannot_open_what_is_roots(root: Path) -> None:
    settings = Settings(home=root.parent)
    assert who_can_open_root(settings, users_of(settings, UserIds(60600))) == []
    assert POSTGRES in who_can_open_root(settings, users_of(settings, UserIds()))


def test_without_the_passphrase_the_key_opens_to_nobody(root: Path) -> None:
    (root / "passphrase").unlink()
    assert who_can_open_root(Settings(home=root.parent)) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_folder_of_the_ceremonys_owner_is_closed_to_services_of_other_users(root: Path) -> None:
    for path in (root, *root.iterdir()):
        os.chown(path, OWNER.uid, 1001)
    assert who(root.parent) == ["desk"]
    for path in (root, *root.iterdir()):
        path.chmod(0o750 if path.is_dir() else 0o640)
    assert who(root.parent) == ["desk"]
    for path in (root, *root.iterdir()):
        os.chown(path, OWNER.uid, 1002)
    assert who(root.parent) == ["portal", "desk"]
    root.chmod(0o700)
    assert who(root.parent) == ["desk"]


def test_what_the_modes_say_is_what_happens(root: Path) -> None:
    """The answer is compared with somebody who really tries."""
    if os.geteuid() != 0:
        pytest.skip("only root tries as somebody else")
    nobody = User(65534, frozenset({65534}))
    for folder, file in ((0o700, 0o644), (0o711, 0o644), (0o755, 0o600), (0o755, 0o604)):
        root.chmod(folder)
        (root / "passphrase").chmod(file)
        tried = subprocess.run(
            ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "cat", str(root / "passphrase")],
            capture_output=True,
        )
        assert can_read(root / "passphrase", nobody) == (tried.returncode == 0), (oct(folder), oct(file))


def test_senim_up_starts_nothing_while_a_service_could_open_the_root_key(root: Path) -> None:
    home = root.parent
    said = subprocess.run(
        [sys.executable, "-m", "senim.runtime.console.command_line", "up"],
        env=environment_of(home) | {"SENIM_FIRST_USER_ID": "0"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert said.returncode == 1
    assert "Services can open the root key: postgres, authority" in said.stderr
    assert not (home / "pg").exists()


def test_a_ceremony_that_was_cut_off_may_go_on(root: Path) -> None:
    settings = Settings(home=root.parent)
    with pytest.raises(RootOpen):
        refuse_open_root(settings)
    (root.parent / "run" / "ceremony.done").unlink()
    refuse_open_root(settings)
