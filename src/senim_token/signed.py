"""What a document for machines says, in words: every member of it under its name, a line each.

``signed.toml`` is Senim's own file of these names; the program reads its copy, and no page can have it say
something else. Values stand as they are written, so that nothing is hidden behind a word.
"""

import json
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from senim_token.wording import LANGUAGES

Path = tuple[str, ...]
KIND = ("kind",)


class _Members(list[tuple[str, Any]]):
    """An object as it is written: a name that stands there twice is said twice."""


def in_words(text: str, language: str) -> str:
    """Empty where the text is no such document: then it is a text for people itself."""
    try:
        said = json.loads(
            text, object_pairs_hook=_Members, parse_int=str, parse_float=str, parse_constant=str
        )
    except (ValueError, RecursionError):
        return ""
    if not isinstance(said, _Members):
        return ""
    leaves = sorted(_leaves(said, ()), key=lambda leaf: leaf[0] != KIND)
    return "\n".join(_line(path, value, language) for path, value in leaves)


def _leaves(said: Any, path: Path) -> Iterator[tuple[Path, str | None]]:
    if isinstance(said, _Members) and said:
        for name, inner in said:
            yield from _leaves(inner, (*path, name))
    elif isinstance(said, list) and any(isinstance(one, list) for one in said):
        for place, one in enumerate(said, 1):
            yield from _leaves(one, (*path, str(place)))
    elif isinstance(said, list):
        yield from ((path, _written(one)) for one in said)
        if not said:
            yield path, None
    else:
        yield path, _written(said)


def _written(said: Any) -> str:
    return said if isinstance(said, str) else json.dumps(said)


def _line(path: Path, value: str | None, language: str) -> str:
    name = _said(("field", *path), language)
    if not name:
        one_line = " ".join(".".join(path).split())  # or a name could say a member that is not there
        name = _said(("unknown",), language).format(name=one_line)
    return f"{name}: {_value(path, value, language)}"


def _value(path: Path, value: str | None, language: str) -> str:
    """Its further lines stand in, so that none looks like a member of the document."""
    if not value:
        return _said(("none",) if value is None else ("empty",), language)
    words, written = _said(("word", *path, value), language), value.replace("\n", "\n    ")
    return f"{words} ({written})" if words else written


def _said(path: Path, language: str) -> str:
    found: Any = _names()
    for name in path:
        found = found.get(name, {}) if isinstance(found, dict) else {}
    return found[language] if isinstance(found, dict) and set(LANGUAGES) <= set(found) else ""


@cache
def _names() -> dict[str, Any]:
    names = tomllib.loads(files("senim_token").joinpath("signed.toml").read_text(encoding="utf-8"))
    return dict(names["signed"])
