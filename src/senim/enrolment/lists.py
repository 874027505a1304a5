"""The lists an instance configures: papers an applicant brings, how an applicant is identified.

The standard that holds the list of papers (paragraph 11) is not among our sources, so the list is data. Of
regions and registration centres see ``operators.centres``.
"""

from functools import cache
from typing import Any

from senim.operators.centres import (
    Centre,
    Entry,
    centres,
    centres_by_region,
    read_list,
    regions,
    regions_by_name,
    wording,
)
from senim.settings import settings

__all__ = [
    "Centre",
    "Entry",
    "all_papers",
    "centres",
    "centres_by_region",
    "identifications",
    "papers",
    "regions",
    "regions_by_name",
]


@cache
def identifications() -> dict[str, Entry]:
    """The means by which an operator may identify an applicant."""
    return _entries("identification")


@cache
def papers(role: str = "") -> dict[str, Entry]:
    """What must be in order before an operator accepts (CA-6.C2): of a person, or of one in this role for a
    legal entity (CA-5.3).
    """
    return {facts["id"]: _entry(facts) for facts in _papers_file()["paper"] if _is_of(facts, role)}


@cache
def all_papers() -> dict[str, Entry]:
    """Of whatever role, to name what was once accepted."""
    return _entries("paper")


def _is_of(facts: dict[str, Any], role: str) -> bool:
    return "roles" not in facts or role in facts["roles"]


def _entries(table: str) -> dict[str, Entry]:
    return {facts["id"]: _entry(facts) for facts in _papers_file()[table]}


def _entry(facts: dict[str, Any]) -> Entry:
    return Entry(facts["id"], wording(facts))


def _papers_file() -> dict[str, Any]:
    return read_list(settings.papers_file, "papers.toml")
