"""The kinds of digital documents, as a table: what each is called, who owns its data, what a viewer sees."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from senim.errors import NotFound
from senim.registries.documents import IdentityCard, identity_card
from senim.texts import Text


class NoSuchKind(NotFound):
    clause = "DD-12"


class Fetch(Protocol):
    def __call__(self, *, iin: str, at: datetime) -> IdentityCard: ...


@dataclass(frozen=True)
class Kind:
    """One kind of document. ``slug`` is its place in an address; ``fetch`` asks its owner's registry."""

    name: str
    slug: str
    fetch: Fetch
    shown: tuple[str, ...]
    """What a viewer sees, as ids of texts; nothing else leaves the owner's page."""

    @property
    def title(self) -> Text:
        return Text(f"documents.kind.{self.name}")


KINDS = (
    Kind(
        "identity_card",
        "identity-card",
        identity_card,
        ("documents.shown.name", "documents.shown.born", "documents.shown.number"),
    ),
)


def kind_named(name: str) -> Kind:
    return _only(lambda kind: kind.name == name)


def kind_at(slug: str) -> Kind:
    return _only(lambda kind: kind.slug == slug)


def _only(fits: Callable[[Kind], bool]) -> Kind:
    for kind in KINDS:
        if fits(kind):
            return kind
    raise NoSuchKind
