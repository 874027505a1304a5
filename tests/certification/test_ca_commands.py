"""``senim ca`` and ``senim certs``, as typed."""

import json

import pytest
from tests.authority import PLAN_FILE

from senim.certification.status import status_of
from senim.pki.ocsp import CertStatus
from senim.runtime.console.commands import parser
from senim.settings import settings

AIGERIM = {"iin": "940308492147", "surname": "Сәрсенова", "given_name": "Айгерім"}


@pytest.fixture
def senim(capsys):
    """Run a command: its exit code and what it printed."""

    def run(*typed):
        options = parser("senim.runtime.console.ca_commands").parse_args(typed)
        code = options.run(options)
        return code, capsys.readouterr()

    return run


def test_show_names_the_authorities_certificates(authority, senim):
    code, said = senim("ca", "show", "--json")
    shown = json.loads(said.out)
    assert code == 0
    assert list(shown) == ["root", "issuing", "ocsp", "tsa"]
    assert int(shown["issuing"]["serial_number"], 16) > 0
    assert "Senim Sandbox Root" in senim("ca", "show")[1].out


def test_init_says_that_everything_is_there(authority, senim, tmp_path):
    text = PLAN_FILE.read_text(encoding="utf-8")
    (tmp_path / "plan.toml").write_text(text[: text.index("[[people]]")], encoding="utf-8")
    code, said = senim("ca", "init", "--plan", str(tmp_path / "plan.toml"), "--json")
    assert code == 0
    said = json.loads(said.out)
    assert (said["made"], said["passwords"]) == ([], {})
    assert said["keys"]["issuing"] == f"file {settings.home / 'keys' / 'issuing.key'}"


def test_init_refuses_a_file_that_is_no_plan(authority, senim, tmp_path):
    code, said = senim("ca", "init", "--plan", str(tmp_path / "missing.toml"))
    assert code == 1
    assert "missing.toml" in said.err
    (tmp_path / "plan.toml").write_text("[root]")
    assert senim("ca", "init", "--plan", str(tmp_path / "plan.toml"))[0] == 1


def test_list_and_inspect_show_what_was_issued(authority, senim):
    holder = authority.issue("individual_sign", **AIGERIM)
    code, said = senim("certs", "list", "--iin", AIGERIM["iin"], "--json")
    [listed] = json.loads(said.out)
    assert code == 0
    assert (int(listed["serial_number"], 16), listed["status"]) == (holder.serial_number, "good")
    assert senim("certs", "list", "--iin", "000000000000")[1].out == "none\n"
    code, said = senim("certs", "inspect", f"{holder.serial_number:x}", "--json")
    assert json.loads(said.out)["profile"] == "individual_sign"
    assert "IIN940308492147" in json.loads(said.out)["subject"]


def test_inspect_refuses_what_was_never_issued(authority, senim):
    for typed in ("1234", "no number", "-5", "f" * 100):
        code, said = senim("certs", "inspect", "--json", "--", typed)
        assert code == 1
        assert "refused" in json.loads(said.out)


def test_revoke_takes_a_certificate_back(authority, senim):
    holder = authority.issue("individual_sign", **AIGERIM)
    typed = ":".join(f"{holder.serial_number:040x}"[at : at + 2] for at in range(0, 40, 2))
    code, said = senim("certs", "revoke", typed, "--reason", "keyCompromise", "--json")
    assert code == 0
    assert json.loads(said.out)["reason"] == "keyCompromise"
    from django.utils import timezone

    status = status_of(issuer_key_id=None, serial_number=holder.serial_number, at=timezone.now())
    assert status.status is CertStatus.REVOKED
    code, said = senim("certs", "revoke", typed, "--reason", "superseded")
    assert code == 1
    assert "CA-8.P3b" in said.err


def test_revoke_refuses_an_unknown_reason_and_an_unknown_number(authority, senim):
    with pytest.raises(SystemExit):
        senim("certs", "revoke", "12", "--reason", "because")
    assert senim("certs", "revoke", "12", "--reason", "superseded")[0] == 1


def test_no_command_prints_a_key(authority, senim):
    secret = settings.secret("passphrase-authority")
    for typed in (("ca", "show"), ("ca", "show", "--json"), ("certs", "list")):
        assert secret not in senim(*typed)[1].out
