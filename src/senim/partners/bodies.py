"""What a request's JSON body has to be: each member is read and described in one line."""

import json
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from senim.pages.failures import problem
from senim.texts import say

JSON = "application/json"
View = Callable[..., HttpResponseBase]


class Unreadable(ValueError):
    """The body is not what the description says; the message names the member."""


@dataclass(frozen=True)
class Member:
    """``read`` raises ValueError or TypeError for anything but what ``schema`` describes."""

    read: Callable[[Any], Any]
    schema: Mapping[str, Any] = field(default_factory=dict)


def words(pattern: str, description: str) -> Member:
    """A string of this form, whole."""

    def read(value: Any) -> str:
        if not re.fullmatch(pattern, value, flags=re.ASCII):
            raise ValueError(value)
        return str(value)

    return Member(read, {"type": "string", "pattern": f"^{pattern}$", "description": description})


def identifier(description: str) -> Member:
    return Member(
        lambda value: uuid.UUID(_text(value)),
        {"type": "string", "format": "uuid", "description": description},
    )


def moment(description: str) -> Member:
    """With its offset from UTC."""

    def read(value: Any) -> datetime:
        read = datetime.fromisoformat(_text(value))
        if read.utcoffset() is None:
            raise ValueError(value)
        return read

    return Member(read, {"type": "string", "format": "date-time", "description": description})


def one_of(choices: Sequence[StrEnum], description: str) -> Member:
    def read(value: Any) -> str:
        if value not in choices:
            raise ValueError(value)
        return str(value)

    return Member(read, {"enum": list(map(str, choices)), "description": description})


def flag(description: str) -> Member:
    def read(value: Any) -> bool:
        if not isinstance(value, bool):
            raise TypeError(value)
        return value

    return Member(read, {"type": "boolean", "description": description})


def several(one: Member, *, most: int, description: str) -> Member:
    """One to ``most`` of these."""

    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list) or not 0 < len(value) <= most:
            raise ValueError(value)
        return tuple(one.read(each) for each in value)

    schema = {"type": "array", "items": one.schema, "minItems": 1, "maxItems": most}
    return Member(read, {**schema, "description": description})


def schema_of(members: Mapping[str, Member]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: member.schema for name, member in members.items()},
        "required": list(members),
        "additionalProperties": False,
    }


def takes(members: Mapping[str, Member]) -> Callable[[View], View]:
    """Give the view the body's members as ``body``; what is not so is refused with 400 or 415."""

    def guard(view: View) -> View:
        @wraps(view)
        def handle(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.content_type != JSON:
                return _refused(415, "media_type", JSON)
            try:
                body = read(request.body, members)
            except Unreadable as wrong:
                return _refused(400, "body", str(wrong))
            return view(request, *args, body=body, **kwargs)

        return handle

    return guard


def read(content: bytes, members: Mapping[str, Member]) -> dict[str, Any]:
    """Raises Unreadable."""
    try:
        given = json.loads(content)
    except (ValueError, RecursionError) as wrong:
        raise Unreadable("JSON") from wrong
    if not isinstance(given, dict):
        raise Unreadable("JSON")
    if surplus := sorted(given.keys() ^ members.keys()):
        raise Unreadable(surplus[0][:100])
    return {name: _member(name, member, given[name]) for name, member in members.items()}


def _member(name: str, member: Member, value: Any) -> Any:
    try:
        return member.read(value)
    except (ValueError, TypeError, OverflowError) as wrong:
        raise Unreadable(name) from wrong


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _refused(status: int, what: str, named: str) -> HttpResponse:
    kind = f"partners.wrong_{what}"
    return problem(status, kind, say(kind, named=named), next_step=say(f"{kind}.next"))
