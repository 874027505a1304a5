"""The walk of docs/production.md: secrets, tokens, migrations, ceremony, the root carried away, a start."""

import os
import secrets
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from senim.runtime.production import MUST_BE_GIVEN
from tests.authority import PLAN_FILE
from tests.runtime.test_production import GIVEN, OWNERS
from tests.softhsm import MODULE, folder_of_tokens, make
from tests.whole.platform import Platform
from tests.whole.test_tokens import status


@pytest.fixture
def brought() -> Iterator[Path]:
    """What an operator and the custodians bring; every user may enter, as every user may ask a device."""
    with tempfile.TemporaryDirectory(prefix="senim-brought-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def production(
    new_platform: Callable[..., Platform], brought: Path, monkeypatch: pytest.MonkeyPatch
) -> Platform:
    settings = GIVEN | {"SENIM_PKCS11_MODULE": MODULE, "SENIM_ROOT_FOLDER": str(brought / "root")}
    settings["SENIM_REGISTRY_OWNERS"] = str(brought / "owners.toml")
    (brought / "owners.toml").write_text(OWNERS)
    platform = new_platform(**settings, SOFTHSM2_CONF=str(brought / "tokens" / "softhsm2.conf"))
    (platform.home / "secrets").mkdir(mode=0o700)
    for name, shortest in MUST_BE_GIVEN.items():
        file = platform.home / "secrets" / name
        file.write_text("agreed" if shortest < 12 else secrets.token_hex())
        file.chmod(0o600)
    with folder_of_tokens(brought, monkeypatch):
        for holder in ("authority", "responders"):
            make(f"senim-{holder}", pin=(platform.home / "secrets" / f"passphrase-{holder}").read_text())
    text = PLAN_FILE.read_text(encoding="utf-8").replace("sandbox = true", "")
    (brought / "plan.toml").write_text(text[: text.index("[[bodies]]")], encoding="utf-8")
    (brought / "passphrase").write_text("of the custodians")
    return platform


@pytest.mark.soak
def test_an_instance_starts_for_real_with_its_keys_in_tokens(production: Platform, brought: Path) -> None:
    assert production.senim("up").returncode == os.EX_CONFIG, "no authority yet"
    assert production.senim("migrate").returncode == 0
    plan = ("--plan", str(brought / "plan.toml"), "--passphrase-file", str(brought / "passphrase"))
    held = production.senim("ca", "init", *plan)
    assert held.returncode == 0, held.stderr
    assert "the key issuing: PKCS#11 token senim-authority, key issuing" in held.stdout
    assert production.senim("up").returncode == os.EX_CONFIG, "the root key is still here"
    (brought / "root").rename(brought / "carried away")
    subprocess.run(["chmod", "-R", "a+rwX", brought / "tokens"], check=True)
    production.start()
    production.wait_until_ready()
    assert status(production, "tsa") == "GOOD"
    assert not (production.home / "keys" / "issuing.key").exists()
    production.stop()
    production.start()
    production.wait_until_ready()
