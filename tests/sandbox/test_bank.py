"""The bank's app by itself: its pages, its key, and what it signs."""

import base64
import hashlib
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from tests.world import RunningWorld

from senim.runtime import lan_certificates
from senim_sandbox.bank import jose
from senim_sandbox.bank.memory import Memory
from senim_sandbox.bank.partners import NotReached, Partners
from senim_sandbox.configuration import Configuration

CLIENT_ID = "6f2f9a5e-2f0e-4e0e-9a53-3f8a1f3a2b10"
ADDRESS = "http://localhost:8002/v1/me"
FOR_PHONES = "192.168.77.7"


def opened(token, key):
    """The claims of a JWS whose signature this key made."""
    header, claims, signature = token.split(".")
    raw = _bytes(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key.public_key().verify(der, f"{header}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    return json.loads(_bytes(header)), json.loads(_bytes(claims))


def _bytes(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.fixture
def customer(world: RunningWorld) -> httpx.Client:
    client = httpx.Client(base_url=world.url, params={"lang": "en"}, follow_redirects=True, trust_env=False)
    client.post("/bank/sign-in", data={"person": "aigerim"})
    return client


def test_a_proof_names_request_token_and_body_and_is_signed_by_the_key_it_shows():
    key = ec.generate_private_key(ec.SECP256R1())
    header, claims = opened(
        jose.proof(key, method="POST", address=ADDRESS, token="of access", body=b"{}"), key
    )
    assert (header["typ"], header["alg"]) == ("dpop+jwt", "ES256")
    assert header["jwk"] == {name: jose.public_jwk(key)[name] for name in ("kty", "crv", "x", "y")}
    assert (claims["htm"], claims["htu"]) == ("POST", ADDRESS)
    assert _bytes(claims["ath"]) == hashlib.sha256(b"of access").digest()
    assert _bytes(claims["content_sha256"]) == hashlib.sha256(b"{}").digest()


def test_the_key_and_the_client_id_outlive_the_sandbox(tmp_path):
    first = Memory(tmp_path)
    first.admitted(CLIENT_ID)
    again = Memory(tmp_path)
    assert jose.public_jwk(again.key) == jose.public_jwk(first.key)
    assert again.client_id == CLIENT_ID
    assert (tmp_path / "sandbox" / "bank" / "key.pem").stat().st_mode & 0o077 == 0


def test_what_is_no_client_id_is_refused(world: RunningWorld):
    assert httpx.put(f"{world.url}/bank/client.json", json={"client_id": "../x"}).status_code == 422
    assert httpx.put(f"{world.url}/bank/client.json", content=b"[").status_code == 422


def test_the_public_keys_hold_nothing_private(world: RunningWorld):
    (key,) = httpx.get(f"{world.url}/bank/jwks.json").json()["keys"]
    assert set(key) == {"kty", "crv", "x", "y", "kid", "alg", "use"}


def test_a_portal_that_does_not_answer_is_said_to(customer: httpx.Client):
    page = customer.post("/bank/check").text
    assert "The portal does not answer" in page
    assert '<form method="post" action="/bank/check"' in page, "to try again"
    assert '/phone/">' in page, "another way"


def test_the_bank_keeps_a_number_of_its_own(customer: httpx.Client):
    assert "+77015550199" in customer.post("/bank/number", data={"number": "+7 701 555 01 99"}).text
    assert "This is no mobile number" in customer.post("/bank/number", data={"number": "1414"}).text
    customer.post("/bank/sign-out")
    assert "Choose a customer" in customer.get("/bank").text
    assert "+77015550199" in customer.post("/bank/sign-in", data={"person": "aigerim"}).text


class Door(BaseHTTPRequestHandler):
    """A partner API that gives everybody a token, and says back what it was asked."""

    def do_POST(self) -> None:
        self._answer({"access_token": "of access", "expires_in": 300})

    def do_GET(self) -> None:
        self._answer({"host": self.headers["Host"], "proof": self.headers["DPoP"]})

    def _answer(self, said: dict[str, object]) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(said).encode())

    def log_message(self, *_: object) -> None:
        """Of no interest."""


@contextmanager
def door_for_phones(home: Path) -> Iterator[Configuration]:
    """A door opened to phones: under an address this machine does not have, with this home's certificate."""
    lan_certificates.prepare(home / "lan", address=FOR_PHONES, passphrase="words", at=datetime.now(UTC))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(home / "lan" / "server.pem", home / "lan" / "server.key", password="words")
    with HTTPServer(("127.0.0.1", 0), Door) as server:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        port = server.server_port
        yield Configuration(home, lan_address=FOR_PHONES, partners_host=FOR_PHONES, partners_port=port)
        server.shutdown()
        thread.join()


def test_opened_to_phones_the_bank_signs_the_address_phones_know_and_trusts_their_authority(tmp_path):
    with door_for_phones(tmp_path) as configuration:
        memory = Memory(tmp_path)
        answer = Partners(configuration, memory).ask("GET", "/v1/me", language="en").body
        assert answer["host"] == f"{FOR_PHONES}:{configuration.partners_port}"
        _, claims = opened(answer["proof"], memory.key)
        assert claims["htu"] == f"https://{answer['host']}/v1/me"


def test_to_a_door_that_another_authority_vouches_for_the_bank_says_nothing(tmp_path):
    lan_certificates.prepare(tmp_path / "lan", address=FOR_PHONES, passphrase="x", at=datetime.now(UTC))
    with door_for_phones(tmp_path / "theirs") as theirs:
        bank = Partners(replace(theirs, home=tmp_path), Memory(tmp_path))
        with pytest.raises(NotReached):
            bank.ask("GET", "/v1/me", language="en")
