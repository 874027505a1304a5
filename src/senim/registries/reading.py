"""Reads fields of an answer by type; whatever is not of its type is Malformed, never a surprise later."""

import base64
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from senim.texts import LANGUAGES, language

LONGEST_TEXT = 100_000


class Malformed(Exception):
    """Not what a registry may answer. The message names the field, never its value."""


@dataclass(frozen=True)
class Place:
    """A region or a settlement by its code in the national classifier; its name in three languages."""

    code: str
    names: dict[str, str]

    def __str__(self) -> str:
        return self.names[language()]


def mapping(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Malformed("not an object")
    return value


def part(data: dict[str, Any], name: str) -> dict[str, Any]:
    return mapping(data.get(name))


def words(data: dict[str, Any], name: str, *, may_be_empty: bool = False) -> str:
    value = data.get(name)
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or not (value.strip() or may_be_empty):
        raise Malformed(name)
    return value


def one_of(data: dict[str, Any], name: str, allowed: Collection[str]) -> str:
    value = words(data, name)
    if value not in allowed:
        raise Malformed(name)
    return value


def truth(data: dict[str, Any], name: str) -> bool:
    value = data.get(name)
    if not isinstance(value, bool):
        raise Malformed(name)
    return value


def truth_if_known(data: dict[str, Any], name: str) -> bool | None:
    """A field that is there and says null is not known."""
    return None if name in data and data[name] is None else truth(data, name)


def day(data: dict[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(words(data, name))
    except ValueError as wrong:
        raise Malformed(name) from wrong


def moment(data: dict[str, Any], name: str) -> datetime:
    try:
        value = datetime.fromisoformat(words(data, name))
    except ValueError as wrong:
        raise Malformed(name) from wrong
    if value.tzinfo is None:
        raise Malformed(name)
    return value


def moment_if_known(data: dict[str, Any], name: str) -> datetime | None:
    return None if name in data and data[name] is None else moment(data, name)


def in_languages(data: dict[str, Any], name: str) -> dict[str, str]:
    """A name in every language we speak."""
    names = part(data, name)
    return {code: words(names, code) for code in LANGUAGES}


def place(data: dict[str, Any], name: str) -> Place:
    return Place(words(part(data, name), "code"), in_languages(data, name))


def octets(data: dict[str, Any], name: str) -> bytes:
    try:
        return base64.b64decode(words(data, name), validate=True)
    except ValueError as wrong:
        raise Malformed(name) from wrong


def picture(data: dict[str, Any], name: str, *, largest: int) -> bytes:
    """A PNG, by its signature and size; browsers do the rest."""
    image = octets(data, name)
    if len(image) > largest or not image.startswith(b"\x89PNG\r\n\x1a\n"):
        raise Malformed(name)
    return image
