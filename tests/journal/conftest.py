"""A journal of the test's own: key, checkpoint file, and a witness outside that nothing here reaches into."""

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from starlette.applications import Starlette
from tests.loops import run

from senim.journal import record
from senim.pki import timestamps
from senim.pki.keys import FileKeyStore
from senim.settings import settings
from senim_sandbox.faults import Faults
from senim_sandbox.witness.endpoints import Witness

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
LATER = AT + timedelta(hours=1)


class WitnessOutside:
    """The sandbox's witness, spoken to over HTTP without a socket. ``up`` is a switch."""

    def __init__(self, home):
        self.faults, self.home, self.up = Faults(), home, True
        self.asked = []
        self.stamp = None
        self.restart()

    def restart(self):
        self._app = Starlette(routes=Witness(self.home, self.faults).routes())

    def get(self, url, **_):
        return self._ask("GET", url, None)

    def post(self, url, *, content, **_):
        if url.endswith("/tsa"):
            return self._stamped(url, content)
        self.asked.append(content)
        return self._ask("POST", url, content)

    def _stamped(self, url, content):
        if self.stamp is None:
            raise httpx.ConnectError("refused")
        return httpx.Response(200, content=self.stamp(content), request=httpx.Request("POST", url))

    def _ask(self, method, url, content):
        if not self.up:
            raise httpx.ConnectError("refused")

        async def ask():
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self._app)) as client:
                return await client.request(method, url, content=content)

        return run(ask())


@pytest.fixture
def journal_key(monkeypatch, tmp_path):
    """Signs checkpoints in this test; everybody believes its public half, and a file of the test's own."""
    key = Ed25519PrivateKey.generate()
    monkeypatch.setattr("senim.journal.identity.public_key", key.public_key)
    monkeypatch.setattr("senim.journal.identity.checkpoint_file", lambda: tmp_path / "journal" / "checkpoint")
    (tmp_path / "certificates").mkdir()
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "certificates" / "journal.pub").write_bytes(pem)
    return key


@pytest.fixture(autouse=True)
def witness(monkeypatch, tmp_path):
    """Whoever asks the sandbox's witness in this test asks this one."""
    outside = WitnessOutside(tmp_path)
    monkeypatch.setattr("senim.journal.witnesses.httpx.get", outside.get)
    monkeypatch.setattr("senim.journal.witnesses.httpx.post", outside.post)
    return outside


@pytest.fixture
def write() -> Callable[..., None]:
    def some(count: int, start: int = 0) -> None:
        for number in range(start, start + count):
            record(
                verb="test.write",
                clause="PT-3.1",
                subject=f"thing:{number}",
                at=AT + timedelta(seconds=number),
                facts={"number": number, "word": "қағаз"},
                personal={"iin": "061211600012"} if number % 2 else None,
            )

    return some


@pytest.fixture
def tsa(ceremony_performed, witness):
    """The instance's own time-stamping authority; ``tsa.at`` is its clock."""
    return Tsa(witness)


class Tsa:
    """Stamps whatever the journal asks for."""

    def __init__(self, outside):
        self.at, self.serial_number = datetime.now(UTC).replace(microsecond=0), 1
        outside.stamp = self.grant
        self.use("tsa", passphrase="passphrase-responders")

    def use(self, label, *, passphrase):
        home = settings.home
        key = FileKeyStore(home / "keys").open(label, passphrase=settings.secret(passphrase))
        certificate = (home / "certificates" / f"{label}.cer").read_bytes()
        self.authority = timestamps.TimeStampAuthority(
            key=key, certificate=certificate, policy="1.2.3", accuracy=timedelta(seconds=1)
        )

    def grant(self, request):
        self.serial_number += 1
        asked = timestamps.read_request(request)
        return self.authority.grant(asked, serial_number=self.serial_number, at=self.at)


@pytest.fixture
def settings_of_the_journal(monkeypatch):
    """Other settings for the modules that read the journal's."""

    def other(**changes):
        changed = dataclasses.replace(settings, **changes)
        for module in ("witnesses", "stamping"):
            monkeypatch.setattr(f"senim.journal.{module}.settings", changed)

    return other
