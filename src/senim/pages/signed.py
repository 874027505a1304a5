"""What is about to be signed, in words: read from the very bytes, every member of them, in their order.

Documents that the desk and organisations sign are JSON. Each member has a name by its path
(``pages.signed.field.subject.iin``) and, where its value is a word of the machine, words for that
(``pages.signed.word.asks.admit``), beside which the value stands as written. A member without a name is shown
under the one it has in the document: nothing is left out, and no two documents look alike.
"""

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from senim.pages import times
from senim.texts import Text, catalogue

NAMES, WORDS = "pages.signed.field", "pages.signed.word"
KIND = ("kind",)
HIDDEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
"""Categories of characters that show nothing or turn text round."""
MOMENTS = {("at",), ("form_signed_at",), ("code_confirmed_at",), ("suspended_at",)}
DAYS = {("until",)}

Path = tuple[str, ...]


@dataclass(frozen=True)
class Value:
    """As it is written; ``words`` say the same to a reader where there are any."""

    written: str
    words: object = ""


@dataclass(frozen=True)
class Member:
    name: object
    known: bool
    values: tuple[Value, ...]


class _Members(list[tuple[str, Any]]):
    """An object as it is written: a name that stands there twice is shown twice."""


def read(text: str) -> tuple[Member, ...]:
    """The members of a document, what it is first; none where it is a text for people."""
    try:
        said = json.loads(
            text, object_pairs_hook=_Members, parse_int=str, parse_float=str, parse_constant=str
        )
    except (ValueError, RecursionError):
        return ()
    if not isinstance(said, _Members):
        return ()
    leaves = sorted(_leaves(said, ()), key=lambda leaf: leaf[0] != KIND)
    return tuple(_member(path, values) for path, values in leaves)


def _leaves(said: Any, path: Path) -> Iterator[tuple[Path, tuple[str, ...]]]:
    if isinstance(said, _Members) and said:
        for name, inner in said:
            yield from _leaves(inner, (*path, name))
    elif isinstance(said, list) and any(isinstance(one, list) for one in said):
        for place, one in enumerate(said, 1):
            yield from _leaves(one, (*path, str(place)))
    else:
        yield path, tuple(map(_written, said if isinstance(said, list) else [said]))


def _written(said: Any) -> str:
    return said if isinstance(said, str) else json.dumps(said)


def _member(path: Path, values: tuple[str, ...]) -> Member:
    text_id = _text_id(NAMES, path)
    name = Text(text_id) if text_id else Text("pages.signed.unknown", name=visible(".".join(path)))
    return Member(name, text_id is not None, tuple(_value(path, one) for one in values))


def _value(path: Path, written: str) -> Value:
    text_id = _text_id(WORDS, (*path, written))
    return Value(visible(written), Text(text_id) if text_id else _in_time(path, written))


def _text_id(table: str, path: Path) -> str | None:
    """A point within a name would let it pass for a path that is another's."""
    text_id = ".".join((table, *path))
    return text_id if text_id in catalogue() and not any("." in name for name in path) else None


def _in_time(path: Path, written: str) -> str:
    try:
        if path in MOMENTS:
            return times.moment(datetime.fromisoformat(written))
        return times.day(date.fromisoformat(written)) if path in DAYS else ""
    except (ValueError, OverflowError):
        return ""


def visible(written: str) -> str:
    """With every character that would not be seen by its number; lines stay lines."""
    return "".join(f"[U+{ord(one):04X}]" if _is_hidden(one) else one for one in written)


def _is_hidden(character: str) -> bool:
    return character != "\n" and unicodedata.category(character) in HIDDEN
