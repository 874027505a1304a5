"""A journal key in the test home, as the ceremony makes one."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


@pytest.fixture
def journal_key(monkeypatch, tmp_path):
    """Signs checkpoints in this test; ``verify`` believes its public half and a file of the test's own."""
    key = Ed25519PrivateKey.generate()
    monkeypatch.setattr("senim.journal.verification.public_key", lambda: key.public_key())
    file = tmp_path / "journal" / "checkpoint"
    for module in ("sequencing", "verification"):
        monkeypatch.setattr(f"senim.journal.{module}.checkpoint_file", lambda: file)
    return key
