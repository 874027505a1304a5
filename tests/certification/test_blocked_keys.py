"""A list of compromised keys: none is ever certified, and who has one loses the certificate."""

import base64
import hashlib
import json

import pytest
from django.db import connection
from tests.certification.ordering import AIGERIM, Order, request_for

from senim.certification import blocked_keys, fulfilment, orders
from senim.certification.models import CertifiedKey, Revocation
from senim.pki.keys import KeyAlgorithm, generate, public_der
from senim.runtime.console.commands import parser

WHO = {name: getattr(AIGERIM, name) for name in ("iin", "surname", "given_name")}


def digest_of(key):
    return hashlib.sha256(public_der(key.public_key())).digest()


@pytest.fixture
def block(tmp_path, capsys):
    """``senim certs compromised --file`` of these lines: exit code and what it said."""

    def run(*lines):
        file = tmp_path / "keys.txt"
        file.write_text("\n".join(lines), encoding="utf-8")
        typed = ["certs", "compromised", "--file", str(file), "--json"]
        options = parser("senim.runtime.console.certs_commands").parse_args(typed)
        code = options.run(options)
        return code, json.loads(capsys.readouterr().out)

    return run


@pytest.mark.clause("CA-6.P10")
def test_a_listed_key_is_never_certified(authority, operator, block):
    keys = [generate(KeyAlgorithm.P256) for _ in range(2)]
    written = [
        "# found in firmware",
        digest_of(keys[0]).hex(":"),
        base64.b64encode(digest_of(keys[1])).decode(),
    ]
    assert block(*written) == (0, {"blocked": 2, "already": 0, "revoked": []})
    requests = {"sign": request_for(keys[1]), "auth": request_for(generate(KeyAlgorithm.P256))}
    order = Order(operator, requests=requests)
    placed = order.place()
    fulfilment.fulfil(authority.authority, at=order.at)
    assert orders.outcome(placed).refusal_text_id == "certification.refusal.key_compromised"


@pytest.mark.clause("CA-8.P3b")
def test_certificates_with_a_listed_key_are_revoked_and_again_is_once(authority, block, monkeypatch):
    monkeypatch.setattr(blocked_keys, "AT_MOST", 2)
    held = [authority.issue("individual_sign", **WHO) for _ in range(2)]
    authority.revoke(held[0])
    before = Revocation.objects.get().revoked_at
    lines = [digest_of(one.key).hex() for one in held] + [digest_of(generate(KeyAlgorithm.P256)).hex()]
    revoked = f"{held[1].serial_number:040x}"
    assert block(*lines) == (0, {"blocked": 3, "already": 0, "revoked": [revoked]})
    assert block(*lines) == (0, {"blocked": 0, "already": 3, "revoked": []})
    assert Revocation.objects.get(certificate__serial_number=revoked).reason == "keyCompromise"
    assert Revocation.objects.exclude(certificate__serial_number=revoked).get().revoked_at == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM journal_entry WHERE verb = 'certification.block_keys'")
        assert cursor.fetchone() == (2,)


@pytest.mark.parametrize("line", ["ab" * 31, "ab" * 33, "not a digest", "zz" * 32])
def test_a_file_with_a_slip_blocks_nothing(db, block, line):
    code, said = block("ab" * 32, line)
    assert (code, CertifiedKey.objects.count()) == (1, 0)
    assert "line 2" in said["refused"]


def test_nobody_blocks_more_at_once_than_one_record_vouches_for(db):
    digests = [number.to_bytes(32, "big") for number in range(blocked_keys.AT_MOST + 1)]
    with pytest.raises(ValueError, match="201 keys"):
        blocked_keys.block_part(digests=digests, at=None, actor="test")
