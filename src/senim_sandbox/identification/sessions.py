"""Sessions of the service: who is to be looked at, for what, and what was seen."""

import secrets
import uuid
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode, urlsplit

MOST = 10_000
TEXTS = ("session", "audience", "iin", "purpose", "title", "operation", "until", "language")


class Face(StrEnum):
    """Who is before the camera. ``SELF`` passes."""

    SELF = "self"
    PHOTOGRAPH = "photograph"
    ALIKE = "alike"
    STRANGER = "stranger"


FACES = tuple(str(face) for face in Face)


class WrongRequest(ValueError):
    """Not a session one can open."""


@dataclass
class Session:
    """``assertion`` and ``code`` are there once somebody was looked at."""

    session: str
    audience: str
    iin: str
    purpose: str
    title: str
    operation: str
    until: datetime
    language: str
    return_to: str
    assertion: bytes | None = None
    code: str = ""

    @property
    def way_back(self) -> str:
        """For the browser that showed the face, and for nobody else; empty where none was named."""
        if not self.return_to:
            return ""
        joint = "&" if urlsplit(self.return_to).query else "?"
        return f"{self.return_to}{joint}{urlencode({'session': self.session, 'code': self.code})}"

    def finish(self, assertion: bytes) -> None:
        self.assertion, self.code = assertion, secrets.token_urlsafe(24)


class Sessions:
    """Those that were opened, the oldest forgotten first. ``may_return`` judges an address of return."""

    def __init__(self, may_return: Callable[[str], bool]) -> None:
        self._may_return = may_return
        self._opened: OrderedDict[str, Session] = OrderedDict()

    def open(self, wanted: Mapping[str, Any], *, asker: str) -> Session:
        """Raises WrongRequest."""
        session = _read(wanted)
        if session.audience != asker:
            raise WrongRequest("the audience is whose key signs the request")
        if session.session in self._opened:
            raise WrongRequest("this session was opened before")
        if session.return_to and not self._may_return(session.return_to):
            raise WrongRequest("return_to leads elsewhere than agreed")
        self._opened[session.session] = session
        while len(self._opened) > MOST:
            self._opened.popitem(last=False)
        return session

    def get(self, name: str) -> Session | None:
        return self._opened.get(name)

    def clear(self) -> None:
        self._opened.clear()


def _read(wanted: Mapping[str, Any]) -> Session:
    texts: dict[str, Any] = {name: wanted.get(name) for name in (*TEXTS, "return_to")}
    if not all(isinstance(value, str) and len(value) <= 1000 for value in texts.values()):
        raise WrongRequest(f"{', '.join(texts)} are texts")
    try:
        uuid.UUID(texts["session"])
        until = datetime.fromisoformat(str(texts["until"]))
    except ValueError as wrong:
        raise WrongRequest("session is a UUID, until a time") from wrong
    if until.tzinfo is None:
        raise WrongRequest("until needs its offset from UTC")
    return Session(**{**texts, "until": until})
