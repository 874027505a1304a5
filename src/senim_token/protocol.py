"""The protocol: one JSON object a message (docs/senim-token.md). What is wrong with one is ``unreadable``."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from senim_token.shown import Asked, Person
from senim_token.states import NotDone, State
from senim_token.wording import LANGUAGES
from senim_token.work import Work

VERSION = 1
CERTIFICATES_AT_MOST = 8
LONGEST_LINE = 200
GREETING = json.dumps({"program": "senim-token", "protocol": VERSION})


@dataclass(frozen=True)
class Message:
    """A message as read. Every ``take…`` raises NotDone: unreadable."""

    id: int | str
    do: str
    said: Mapping[str, Any]

    @classmethod
    def read(cls, text: str | bytes) -> "Message":
        try:
            said = json.loads(text)
        except (ValueError, RecursionError) as wrong:
            raise NotDone(State.UNREADABLE) from wrong
        if not isinstance(said, dict) or not isinstance(said.get("do"), str):
            raise NotDone(State.UNREADABLE)
        number = said.get("id", 0)
        return cls(number if isinstance(number, int | str) else 0, said["do"], said)

    def take_line(self, name: str) -> str:
        """A line to be shown: short, and nothing in it that could begin another line or turn it round."""
        value = self.said.get(name)
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_LINE:
            raise NotDone(State.UNREADABLE)
        if not value.isprintable():
            raise NotDone(State.UNREADABLE)
        return value

    def take_bytes(self, name: str) -> bytes:
        return _decoded(self.said.get(name))

    def take_certificates(self, name: str) -> tuple[bytes, ...]:
        value = self.said.get(name)
        if not isinstance(value, list) or not 1 <= len(value) <= CERTIFICATES_AT_MOST:
            raise NotDone(State.UNREADABLE)
        return tuple(map(_decoded, value))

    def asked(self, origin: str) -> Asked:
        language = self.said.get("language")
        return Asked(origin, language if language in LANGUAGES else LANGUAGES[0])


async def answer(message: Message, *, work: Work, origin: str) -> dict[str, Any]:
    """What a message leads to. Raises NotDone."""
    if message.do == "tokens":
        return {"tokens": [token.told() for token in await work.tokens()]}
    if message.do == "certificates":
        found = await work.certificates(message.take_line("token"))
        return {"certificates": [_encoded(der) for der in found]}
    if message.do == "make_keys":
        return await _make_keys(message, work, origin)
    if message.do == "sign":
        return await _sign(message, work, origin)
    if message.do == "write":
        certificates = message.take_certificates("certificates")
        token = message.take_line("token")
        return {"written": await _unless_broken(work.write(message.asked(origin), token, certificates))}
    raise NotDone(State.UNREADABLE)


async def _make_keys(message: Message, work: Work, origin: str) -> dict[str, Any]:
    person = Person(message.take_line("name"), message.take_line("iin"))
    made = await work.make_keys(message.asked(origin), message.take_line("token"), person)
    return {
        purpose: {"request": _encoded(one.der), "fingerprint": one.fingerprint}
        for purpose, one in made.items()
    }


async def _sign(message: Message, work: Work, origin: str) -> dict[str, Any]:
    signature = await _unless_broken(
        work.sign(
            message.asked(origin),
            message.take_line("token"),
            message.take_bytes("certificate"),
            message.take_bytes("content"),
        )
    )
    return {"signature": _encoded(signature)}


async def _unless_broken(work: Any) -> Any:
    """What asn1crypto cannot read is no certificate."""
    try:
        return await work
    except (ValueError, TypeError) as wrong:
        raise NotDone(State.UNREADABLE) from wrong


def _encoded(der: bytes) -> str:
    return base64.b64encode(der).decode()


def _decoded(value: object) -> bytes:
    try:
        return base64.b64decode(value, validate=True) if isinstance(value, str) and value else _nothing()
    except ValueError as wrong:
        raise NotDone(State.UNREADABLE) from wrong


def _nothing() -> bytes:
    raise NotDone(State.UNREADABLE)
