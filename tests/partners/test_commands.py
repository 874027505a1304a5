"""``senim systems``: to look, to stop a system, to say who decides."""

import json

import pytest
from tests.partnering import admitted_system

from senim.accounts.systems.officials import official_of
from senim.runtime.console.commands import MODULES, parser


@pytest.fixture
def command(capsys):
    def run(*words: str) -> tuple[int, object]:
        options = parser(MODULES["systems"]).parse_args(["systems", *words, "--json"])
        code = options.run(options)
        return code, json.loads(capsys.readouterr().out)

    return run


def test_a_system_is_listed_shown_and_stopped(world, authority, command) -> None:
    bank = admitted_system(world, authority)
    code, [line] = command("list")
    assert (code, line["client_id"], line["state"]) == (0, bank.client_id, "admitted")
    assert command("list", "--search", "nobody") == (0, [])
    token = bank.token()
    assert command("suspend", bank.client_id, "--reason", "A key was copied")[0] == 0
    assert bank.get("/v1/me", token=token).status_code == 403
    code, shown = command("show", bank.client_id)
    assert (shown["state"], shown["keys"]) == ("suspended", [bank.key.thumbprint()])
    assert [(one["what"], one["signed"]) for one in shown["history"]] == [
        ("Suspended", False),
        ("Admitted", True),
    ]
    assert "refused" in command("suspend", bank.client_id, "--reason", "A key was copied")[1]


def test_what_is_not_there_and_what_is_unclear_is_refused(world, authority, command) -> None:
    code, said = command("show", "00000000-0000-4000-8000-000000000000")
    assert (code, said["clause"]) == (1, "DD-4a")
    bank = admitted_system(world, authority)
    assert command("suspend", bank.client_id, "--reason", "no")[0] == 1


def test_officials_are_named_and_dismissed(world, db, command) -> None:
    iin, body = world.person("gulnar").iin, world.legal_entity("authorised-body").bin
    assert command("appoint", iin, body, "Сейітова Гүлнар")[0] == 0
    assert official_of(iin).bin == body
    assert command("dismiss", iin)[0] == 0
    assert official_of(iin) is None
    assert command("dismiss", iin)[0] == 1
