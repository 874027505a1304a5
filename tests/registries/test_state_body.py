"""``senim ca state-body``: how the owner of a registry gets the certificate its answers are believed by."""

import contextlib
import io
import json
from pathlib import Path

import pytest
from cryptography import x509
from django.utils import timezone
from tests.operators.letters import pem
from tests.ordering import request_for
from tests.roles import as_process

from senim.pki import cms
from senim.pki.keys import KeyAlgorithm, generate
from senim.registries.signed import OWNER_PROFILE
from senim.runtime.console import commands
from senim.validation import check

pytestmark = pytest.mark.django_db


def state_body(folder: Path, *, key, bin: str) -> tuple[int, dict]:  # noqa: A002 - the country's own word
    (folder / "body.csr").write_bytes(pem(request_for(key)))
    (folder / "body.toml").write_text(
        f'bin = "{bin}"\norganisation = "Тіркелім"\nrequest = "body.csr"\n', "utf-8"
    )
    parser = commands.parser("senim.runtime.console.ca_commands")
    options = parser.parse_args(["ca", "state-body", str(folder / "body.toml"), "--json"])
    with contextlib.redirect_stdout(io.StringIO()) as printed, as_process("ceremony"):
        code = options.run(options)
    return code, json.loads(printed.getvalue())


def test_a_bodys_own_key_is_certified_and_what_it_signs_is_believed_to_be_its(world, authority, tmp_path):
    key, bin_ = generate(KeyAlgorithm.P256), world.legal_entity("pharmacy").bin
    code, said = state_body(tmp_path, key=key, bin=bin_)
    assert code == 0
    made = Path(said["certificate"])
    certificate = made.read_bytes()
    made.unlink()  # the session's home is not this test's alone
    assert x509.load_der_x509_certificate(certificate).public_key() == key.public_key()
    at = timezone.now()
    signature = cms.sign(b"{}", key=key, certificate=certificate, at=at)
    signer = check(cms=signature, content=b"{}", at=at).signer
    assert (signer.profile, signer.bin) == (OWNER_PROFILE, bin_)


def test_a_persons_number_is_no_bodys(world, authority, tmp_path):
    code, said = state_body(tmp_path, key=generate(KeyAlgorithm.P256), bin=world.person("saule").iin)
    assert code == 1
    assert "a state body has a BIN" in said["refused"]
