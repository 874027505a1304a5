"""What the owning body signed, as it is handed on; or what the fault of the day makes of the signature."""

import base64
import json
from collections.abc import Mapping
from datetime import datetime

from senim_sandbox.faults import Mode
from senim_sandbox.registries.signing import OwnerKey, Signatory, stranger


class Envelopes:
    """Signs with the owner's key; ``FOREIGN`` with a stranger's, the same one each time."""

    def __init__(self, owner: OwnerKey) -> None:
        self._owner = owner
        self._stranger: Signatory | None = None

    def around(self, words: Mapping[str, object], mode: Mode, now: datetime) -> dict[str, str]:
        """Raises NoKeyYet."""
        payload = json.dumps(words, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        envelope = {"answer": _base64(payload)}
        if mode is Mode.UNSIGNED:
            return envelope
        said = payload.replace(b'":', b'" :', 1) if mode is Mode.TAMPERED else payload
        return {**envelope, "signature": _base64(self._signatory(mode).sign(said, now))}

    def _signatory(self, mode: Mode) -> Signatory:
        if mode is not Mode.FOREIGN:
            return self._owner.signatory()
        self._stranger = self._stranger or stranger()
        return self._stranger


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
