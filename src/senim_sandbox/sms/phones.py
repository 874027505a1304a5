"""The phones of the sandbox: what each received and sent, and whether it is switched on."""

import asyncio
import re
from collections import deque
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

KEPT_PER_PHONE = 200
MOBILE = re.compile(r"\+7(70[0-25-8]|747|76[0-4]|77[15-8]|785)\d{7}")
"""Mobile numbers of Kazakhstan, by the public numbering plan."""


def is_mobile(number: str) -> bool:
    """Whether a phone with this E.164 number can exist here."""
    return MOBILE.fullmatch(number) is not None


@dataclass(frozen=True)
class Message:
    """One message as the phone shows it. ``direction`` is ``in`` or ``out``, seen from the phone."""

    id: str
    peer: str
    text: str
    at: datetime
    direction: str = "in"

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "at": self.at.isoformat()}


@dataclass
class Phone:
    """``on`` is an event, so that a message can wait for it."""

    number: str
    messages: deque[Message] = field(default_factory=lambda: deque(maxlen=KEPT_PER_PHONE))
    on: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.on.set()

    def keep(self, message: Message) -> None:
        """Newest first."""
        self.messages.appendleft(message)

    def switch(self, *, on: bool) -> None:
        if on:
            self.on.set()
        else:
            self.on.clear()


class Phones:
    """Phones appear when somebody writes to them or looks at them."""

    def __init__(self) -> None:
        self._phones: dict[str, Phone] = {}

    def phone(self, number: str) -> Phone:
        return self._phones.setdefault(number, Phone(number))

    def known(self) -> list[Phone]:
        """Phones that received or sent something, the latest first."""
        used = [phone for phone in self._phones.values() if phone.messages]
        return sorted(used, key=lambda phone: phone.messages[0].at, reverse=True)

    def latest(self, count: int) -> list[tuple[Phone, Message]]:
        everything = [(phone, message) for phone in self._phones.values() for message in phone.messages]
        return sorted(everything, key=lambda pair: pair[1].at, reverse=True)[:count]

    def clear(self) -> None:
        for phone in self._phones.values():
            phone.messages.clear()
            phone.switch(on=True)


def e164(text: str) -> str:
    """``77011234567`` and ``+77011234567`` are one number."""
    return f"+{text.lstrip('+')}"
