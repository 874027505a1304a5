"""A journal of the test's own: key, checkpoint file, and a witness outside that nothing here reaches into."""

import asyncio
import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from starlette.applications import Starlette

from senim.journal import record
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
        self.restart()

    def restart(self):
        self._app = Starlette(routes=Witness(self.home, self.faults).routes())

    def get(self, url, **_):
        return self._ask("GET", url, None)

    def post(self, url, *, content, **_):
        self.asked.append(content)
        return self._ask("POST", url, content)

    def _ask(self, method, url, content):
        if not self.up:
            raise httpx.ConnectError("refused")

        async def ask():
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self._app)) as client:
                return await client.request(method, url, content=content)

        return asyncio.run(ask())


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
def settings_of_the_journal(monkeypatch):
    """Other settings for the modules that read the journal's."""

    def other(**changes):
        changed = dataclasses.replace(settings, **changes)
        for module in ("witnesses", "stamping"):
            monkeypatch.setattr(f"senim.journal.{module}.settings", changed)

    return other
