"""``senim operators …`` with the rights of the console's own role."""

import contextlib
import hashlib
import io
import json

import pytest
from django.utils import timezone
from tests.operators.letters import SCAN, Carrier, form
from tests.ordering import request_for
from tests.pdfs import words_on
from tests.roles import as_process

from senim.journal.models import Entry
from senim.operators.standing import operator_of
from senim.runtime.console import commands

pytestmark = pytest.mark.django_db


def senim(*arguments: str) -> tuple[int, object]:
    """Exit code, and the JSON it printed."""
    parser = commands.parser("senim.runtime.console.operators_commands")
    options = parser.parse_args(["operators", *arguments, "--json"])
    with contextlib.redirect_stdout(io.StringIO()) as printed, as_process("command"):
        code = options.run(options)
    return code, json.loads(printed.getvalue())


@pytest.mark.clause("CA-5.15")
def test_the_register_is_printed_without_identifiers(dauren, ainur):
    code, said = senim("list")
    assert code == 0
    assert {(one["name"], one["standing"], one["responsible"]) for one in said} == {
        (dauren.operator.name, "in office", False),
        (ainur.operator.name, "in office", True),
    }
    assert dauren.operator.iin not in json.dumps(said)


@pytest.mark.clause("CA-15.1f", "CA-15.1g")
def test_an_operators_life_as_commands(dauren):
    iin = dauren.operator.iin
    assert senim("suspend", iin, "--note", "Letter 17")[1] == {"standing": "suspended"}
    assert operator_of(iin) is None
    assert senim("return", iin) == (0, {"standing": "in office"})
    notice = senim("dismiss", iin, "--on", "2199-01-01")
    assert notice == (0, {"standing": "leaving", "late_notice": False})
    assert senim("dismiss", iin)[1] == {"standing": "dismissed"}
    code, said = senim("show", iin)
    assert code == 0
    assert [one["what"] for one in said["history"]][::-1][0] == "Suspended for a long absence"
    assert {line.split()[1] for line in said["certificates"]} == {"revoked"}
    assert {entry.actor.partition(":")[0] for entry in Entry.objects.filter(verb="operators.dismiss")} == {
        "console"
    }


@pytest.mark.clause("CA-19.5c")
def test_a_lost_key_is_one_command(dauren, ainur, world, run_jobs):
    assert senim("lost", dauren.operator.iin) == (0, {"standing": "stopped", "revoked": 1, "letters": 1})
    run_jobs()
    assert dauren.operator.name in world.wait_for_mail("ainur@mail.test").text


@pytest.mark.clause("CA-15.2c")
def test_a_violation_is_recorded(dauren):
    assert senim("violation", dauren.operator.iin, "--note", "No receipt was given.") == (0, {"letters": 0})


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("suspend", "000000000000"), "There is no such operator"),
        (("show", "000000000000"), "There is no such operator"),
        (("return", "851102393201"), "does not allow this step"),
        (("dismiss", "851102393201", "--on", "2020-01-01"), "tomorrow or later"),
    ],
    ids=["unknown", "unknown to show", "not suspended", "past"],
)
def test_what_cannot_be_is_said(dauren, arguments, said):
    code, facts = senim(*arguments)
    assert code == 1
    assert said in facts["refused"]


@pytest.mark.clause("CA-15.1c")
def test_a_letter_is_taken_in_from_a_file(world, authority, tmp_path):
    saule, carrier = world.person("saule"), Carrier()
    said = {
        name: value
        for name, value in form(saule, carrier).items()
        if isinstance(value, str) and name != "non_exportable"
    }
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in said.items()]
    day = timezone.localdate().isoformat()
    lines += [f"letter_dated_on = {day}", f"order_dated_on = {day}", "non_exportable = true"]
    lines += ['sign_request = "sign.csr"', 'auth_request = "auth.csr"', "[scans]"]
    lines += [f'{kind} = "scan.pdf"' for kind in ("letter", "order", "application")]
    (tmp_path / "sign.csr").write_bytes(request_for(carrier.sign))
    (tmp_path / "auth.csr").write_bytes(request_for(carrier.auth))
    (tmp_path / "scan.pdf").write_bytes(SCAN)
    packet = tmp_path / "packet.toml"
    packet.write_text("\n".join(lines), encoding="utf-8")
    assert senim("apply", str(packet))[1]["stage"] == "letter and papers received"
    assert "in hand already" in senim("apply", str(packet))[1]["refused"]
    (tmp_path / "sign.csr").unlink()
    assert "cannot be read" in senim("apply", str(packet))[1]["refused"]


@pytest.mark.clause("CA-15.2b")
def test_a_copy_of_the_register_is_handed_over_and_its_digest_is_on_record(dauren, ainur, tmp_path):
    said = senim("extract", str(tmp_path / "register.pdf"))[1]
    by_console = (tmp_path / "register.pdf").read_bytes()
    by_desk = ainur.post("/en/operators/extract/")
    assert by_desk["Content-Type"] == "application/pdf"
    text = words_on(by_desk.content)
    assert dauren.operator.name in text
    assert "In office" in text
    assert dauren.operator.iin not in text
    recorded = [entry.facts["sha256"] for entry in Entry.objects.filter(verb="operators.give_extract")]
    assert set(recorded) == {hashlib.sha256(pdf).hexdigest() for pdf in (by_console, by_desk.content)}
    assert said["sha256"] in recorded
    assert dauren.post("/en/operators/extract/").status_code == 409


@pytest.mark.clause("CA-15.1d")
def test_an_operator_is_entrusted_with_the_others_and_no_longer(dauren, ainur):
    letters = "/en/operators/new/"
    assert dauren.get(letters).status_code == 409
    assert senim("entrust", dauren.operator.iin)[1] == {"standing": "in office", "responsible": True}
    assert dauren.get(letters).status_code == 200
    assert senim("entrust", dauren.operator.iin, "--no-longer")[1]["responsible"] is False
    assert dauren.get(letters).status_code == 409
    senim("dismiss", dauren.operator.iin)
    assert senim("entrust", dauren.operator.iin)[0] == 1
