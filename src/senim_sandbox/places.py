"""Regions, settlements and public service centres, from ``places.toml``."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Place:
    """A region or a settlement. ``region`` is its own code for a region."""

    code: str
    region: str
    kk: str
    ru: str
    en: str

    def as_json(self) -> dict[str, str]:
        return {"code": self.code, "kk": self.kk, "ru": self.ru, "en": self.en}


@cache
def raw() -> list[dict[str, Any]]:
    """The list as it is written: regions with their settlements and centres."""
    text = files("senim_sandbox").joinpath("places.toml").read_text(encoding="utf-8")
    regions: list[dict[str, Any]] = tomllib.loads(text)["regions"]
    return regions


@cache
def places() -> dict[str, Place]:
    """Every region and settlement by code."""
    found: dict[str, Place] = {}
    for region in raw():
        for item in (region, *region["settlements"]):
            found[item["code"]] = Place(item["code"], region["code"], item["kk"], item["ru"], item["en"])
    return found


@cache
def settlements() -> tuple[Place, ...]:
    return tuple(place for place in places().values() if place.code != place.region)
