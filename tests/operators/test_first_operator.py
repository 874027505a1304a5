"""``senim ca first-operator``: how an instance without invented people gets its first operator."""

import contextlib
import io
import json
from pathlib import Path

import pytest
from tests.holders import Holder
from tests.operators.letters import Carrier, pem
from tests.operators.signing_in import sign_in
from tests.ordering import CENTRE, request_for
from tests.roles import as_process

from senim.operators.standing import operator_of
from senim.runtime.console import commands

pytestmark = pytest.mark.django_db


def first_operator(file: Path) -> tuple[int, dict]:
    parser = commands.parser("senim.runtime.console.ca_commands")
    options = parser.parse_args(["ca", "first-operator", str(file), "--json"])
    with contextlib.redirect_stdout(io.StringIO()) as printed, as_process("ceremony"):
        code = options.run(options)
    return code, json.loads(printed.getvalue())


@pytest.fixture
def file(tmp_path, world):
    def write(carrier: Carrier) -> Path:
        saule = world.person("saule")
        said = {
            **{
                name: getattr(saule, name) for name in ("iin", "surname", "given_name", "patronymic", "email")
            },
            "office": CENTRE,
            "sign_request": "sign.csr",
            "auth_request": "auth.csr",
        }
        (tmp_path / "sign.csr").write_bytes(pem(request_for(carrier.sign)))
        (tmp_path / "auth.csr").write_bytes(request_for(carrier.auth))
        lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in said.items()]
        (tmp_path / "first.toml").write_text("\n".join(lines), encoding="utf-8")
        return tmp_path / "first.toml"

    return write


@pytest.mark.clause("CA-5.15")
def test_the_first_of_the_responsible_staff_is_certified_and_appointed_once(world, authority, file):
    carrier = Carrier()
    code, said = first_operator(file(carrier))
    assert code == 0
    certificates = {name.rsplit("-", 2)[1]: Path(name).read_bytes() for name in said["certificates"]}
    for name in said["certificates"]:
        Path(name).unlink()  # the session's home is not this test's alone
    browser, answer = sign_in(Holder(carrier.auth, certificates["auth"], authority.chain))
    assert answer.status_code == 302
    assert browser.get("/en/operators/new/").status_code == 200
    assert operator_of(world.person("saule").iin).responsible
    code, said = first_operator(file(Carrier()))
    assert code == 1
    assert "come by a letter" in said["refused"]


def test_what_cannot_be_certified_appoints_nobody(world, authority, file):
    path = file(Carrier())
    (path.parent / "sign.csr").write_bytes(b"no request")
    code, said = first_operator(path)
    assert code == 1
    assert "request file cannot be used" in said["refused"]
    assert operator_of(world.person("saule").iin) is None
