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
def papers(role: str = "", kind: str = "") -> dict[str, Entry]:
    """What must be in order before an operator accepts (CA-6.C2, CA-10.C1): of a person, or of one in this
    role for a legal entity (CA-5.3). A kind of application may have a list of its own.
    """
    own = f"{kind}_paper"
    listed = _papers_file()[own if own in _papers_file() else "paper"]
    return {facts["id"]: _entry(facts) for facts in listed if _is_of(facts, role)}


@cache
def all_papers() -> dict[str, Entry]:
    """Of whatever role and kind, to name what was once accepted."""
    lists = [table for table in _papers_file() if table.endswith("paper")]
    return {paper: entry for table in lists for paper, entry in _entries(table).items()}


def _is_of(facts: dict[str, Any], role: str) -> bool:
    return "roles" not in facts or role in facts["roles"]


def _entries(table: str) -> dict[str, Entry]:
    return {facts["id"]: _entry(facts) for facts in _papers_file()[table]}


def _entry(facts: dict[str, Any]) -> Entry:
    return Entry(facts["id"], wording(facts))


def _papers_file() -> dict[str, Any]:
    return read_list(settings.papers_file, "papers.toml")
