"""Which state body owns the data of which registry: nobody else's signature counts there (DD-5b)."""

import tomllib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from senim.settings import settings

SHIPPED: Traversable = files("senim.countries.kz").joinpath("registry_owners.toml")
"""The sandbox's invented bodies."""


def owner_of(registry: str) -> str | None:
    """The owner's BIN; None where the list names no owner, and then nothing is believed."""
    return _owners(settings.registry_owners).get(registry)


@cache
def _owners(own: str) -> dict[str, str]:
    return read(Path(own) if own else SHIPPED)


def read(source: Traversable) -> dict[str, str]:
    """The BIN of every registry's owner. Raises OSError; ValueError where it is no such list."""
    listed = tomllib.loads(source.read_text("utf-8"))
    if not all(isinstance(facts, dict) and "bin" in facts for facts in listed.values()):
        raise ValueError("a registry has no bin")
    return {name: str(facts["bin"]) for name, facts in listed.items()}
