"""Words of the window, from ``texts.toml``: one id, three languages and a note for translators."""

import tomllib
from functools import cache
from importlib.resources import files

LANGUAGES = ("kk", "ru", "en")


@cache
def catalogue() -> dict[str, dict[str, str]]:
    return tomllib.loads(files("senim_token").joinpath("texts.toml").read_text(encoding="utf-8"))


def say(language: str, text_id: str, **facts: object) -> str:
    """Raises KeyError where no text has this id."""
    return catalogue()[text_id][language].format(**facts)
