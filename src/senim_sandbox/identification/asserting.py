"""What the service asserts of whom it saw, signed; or what the fault of the day makes of it."""

import json
from datetime import datetime, timedelta
from typing import Any

from senim_sandbox.faults import Mode
from senim_sandbox.identification.sessions import Face, Session
from senim_sandbox.registries.envelopes import Envelopes
from senim_sandbox.registries.signing import OwnerKey
from senim_sandbox.society import Society

TYPE = "remote-identification/1"
STALE_BY = timedelta(minutes=10)
SURE, UNSURE = 980, 310
"""Thousandths; real services give other values each time."""
SCORES = {
    Face.SELF: (SURE, SURE),
    Face.PHOTOGRAPH: (UNSURE, SURE),
    Face.ALIKE: (SURE, UNSURE),
    Face.STRANGER: (SURE, SURE),
}
"""Liveness and match. Of a stranger the service is sure, but it is somebody else."""
INSTEAD = {Mode.LIFELESS: Face.PHOTOGRAPH, Mode.UNLIKE: Face.ALIKE, Mode.OTHER: Face.STRANGER}
"""Whom the service sees under these faults, whoever is there."""


class Asserting:
    """Signs with the owning body's key; ``REPLAYED`` gives the assertion before this one again."""

    def __init__(self, society: Society, owner: OwnerKey) -> None:
        self._society, self._envelopes = society, Envelopes(owner)
        self._latest = b""

    def of(self, session: Session, face: Face, mode: Mode, now: datetime) -> bytes:
        """The envelope, as it is handed on. Raises NoKeyYet."""
        if mode is Mode.GARBAGE:
            return b"<html>502 Bad Gateway</html>"
        if mode is Mode.REPLAYED and self._latest:
            return self._latest
        self._latest = self._signed(session, INSTEAD.get(mode, face), mode, now)
        return self._latest

    def clear(self) -> None:
        self._latest = b""

    def _signed(self, session: Session, face: Face, mode: Mode, now: datetime) -> bytes:
        at = now - STALE_BY if mode is Mode.STALE else now
        words = self._words(session, face, mode, at)
        return json.dumps(self._envelopes.around(words, mode, now)).encode()

    def _words(self, session: Session, face: Face, mode: Mode, at: datetime) -> dict[str, Any]:
        liveness, match = SCORES[face]
        return {
            "type": TYPE,
            "audience": session.audience,
            "session": session.session,
            "iin": self._society.somebody_else(session.iin) if face is Face.STRANGER else session.iin,
            "purpose": session.purpose,
            "operation": session.operation,
            "method": "device-unlock" if mode is Mode.UNLOCKED else "face",
            "liveness": liveness,
            "match": match,
            "at": at.isoformat(timespec="milliseconds"),
        }
