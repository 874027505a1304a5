"""Certificate profiles: one small file each in ``countries/kz/profiles``, with its citations."""

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from senim.countries.kz import oids
from senim.pki.keys import KeyAlgorithm


class UnknownProfile(LookupError):
    """No file of this name."""


@dataclass(frozen=True)
class Profile:
    """What certificates of one kind say. ``subject`` is individual, representative, organisation or service.

    ``points`` are the addresses a certificate carries: its revocation list, the status responder, the issuer.
    """

    name: str
    issuer: str
    subject: str
    valid_for: timedelta
    algorithms: frozenset[KeyAlgorithm]
    key_usage: frozenset[str]
    extended_key_usage: tuple[str, ...] = ()
    extended_key_usage_critical: bool = False
    policies: tuple[str, ...] = ()
    points: frozenset[str] = frozenset()
    authority: bool = False
    path_length: int | None = None
    ocsp_no_check: bool = False


@cache
def profile(name: str) -> Profile:
    """Raises UnknownProfile."""
    if name not in names():
        raise UnknownProfile(name)
    facts = tomllib.loads(_folder().joinpath(f"{name}.toml").read_text(encoding="utf-8"))
    return Profile(
        name=name,
        valid_for=timedelta(days=facts.pop("valid_days")),
        algorithms=frozenset(KeyAlgorithm(algorithm) for algorithm in facts.pop("algorithms")),
        key_usage=frozenset(facts.pop("key_usage")),
        extended_key_usage=tuple(
            oids.EXTENDED_KEY_USAGES[use] for use in facts.pop("extended_key_usage", ())
        ),
        policies=tuple(oids.POLICIES[policy] for policy in facts.pop("policies", ())),
        points=frozenset(facts.pop("points", ())),
        **facts,
    )


@cache
def names() -> tuple[str, ...]:
    found = (file.name.removesuffix(".toml") for file in _folder().iterdir() if file.name.endswith(".toml"))
    return tuple(sorted(found))


def of_usages(extended_key_usage: frozenset[str], key_usage: frozenset[str]) -> str:
    """The profile whose usages these are, or "": by key and extended usage together, never by one of them."""
    for name in names():
        candidate = profile(name)
        if (frozenset(candidate.extended_key_usage), candidate.key_usage) == (extended_key_usage, key_usage):
            return name
    return ""


def _folder() -> Traversable:
    return files("senim.countries.kz").joinpath("profiles")
