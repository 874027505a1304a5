"""Words of the sandbox's pages, from ``texts/``: one id, three languages and a note for translators."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
FIRST = "kk"


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Raises ValueError where two files hold one id."""
    found: dict[str, dict[str, str]] = {}
    for file in files("senim_sandbox").joinpath("texts").iterdir():
        for text_id, text in _leaves(tomllib.loads(file.read_text(encoding="utf-8")), ""):
            if text_id in found:
                raise ValueError(f"two texts have the id {text_id}")
            found[text_id] = text
    return found


def say(language: str, text_id: str, **facts: object) -> str:
    """Raises KeyError where no text has this id."""
    return catalogue()[text_id][language].format(**facts)


def _leaves(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, dict[str, str]]]:
    for key, value in table.items():
        name = f"{prefix}{key}"
        if FIRST in value:
            yield name, value
        else:
            yield from _leaves(value, f"{name}.")
