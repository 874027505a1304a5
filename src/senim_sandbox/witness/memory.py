"""What the witness must never lose: its key, and the last checkpoint it signed of every log."""

import base64
import json
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from senim_sandbox.witness.trees import EMPTY


class Memory:
    """Two files in a folder of the witness's own; on the disk before anybody is answered."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._signed: dict[str, tuple[int, bytes]] | None = None

    def key(self) -> Ed25519PrivateKey:
        """Made at first need."""
        file = self._folder / "key"
        if not file.exists():
            self._write("key", secrets.token_bytes(32).hex())
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(file.read_text(encoding="utf-8")))

    def last(self, origin: str) -> tuple[int, bytes]:
        """Size and root; nothing signed is the empty tree."""
        return self._all().get(origin, (0, EMPTY))

    def remember(self, origin: str, size: int, root: bytes) -> None:
        self._all()[origin] = (size, root)
        said = {
            name: [count, base64.b64encode(hashed).decode()] for name, (count, hashed) in self._all().items()
        }
        self._write("signed.json", json.dumps(said))

    def _all(self) -> dict[str, tuple[int, bytes]]:
        if self._signed is None:
            file = self._folder / "signed.json"
            said = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
            self._signed = {name: (size, base64.b64decode(root)) for name, (size, root) in said.items()}
        return self._signed

    def _write(self, name: str, text: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self._folder / f".{name}.new"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(self._folder / name)
