"""Words of the sandbox's pages, from ``texts.toml``: one id, three languages."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
FIRST = "kk"


@cache
def catalogue() -> dict[str, dict[str, str]]:
    written = tomllib.loads(files("senim_sandbox").joinpath("texts.toml").read_text(encoding="utf-8"))
    return dict(_leaves(written, ""))


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
