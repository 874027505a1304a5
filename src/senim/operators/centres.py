"""Registration centres, where operators sit: public service centres and offices of the provider.

An instance names its own list of regions and centres (``SENIM_REGISTRATION_CENTRES``).
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

from senim.settings import settings
from senim.texts import alphabetical, language


@dataclass(frozen=True)
class Wording:
    """A name in three languages, from a list rather than from ``texts.toml``."""

    kk: str
    ru: str
    en: str

    def __str__(self) -> str:
        return str(getattr(self, language()))


@dataclass(frozen=True)
class Entry:
    """One line of a list: its id, and its name as the reader's language has it."""

    id: str
    name: Wording


@dataclass(frozen=True)
class Centre(Entry):
    """A registration centre: a public service centre or an office of the provider. ``networks`` are those its
    operators' workplaces are in; none named means any.
    """

    region: str
    address: Wording
    networks: tuple[IPv4Network | IPv6Network, ...] = ()


@cache
def regions() -> dict[str, Entry]:
    return {facts["code"]: Entry(facts["code"], wording(facts)) for facts in _places()["regions"]}


@cache
def centres() -> dict[str, Centre]:
    return {
        facts["id"]: Centre(
            facts["id"],
            wording(facts),
            region["code"],
            wording(facts, "address_"),
            tuple(map(ip_network, facts.get("networks", []))),
        )
        for region in _places()["regions"]
        for facts in region.get("centres", [])
    }


def regions_by_name() -> list[Entry]:
    """In the order of the reader's alphabet."""
    return sorted(regions().values(), key=_by_name)


def centres_by_region() -> list[tuple[Entry, list[Centre]]]:
    """For a select that groups centres by region and so needs no script; both by name."""
    inside = sorted(centres().values(), key=_by_name)
    grouped = [(region, [one for one in inside if one.region == region.id]) for region in regions_by_name()]
    return [(region, here) for region, here in grouped if here]


def _by_name(entry: Entry) -> str:
    return alphabetical(entry.name)


def wording(facts: dict[str, Any], prefix: str = "") -> Wording:
    """A name in three languages, as lists spell it."""
    return Wording(kk=facts[f"{prefix}kk"], ru=facts[f"{prefix}ru"], en=facts[f"{prefix}en"])


def _places() -> dict[str, Any]:
    return read_list(settings.registration_centres, "registration_centres.toml")


def read_list(own: str, shipped: str) -> dict[str, Any]:
    """A list the instance names, or the one that is shipped."""
    source = Path(own) if own else files("senim.countries.kz").joinpath(shipped)
    return tomllib.loads(source.read_text(encoding="utf-8"))
