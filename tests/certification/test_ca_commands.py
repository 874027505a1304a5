"""``senim ca``, ``senim certs`` and ``senim crl``, as typed."""

import json
import os
import signal

import pytest
from django.db import connection
from tests.authority import PLAN_FILE
from tests.certification.ordering import Forked

from senim.certification import mass_revocation
from senim.certification.models import CertifiedKey, Revocation
from senim.certification.status import status_of
from senim.pki.crl import RevocationReason
from senim.pki.ocsp import CertStatus
from senim.runtime.console import crl_commands
from senim.runtime.console.commands import parser
from senim.settings import settings

COMMANDS = ("ca", "certs", "crl")
AIGERIM = {"iin": "940308492147", "surname": "Сәрсенова", "given_name": "Айгерім"}


@pytest.fixture
def senim(capsys):
    """Run a command: its exit code and what it printed."""

    def run(*typed):
        options = parser(*(f"senim.runtime.console.{name}_commands" for name in COMMANDS)).parse_args(typed)
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


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (("--status", "revoked"), "revoked"),
        (("--status", "good", "--profile", "individual_sign"), "good"),
        (("--bin", "980140903413"), "official"),
        (("--iin", "000000000000"), None),
    ],
)
def test_search_finds_by_every_mark(authority, senim, typed, found):
    holders = {
        "good": authority.issue("individual_sign", **AIGERIM),
        "revoked": authority.issue("individual_auth", **AIGERIM),
        "official": authority.issue("official", **AIGERIM, organisation="Комитет", bin="980140903413"),
    }
    authority.revoke(holders["revoked"])
    code, said = senim("certs", "search", *typed, "--json")
    listed = [int(one["serial_number"], 16) for one in json.loads(said.out)]
    assert (code, listed) == (0, [holders[found].serial_number] if found else [])


def test_search_finds_by_the_beginning_of_a_serial_number(authority, senim):
    holder = authority.issue("individual_sign", **AIGERIM)
    begins = f"{holder.serial_number:040X}"[:12]
    typed = ":".join(begins[at : at + 2] for at in range(0, 12, 2))
    [listed] = json.loads(senim("certs", "search", "--serial", typed, "--json")[1].out)
    assert int(listed["serial_number"], 16) == holder.serial_number


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


@pytest.fixture
def numbers(authority, tmp_path):
    """A file of serial numbers, as an operator would write it."""

    def write(holders, *more):
        lines = [
            "# taken back after the incident",
            "",
            *(f"{h.serial_number:x}  # one" for h in holders),
            *more,
        ]
        (tmp_path / "numbers.txt").write_text("\n".join(lines))
        return str(tmp_path / "numbers.txt")

    return write


def test_a_file_of_certificates_is_taken_back_and_again_is_once(authority, senim, numbers, monkeypatch):
    monkeypatch.setattr(mass_revocation, "AT_MOST", 2)
    holders = [authority.issue("individual_sign", **AIGERIM) for _ in range(5)]
    authority.revoke(holders[0], reason=RevocationReason.SUPERSEDED)
    typed = ("certs", "revoke", "--file", numbers(holders, "ff"), "--reason", "keyCompromise", "--json")
    code, said = senim(*typed)
    assert code == 1, "one is unknown"
    assert json.loads(said.out) == {"revoked": 4, "already": 1, "unknown": [f"{0xFF:040x}"]}
    assert said.err.split("\n")[:3] == ["2 of 6", "4 of 6", "6 of 6"]
    authority.publish()
    kept = {Revocation.objects.get(certificate__serial_number=f"{holders[0].serial_number:040x}").reason}
    assert kept == {"superseded"}, "a revocation is never changed"
    assert CertifiedKey.objects.filter(compromised_at__isnull=False).count() == 4
    assert json.loads(senim(*typed)[1].out) == {"revoked": 0, "already": 5, "unknown": [f"{0xFF:040x}"]}


def test_killed_in_the_middle_the_same_command_goes_on(
    transactional_db, authority, senim, numbers, monkeypatch
):
    """kill -9 while the second part of three is being written: of a part all is on record, or nothing."""
    monkeypatch.setattr(mass_revocation, "AT_MOST", 2)
    holders = [authority.issue("individual_sign", **AIGERIM) for _ in range(5)]
    typed = ("certs", "revoke", "--file", numbers(holders), "--reason", "superseded", "--json")
    real = mass_revocation.record

    def record(**said):
        if Revocation.objects.count() > 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(**said)

    with monkeypatch.context() as dying:
        dying.setattr(mass_revocation, "record", record)
        assert Forked(lambda: senim(*typed)[0]).wait() == -signal.SIGKILL
    assert Revocation.objects.count() == 2
    assert json.loads(senim(*typed)[1].out) == {"revoked": 3, "already": 2, "unknown": []}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(jsonb_array_length(changed)) FROM journal_entry WHERE verb LIKE '%revoke_many'"
        )
        assert cursor.fetchone() == (5,), "each revocation is vouched for once"


def test_a_file_with_a_slip_revokes_nothing(authority, senim, numbers):
    holder = authority.issue("individual_sign", **AIGERIM)
    code, said = senim(
        "certs", "revoke", "--file", numbers([holder], "not a number"), "--reason", "superseded"
    )
    assert (code, "line 4" in said.err) == (1, True)
    assert not Revocation.objects.exists()
    assert senim("certs", "revoke", "--file", "/nowhere", "--reason", "superseded")[0] == 1


def test_each_part_of_a_mass_revocation_is_in_the_journal_with_its_rows(authority, senim, numbers):
    holders = [authority.issue("individual_sign", **AIGERIM) for _ in range(3)]
    assert senim("certs", "revoke", "--file", numbers(holders), "--reason", "superseded")[0] == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT facts, changed FROM journal_entry WHERE verb = 'certification.revoke_many'")
        [(facts, changed)] = [tuple(map(_read, row)) for row in cursor.fetchall()]
    assert {int(one, 16) for one in facts["certificates"]} == {one.serial_number for one in holders}
    assert len(changed) == 3


def _read(value):
    return json.loads(value) if isinstance(value, str) else value


def test_crl_show_says_what_responders_show(authority, senim):
    assert senim("crl", "show")[0] == 1
    holder = authority.issue("individual_sign", **AIGERIM)
    authority.revoke(holder)
    authority.publish()
    code, said = senim("crl", "show", "--json")
    lists = json.loads(said.out)
    assert code == 0
    assert set(lists) == {"issuing.crl", "issuing-delta.crl", "issuing-0.crl", "issuing-0-delta.crl"}
    assert (lists["issuing.crl"]["number"], lists["issuing.crl"]["entries"]) == (1, 1)
    assert "1 entries" in senim("crl", "show")[1].out


def test_crl_publish_says_that_nobody_signs(authority, senim, monkeypatch):
    monkeypatch.setattr(crl_commands, "PATIENCE_SECONDS", 0.1)
    authority.publish()
    code, said = senim("crl", "publish")
    assert (code, "does it run" in said.err) == (1, True)


def test_no_command_prints_a_key(authority, senim):
    secret = settings.secret("passphrase-authority")
    for typed in (("ca", "show"), ("ca", "show", "--json"), ("certs", "list")):
        assert secret not in senim(*typed)[1].out
