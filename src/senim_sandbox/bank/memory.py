"""What the bank must not lose: its key, and the ``client_id`` it was admitted under."""

import os
import uuid
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec


class Memory:
    """Two files in a folder of the bank's own, made when they are first needed."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "sandbox" / "bank"

    @cached_property
    def key(self) -> ec.EllipticCurvePrivateKey:
        file = self._folder / "key.pem"
        if not file.exists():
            self._keep(file, _written(ec.generate_private_key(ec.SECP256R1())))
        read = serialization.load_pem_private_key(file.read_bytes(), password=None)
        if not isinstance(read, ec.EllipticCurvePrivateKey):
            raise TypeError(f"{file} holds another kind of key")
        return read

    @property
    def client_id(self) -> str:
        """Empty until the bank is admitted; read anew each time, for that may happen while it runs."""
        try:
            return (self._folder / "client_id").read_text(encoding="ascii").strip()
        except OSError:
            return ""

    def admitted(self, client_id: str) -> None:
        """Raises ValueError where this is no client_id."""
        self._keep(self._folder / "client_id", str(uuid.UUID(client_id)).encode())

    def _keep(self, file: Path, content: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        new = file.with_suffix(".new")
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as writing:
            writing.write(content)
        new.rename(file)


def _written(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Without a passphrase: nobody here has anything to lose."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
