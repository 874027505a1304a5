"""One refusal a test: a production instance that has everything, and the one thing that is wrong with it."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from senim.certification.sandbox_mark import MARK
from senim.pki.certificates import Extension, Template, build, new_serial_number
from senim.pki.keys import KeyAlgorithm, generate
from senim.registries import owners
from senim.runtime import production, steps
from senim.runtime.isolation import secrets, user_ids
from senim.runtime.isolation.user_ids import UserIds
from senim.settings import KeyPlace, Mode, Settings
from senim.texts import LANGUAGES
from tests.runtime.conftest import ROOT, environment_of

GIVEN = {
    "SENIM_MODE": "production",
    "SENIM_SCHEME": "https",
    "SENIM_PORTAL_HOST": "portal.gov.example",
    "SENIM_DESK_HOST": "desk.gov.example",
    "SENIM_PARTNERS_HOST": "api.gov.example",
    "SENIM_RESPONDERS_HOST": "status.gov.example",
    "SENIM_PUBLIC_PORT": "443",
    "SENIM_RESPONDERS_PUBLIC_PORT": "80",
    "SENIM_REGISTRIES_URL": "https://registries.gov.example/gateway",
    "SENIM_IDENTIFICATION_URL": "https://identification.gov.example/v1",
    "SENIM_SMSC_HOST": "smsc.operator.example",
    "SENIM_SMSC_SECOND_HOST": "smsc.another.example",
    "SENIM_SMTP_HOST": "mail.gov.example",
    "SENIM_KEYS": "pkcs11",
    "SENIM_PKCS11_MODULE": __file__,  # of a library only that it is there is looked at
    "SENIM_TIME_SOURCE": "ntp://time.gov.example",
    "SENIM_DEMONSTRATED_RULES": "",
}


def certificate(*extensions: x509.ExtensionType) -> bytes:
    key, name = generate(KeyAlgorithm.P256), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Somebody")])
    now = datetime.now(UTC)
    said = (x509.BasicConstraints(ca=True, path_length=None), *extensions)
    return build(
        Template(
            issuer=name,
            subject=name,
            public_key=key.public_key(),
            serial_number=new_serial_number(),
            not_before=now,
            not_after=now + timedelta(days=365),
            extensions=tuple(map(Extension, said)),
        ),
        key=key,
    )


OWNERS = """[gbdfl]
bin = "991240000014"

[documents]
bin = "991240000014"
"""


@pytest.fixture
def given(home: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Everything that production wants, in files and settings."""
    monkeypatch.setattr(user_ids, "choose", lambda **_: UserIds(first=60600))
    (home / "certificates").mkdir()
    for label in production.AUTHORITIES:
        (home / "certificates" / f"{label}.cer").write_bytes(certificate())
    (home / "secrets").mkdir(mode=0o700)
    for name in production.MUST_BE_GIVEN:
        secrets.write_private(home / "secrets" / name, os.urandom(32).hex())
    (home / "owners.toml").write_text(OWNERS)
    named = {"SENIM_HOME": str(home), "SENIM_REGISTRY_OWNERS": str(home / "owners.toml")}
    return Settings.from_environment(GIVEN | named)


def ids(settings: Settings) -> list[str]:
    return [refusal.id for refusal in production.refusals(settings)]


def test_an_instance_that_was_given_everything_may_start(given: Settings) -> None:
    assert ids(given) == []
    assert given.mode is Mode.PRODUCTION
    assert given.portal_origin == "https://portal.gov.example"
    assert given.responders_origin == "http://status.gov.example"


def test_a_laptop_is_asked_for_nothing() -> None:
    assert ids(Settings()) == []


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"registries_url": ""}, "registries_missing"),
        ({"registries_url": "https://127.0.0.1/registries"}, "sandbox_peer"),
        ({"registries_url": "https://registries.gov.example:8090/"}, "sandbox_peer"),
        ({"registry_owners": ""}, "owners_missing"),
        ({"registry_owners": "/nowhere/owners.toml"}, "owners_unreadable"),
        ({"registry_owners": str(owners.SHIPPED)}, "owners_of_sandbox"),
        ({"smsc_host": "localhost"}, "sandbox_peer"),
        ({"smsc_host": "127.1.2.3"}, "sandbox_peer"),
        ({"smsc_second_host": "localhost"}, "sandbox_peer"),
        ({"smtp_host": "[::1]"}, "sandbox_peer"),
        ({"time_source": "http://desk.localhost:8090/time"}, "sandbox_peer"),
        ({"portal_host": "localhost"}, "own_name"),
        ({"desk_host": "desk.localhost"}, "own_name"),
        ({"partners_host": "localhost"}, "own_name"),
        ({"responders_host": "127.0.0.1"}, "own_name"),
        ({"scheme": "http"}, "plain_origin"),
        ({"registries_url": "http://registries.gov.example/"}, "plain_peer"),
        ({"keys": KeyPlace.FILES}, "keys"),
        ({"pkcs11_module": ""}, "key_module"),
        ({"pkcs11_module": "/usr/lib/no/such/library.so"}, "key_module"),
        ({"demonstrated_rules": frozenset({"certificates_by_order_839"})}, "demonstration"),
        ({"demonstrated_rules": frozenset({"certificates_by_order_893"})}, "unknown_rule"),
    ],
)
def test_a_setting_of_a_sandbox_is_refused(given: Settings, change: dict[str, object], refused: str) -> None:
    assert ids(replace(given, **change)) == [refused]


@pytest.mark.parametrize("label", production.AUTHORITIES)
def test_a_certificate_with_the_mark_of_a_sandbox_is_refused(given: Settings, label: str) -> None:
    (given.home / "certificates" / f"{label}.cer").write_bytes(certificate(MARK))
    assert ids(given) == ["sandbox_root"]


def test_an_authority_without_a_ceremony_is_refused(given: Settings) -> None:
    (given.home / "certificates" / "ocsp.cer").unlink()
    [refusal] = production.refusals(given)
    assert (refusal.id, refusal.facts) == ("no_authority", {"files": "ocsp.cer"})


def test_key_files_of_invented_people_are_refused(given: Settings) -> None:
    (given.home / "sandbox").mkdir()
    assert ids(given) == [], "an empty folder is nobody's key"
    (given.home / "sandbox" / "owner.p12").write_bytes(b"a key")
    assert ids(given) == ["sandbox_people"]


def test_an_issuing_key_in_a_file_is_refused(given: Settings) -> None:
    (given.home / "keys").mkdir()
    (given.home / "keys" / "issuing.key").write_text("a key")
    assert ids(given) == ["key_file"]


@pytest.mark.parametrize("wrong", ["[gbdfl", "[gbdfl]\nname = 'x'", "gbdfl = '991240000014'"])
def test_a_list_of_owners_that_is_none_is_refused(given: Settings, wrong: str) -> None:
    Path(given.registry_owners).write_text(wrong)
    assert ids(given) == ["owners_unreadable"]


def test_a_process_that_may_not_read_the_list_of_owners_leaves_it_to_the_others(
    given: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hidden(_: object) -> dict[str, str]:
        raise PermissionError

    monkeypatch.setattr(owners, "read", hidden)
    assert ids(given) == []


def test_root_for_every_process_is_refused(given: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    [refusal] = production.refusals(replace(given, first_user_id=0))
    assert (refusal.id, refusal.facts) == ("all_root", {"reason": "SENIM_FIRST_USER_ID is 0"})
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert ids(replace(given, first_user_id=0)) == []


def test_a_root_key_within_reach_is_refused(given: Settings) -> None:
    given.root.mkdir()
    (given.root / "root.key").write_text("a key")
    assert ids(given) == ["root_here"]


@pytest.mark.parametrize(("name", "setting"), production.ONLY_WHERE.items())
def test_a_secret_is_asked_for_only_where_there_is_somebody_to_agree_on_it_with(
    given: Settings, name: str, setting: str
) -> None:
    file = given.home / "secrets" / name
    file.unlink()
    assert ids(given) == ["secret_missing"]
    without = replace(given, **{setting: ""})
    assert ids(without) == []
    secrets.make_missing(given.home)
    assert (ids(without), ids(given)) == ([], ["secret_generated"])


@pytest.mark.parametrize("name", production.MUST_BE_GIVEN)
def test_a_secret_that_was_not_given_is_refused(given: Settings, name: str) -> None:
    file = given.home / "secrets" / name
    file.unlink()
    assert ids(given) == ["secret_missing"]
    secrets.make_missing(given.home, (name,))
    assert ids(given) == ["secret_generated"]
    file.write_text("x" * (production.MUST_BE_GIVEN[name] - 1))
    assert ids(given) == ["secret_short"]


def test_a_mode_that_does_not_exist_is_named() -> None:
    with pytest.raises(ValueError, match="SENIM_MODE='real' cannot be read"):
        Settings.from_environment({"SENIM_MODE": "real"})


def test_every_refusal_says_what_why_and_what_to_do_in_every_language(given: Settings) -> None:
    bare = Settings(home=given.home / "bare", mode=Mode.PRODUCTION)
    found = production.refusals(bare)
    assert len(found) >= len(production.MUST_BE_GIVEN) - len(production.ONLY_WHERE) + 8
    for refusal in found:
        for code in LANGUAGES:
            said = [text.in_language(code) for text in (refusal.what, refusal.why, refusal.remedy)]
            assert all(said)
            assert len(set(said)) == 3


def start(home: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command],
        env=environment_of(home) | {"SENIM_MODE": "production"} | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_senim_up_says_all_refusals_at_once_and_starts_nothing(home: Path) -> None:
    said = start(home, "senim.runtime.console.command_line", "up")
    assert said.returncode == production.EXIT
    expected = production.refusals(
        Settings.from_environment(environment_of(home) | {"SENIM_MODE": "production"})
    )
    for refusal in expected:
        assert refusal.what.in_language("en") in said.stderr
        assert refusal.remedy.in_language("en") in said.stderr
    assert not (home / "pg").exists()
    assert not (home / "secrets").exists()


def test_the_terminal_is_spoken_to_in_its_language(home: Path) -> None:
    said = start(home, "senim.runtime.console.command_line", "up", LC_ALL="ru_RU.UTF-8")
    assert "Senim не запускается в рабочем режиме" in said.stderr
    said = start(home, "senim.runtime.console.command_line", "up", LANG="kk_KZ.UTF-8", LC_ALL="")
    assert "Senim өндірістік режимде іске қосылмайды" in said.stderr


@pytest.mark.parametrize("name", ["portal", "authority", "responders"])
def test_a_process_started_alone_refuses_too(home: Path, name: str) -> None:
    said = start(home, "senim.runtime.supervision.child", name, SENIM_PROCESS=name)
    assert said.returncode == production.EXIT
    assert "does not start in production mode" in said.stderr


def test_the_ceremonys_step_refuses_a_sandboxs_database(
    authority: object, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(steps, "settings", replace(steps.settings, mode=Mode.PRODUCTION))
    assert steps.ceremony() == production.EXIT
    assert "certificates of a sandbox" in capfd.readouterr().err


@pytest.mark.django_db
def test_the_ceremonys_step_makes_nothing_in_production(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "settings", replace(steps.settings, home=home, mode=Mode.PRODUCTION))
    assert steps.ceremony() == 0
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    ("proxies", "believed"), [("", "None"), ("10.1.2.0/24", "('HTTP_X_FORWARDED_PROTO', 'https')")]
)
def test_tls_ended_by_a_proxy_is_believed_only_of_proxies_we_named(
    home: Path, proxies: str, believed: str
) -> None:
    said = subprocess.run(
        [sys.executable, "-c", "from senim.runtime.django_settings import *; print(SECURE_PROXY_SSL_HEADER)"],
        env=environment_of(home) | {"SENIM_TRUSTED_PROXIES": proxies},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert said.stdout.strip() == believed, said.stderr
