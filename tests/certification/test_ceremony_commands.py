"""``senim ca init`` and ``senim ca root-crl`` as custodians type them."""

import json
from dataclasses import replace

import pytest
from tests.authority import PLAN_FILE, ROOT_PASSPHRASE
from tests.certification.test_ceremony import home  # noqa: F401 (a fixture)
from tests.certification.test_root import performed  # noqa: F401 (a fixture)

from senim.certification import certificates
from senim.certification.ceremony import root_key
from senim.pki import crl
from senim.runtime.console import ceremony_commands
from senim.runtime.console.commands import parser
from senim.settings import Mode, settings

LIST = "number = 2\nvalid_days = 365\n"


@pytest.fixture
def senim(capsys):
    def run(*typed):
        options = parser("senim.runtime.console.ca_commands").parse_args(typed)
        code = options.run(options)
        return code, capsys.readouterr()

    return run


@pytest.fixture
def plan(tmp_path_factory):
    """The reviewed file without its people."""
    file = tmp_path_factory.mktemp("plan") / "plan.toml"
    text = PLAN_FILE.read_text(encoding="utf-8")
    file.write_text(text[: text.index("[[people]]")], encoding="utf-8")
    return file


def test_the_new_passphrase_is_shown_once_and_kept_nowhere(home, plan, senim):  # noqa: F811
    code, said = senim("ca", "init", "--plan", str(plan), "--json")
    passphrase = json.loads(said.out)["root_passphrase"]
    assert code == 0
    assert len(passphrase) == 64
    assert not root_key.passphrase_file().exists()
    assert "root_passphrase" not in senim("ca", "init", "--plan", str(plan), "--json")[1].out


def test_the_new_passphrase_may_go_to_a_folder_of_its_own(home, plan, senim, tmp_path_factory):  # noqa: F811
    medium = tmp_path_factory.mktemp("medium") / "sealed"
    code, said = senim("ca", "init", "--plan", str(plan), "--passphrase-to", str(medium))
    file = medium / "root.passphrase"
    assert code == 0
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_text().strip() not in said.out
    reviewed = home / "list.toml"
    reviewed.write_text(LIST)
    typed = ("ca", "root-crl", "--plan", str(reviewed), "--passphrase-file", str(file), "--json")
    code, said = senim(*typed)
    assert (code, json.loads(said.out)["number"]) == (0, 2)


def test_typed_passphrases_must_agree_and_are_asked_for_twice(home, plan, senim, monkeypatch):  # noqa: F811
    answers = iter(["one word", "another word", "a long sentence", "a long sentence"])
    monkeypatch.setattr(ceremony_commands.getpass, "getpass", lambda _: next(answers))
    code, said = senim("ca", "init", "--plan", str(plan), "--type-passphrase")
    assert code == 1
    assert "the two differ" in said.err
    assert not root_key.key_file().exists()
    assert senim("ca", "init", "--plan", str(plan), "--type-passphrase")[0] == 0
    assert root_key.key_file().exists()
    assert not root_key.passphrase_file().exists()


def test_the_next_list_is_signed_from_a_reviewed_file(performed, senim, monkeypatch):  # noqa: F811
    reviewed = performed / "list.toml"
    reviewed.write_text(LIST)
    monkeypatch.setattr(ceremony_commands.getpass, "getpass", lambda _: ROOT_PASSPHRASE)
    code, said = senim("ca", "root-crl", "--plan", str(reviewed), "--type-passphrase")
    assert code == 0
    assert said.out.startswith("signed: list 2 of the root, 0 revoked")
    listed = crl.read(root_key.list_file().read_bytes(), issuer=certificates.certificate_file("root"))
    assert listed.number == 2
    code, said = senim("ca", "root-crl", "--plan", str(reviewed), "--type-passphrase")
    assert code == 1
    assert "list 2 would follow list 2" in said.err


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ((), "--type-passphrase"),
        (("--passphrase-file", "nowhere"), "nowhere"),
        (("--json",), "--type-passphrase"),
    ],
)
def test_without_a_passphrase_no_list_is_signed(performed, senim, typed, why):  # noqa: F811
    (performed / "list.toml").write_text(LIST)
    code, said = senim("ca", "root-crl", "--plan", str(performed / "list.toml"), *typed)
    assert code == 1
    assert why in said.out + said.err


@pytest.mark.parametrize(("sandbox", "why"), [(True, "a sandbox's"), (False, "PKCS#11")])
def test_production_holds_no_ceremony_with_key_files(home, senim, monkeypatch, plan, sandbox, why):  # noqa: F811
    if not sandbox:
        plan.write_text(plan.read_text(encoding="utf-8").replace("sandbox = true\n", ""), encoding="utf-8")
    monkeypatch.setattr(ceremony_commands, "settings", replace(settings, home=home, mode=Mode.PRODUCTION))
    code, said = senim("ca", "init", "--plan", str(plan))
    assert code == 1
    assert why in said.err
    assert not (home / "keys").exists()
