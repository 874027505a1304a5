"""Which state body owns the data of which registry: nobody else's signature counts there (DD-5b)."""

import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path

from senim.settings import settings

SHIPPED = "registry_owners.toml"


def owner_of(registry: str) -> str | None:
    """The owner's BIN; None where the list names no owner, and then nothing is believed."""
    return _owners(settings.registry_owners).get(registry)


@cache
def _owners(own: str) -> dict[str, str]:
    source = Path(own) if own else files("senim.countries.kz").joinpath(SHIPPED)
    return {name: str(facts["bin"]) for name, facts in tomllib.loads(source.read_text("utf-8")).items()}
